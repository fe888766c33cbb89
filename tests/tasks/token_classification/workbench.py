"""Small files of sentences, the data stage over them, and projects that are imported here."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from specc.data.gather import gather
from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.language.load import load_spec
from specc.pipeline import compile_project
from specc.plan.plan import Plan
from specc.yaml.read import read_source
from tests.data.workbench import write
from tests.generated.projects import write as write_project

__all__ = ["COLUMNS", "LISTS", "SPANS", "compiled_in", "findings", "imported", "jsonl", "write"]

COLUMNS = "task: {kind: token-classification, tokens: 0, tags: -1}\n"
LISTS = "task: {kind: token-classification, tokens: tokens, tags: tags}\n"
SPANS = "task: {kind: token-classification, text: text, spans: entities}\n"
TINY = "model: {architecture: bert, layers: 1, hidden_size: 16, heads: 2}\n"


def jsonl(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def compiled_in(folder: Path, task: str, data: str, rest: str = TINY) -> tuple[Plan, Path]:
    """The plan of a spec in `folder`, and its project on disk."""
    spec = write(folder / "spec.yaml", f"{task}{rest}data: {data}\nhardware: cpu\n")
    target = folder / "project"
    plan, project, _ = compile_project(spec, lambda _: target)
    return plan, write_project(project, target)


def findings(folder: Path, task: str, data: str) -> list[Diagnostic]:
    """What the data stage says, whether or not one of it is an error."""
    source = read_source(write(folder / "spec.yaml", f"{task}{TINY}data: {data}\n"))
    try:
        return list(gather(load_spec(source), source)[1])
    except SpecError as error:
        return list(error.diagnostics)


@contextmanager
def imported(project: Path, names: Sequence[str]) -> Iterator[list[ModuleType]]:
    """Modules of a project; forgotten afterwards."""
    local = {path.stem for path in project.glob("*.py")}
    known = set(sys.modules) & local
    assert not known, f"modules of another project are loaded: {known}"
    sys.path.insert(0, str(project))
    try:
        yield [import_module(name) for name in names]
    finally:
        sys.path.remove(str(project))
        for name in local:
            sys.modules.pop(name, None)
