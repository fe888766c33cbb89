"""Small files and the data stage over them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from specc.data.facts import DataFacts
from specc.data.gather import gather
from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.language.load import load_spec
from specc.yaml.read import read_source

ROWS = [(f"text number {i}", "yes" if i % 3 else "no") for i in range(30)]
"""Thirty rows of two classes, one of ten and one of twenty."""


def write(path: Path, content: str | bytes) -> Path:
    """Write a file and the folders it stands in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def table(rows: Iterable[tuple[str, ...]], header: str = "text,label", end: str = "\n") -> str:
    """CSV text; fields are taken as they are."""
    delimiter = next((c for c in "\t;|" if c in header), ",")
    lines = [header, *(delimiter.join(row) for row in rows)] if header else []
    return end.join(lines or [",".join(row) for row in rows]) + end


def gather_in(
    folder: Path, data: str, task: str = "", training: str = ""
) -> tuple[DataFacts, tuple[Diagnostic, ...]]:
    """Gather a spec whose `data` is given, as YAML; `task` and `training` add to theirs."""
    columns = "" if "label:" in task else "text: text, label: label, "
    spec = write(
        folder / "spec.yaml",
        f"task: {{kind: text-classification, {columns}{task}}}\nmodel: bert-base-uncased\n"
        f"data: {data}\n" + (f"training: {training}\n" if training else ""),
    )
    source = read_source(spec)
    return gather(load_spec(source), source)


def findings_in(folder: Path, data: str, task: str = "", training: str = "") -> list[Diagnostic]:
    """All diagnostics of the data stage, whether or not one is an error."""
    try:
        return list(gather_in(folder, data, task, training)[1])
    except SpecError as error:
        return list(error.diagnostics)
