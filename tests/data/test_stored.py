"""Data beyond the limit of memory: what is found in it is what would be found in lists."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import csv, parquet

from specc.data import (
    blocks,
    conll,
    delimited,
    json_files,
    parallel,
    quotes,
    read,
    spans,
    stored,
    text_files,
)
from specc.data.facts import DataFacts
from specc.data.gather import gather
from specc.data.stored import StoredTable
from specc.diagnostics.diagnostic import SpecError
from specc.language.load import load_spec
from specc.new.table import read_table
from specc.yaml.read import read_source
from tests.data.workbench import write

SETTINGS = {
    stored: {"MEMORY_LIMIT": 0, "PART_BYTES": 200},
    blocks: {"SMALL_BLOCK": 1 << 11},
    delimited: {"BLOCK_SIZE": 1 << 11, "SMALL_BLOCK": 1 << 10},
    json_files: {"BLOCK_SIZE": 1 << 11, "SMALL_BLOCK": 100},
    text_files: {"BLOCK_SIZE": 0, "_READ_BYTES": 50},
    quotes: {"_WINDOW": 64},
    read: {"_PART_BYTES": 500},
    **{module: {"ROWS_AT_ONCE": 7} for module in (conll, parallel, spans)},
}
"""Limits so small that every step takes many parts."""

CUT = "split: {validation: 0.2, test: 0.1}"
CLASSES = "kind: text-classification, text: text, label: label"
WORDS = "kind: token-classification, tokens: words, tags: tags"
TEXTS = [f"{'long ' * (i % 7)}text \u00e4 {i % 90}" for i in range(120)]
ROWS = [
    {"text": "" if i == 60 else text, "label": f"c{i % 3}", "pair": text[::-1], "who": i % 11}
    for i, text in enumerate(TEXTS)
]
SENTENCES = [
    {"words": text.split(), "tags": ["O"] * (len(text.split()) - 1) + ["B-X" if i % 2 else "I-Y"]}
    for i, text in enumerate(TEXTS)
]
QUESTIONS = [
    {"id": str(i), "title": "", "context": f"{text} of Denver", "question": f"where {i % 100}?",
     "answers": {"text": ["Denver"] if i != 50 else ["Boston"], "answer_start": [len(text) + 4]}}
    for i, text in enumerate(TEXTS)
]  # fmt: skip
LINES = "\n\n" + "".join(f"{text}\r\n{' ' * (i % 3)}\n" for i, text in enumerate(TEXTS)) + "\n\n"


def _jsonl(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.Table.from_pylist(rows), sink, row_group_size=50)
    return sink.getvalue().to_pybytes()


def _csv(rows: list[dict[str, Any]]) -> bytes:
    sink = pa.BufferOutputStream()
    csv.write_csv(pa.Table.from_pylist(rows), sink)
    return sink.getvalue().to_pybytes()


CONLL = "".join(
    "".join(f"{w} {t}\n" for w, t in zip(row["words"], row["tags"], strict=True)) + "\n"
    for row in SENTENCES
)
FILES: dict[str, tuple[str, str, dict[str, str | bytes]]] = {
    "csv": (CLASSES, f"train: a.csv, {CUT}", {"a.csv": _csv(ROWS)}),
    "csv without duplicates": (
        CLASSES,
        f"train: a.csv, clean: {{drop_duplicates: true, lower_case: true}}, {CUT}",
        {"a.csv": _csv(ROWS + ROWS[:9])},
    ),
    "groups": (
        CLASSES,
        "train: a.csv, split: {validation: 0.2, group: who}",
        {"a.csv": _csv(ROWS)},
    ),
    "several files": (
        CLASSES,
        "train: a*.csv, test: b.jsonl",
        {"a1.csv": _csv(ROWS[:50]), "a2.csv": _csv(ROWS[50:]), "b.jsonl": _jsonl(ROWS[10:20])},
    ),
    "jsonl": (CLASSES, f"train: a.jsonl, {CUT}", {"a.jsonl": _jsonl(ROWS)}),
    "utf-16": (CLASSES, f"train: a.jsonl, {CUT}", {"a.jsonl": _jsonl(ROWS).encode("utf-16")}),
    "parquet": (CLASSES, f"train: a.parquet, {CUT}", {"a.parquet": _parquet(ROWS)}),
    "ragged": (CLASSES, "train: a.csv", {"a.csv": _csv(ROWS) + b"a,b\n" + _csv(ROWS)}),
    "no object": (CLASSES, "train: a.jsonl", {"a.jsonl": _jsonl(ROWS) + "[1]\n" + _jsonl(ROWS)}),
    "open quote": (CLASSES, "train: a.csv", {"a.csv": _csv(ROWS) + b'"a' * 99}),
    "empty labels": (
        CLASSES,
        "train: a.jsonl",
        {"a.jsonl": _jsonl([*ROWS, ROWS[0] | {"label": ""}, ROWS[1] | {"label": " "}])},
    ),
    "pairs": (
        "kind: text-to-text, source: text, target: pair",
        f"train: a.jsonl, {CUT}",
        {"a.jsonl": _jsonl(ROWS)},
    ),
    "parallel": (
        "kind: text-to-text, source: de, target: en, preset: translation",
        f"train: a, format: parallel, {CUT}",
        {"a.de": "\n".join(TEXTS), "a.en": "\n".join(text[::-1] for text in TEXTS)},
    ),
    "a line lost": (
        "kind: text-to-text, source: de, target: en",
        "train: a, format: parallel",
        {"a.de": "\n".join(TEXTS), "a.en": "\n".join(TEXTS[1:])},
    ),
    "lists": (WORDS, f"train: a.jsonl, {CUT}", {"a.jsonl": _jsonl(SENTENCES)}),
    "a tag lost": (
        WORDS,
        "train: a.jsonl",
        {"a.jsonl": _jsonl([*SENTENCES, {"words": ["a", "b"], "tags": ["O"]}])},
    ),
    "conll": (
        "kind: token-classification, tokens: '0', tags: '1'",
        f"train: a.conll, {CUT}",
        {"a.conll": CONLL},
    ),
    "answers": (
        "kind: question-answering",
        f"train: a.jsonl, {CUT}",
        {"a.jsonl": _jsonl(QUESTIONS)},
    ),
    "lines": ("kind: causal-lm, documents: line", f"train: a.txt, {CUT}", {"a.txt": LINES}),
    "paragraphs": (
        "kind: causal-lm, documents: paragraph",
        f"train: a.txt, {CUT}",
        {"a.txt": LINES.encode("utf-16")},
    ),
    "a zero": (
        "kind: causal-lm, documents: line", "train: a.txt", {"a.txt": LINES + "\0" + LINES}
    ),
}  # fmt: skip


def found(folder: Path, task: str, data: str) -> tuple[Any, list[str]]:
    """Facts with all rows as Python's values, and what is said of them."""
    model = "gpt2" if "causal" in task else "t5-small" if "to-text" in task else "bert-base-uncased"
    text = f"task: {{{task}}}\nmodel: {model}\ndata: {{{data}}}\n"
    spec = write(folder / "s.yaml", text)
    source = read_source(spec)
    try:
        facts, diagnostics = gather(load_spec(source), source)
    except SpecError as error:
        return None, [str(diagnostic) for diagnostic in error.diagnostics]
    return plain(facts), [str(diagnostic) for diagnostic in diagnostics]


def plain(facts: DataFacts) -> Any:
    rows = {
        name: {column: split.table[column].to_pylist() for column in split.table.column_names}
        for name, split in facts.splits.items()
    }
    return rows, facts


def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, everything is stored and read in small parts."""
    for module, settings in SETTINGS.items():
        for key, value in settings.items():
            monkeypatch.setattr(module, key, value)


@pytest.mark.parametrize("name", FILES)
def test_stored_data_is_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, data, files = FILES[name]
    for file, content in files.items():
        write(tmp_path / file, content)
    expected = found(tmp_path, task, data)
    limit(monkeypatch)
    made: list[StoredTable] = []
    build: Callable[..., None] = StoredTable.__init__
    monkeypatch.setattr(
        StoredTable, "__init__", lambda self, *rest: (made.append(self), build(self, *rest))[0]
    )
    assert found(tmp_path, task, data) == expected
    assert made or expected[0] is None


def test_columns_are_guessed_from_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.csv", _csv(ROWS * 100))
    expected = read_table(path)
    limit(monkeypatch)
    assert read_table(path) == expected


@given(st.binary(max_size=40).map(lambda raw: bytes(b'"",\n a'[byte % 6] for byte in raw)))
def test_quoted_fields_are_found_in_any_window(raw: bytes) -> None:
    class Source:
        data = raw

        def release(self, end: int) -> None:
            """Nothing to give back."""

    whole = list(quotes._quoted_fields(Source(), ","))  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        for size in (1, 2, 3, 7):
            patch.setattr(quotes, "_WINDOW", size)
            assert list(quotes._quoted_fields(Source(), ",")) == whole  # type: ignore[arg-type]


def test_temporary_file_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(stored, "MEMORY_LIMIT", 0)
    rows = stored.Gatherer()
    rows.add(pa.table({"text": TEXTS}))
    assert rows.table()["text"].to_pylist() == TEXTS
    assert not list(tmp_path.iterdir())


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """Six times as many rows, far beyond the limit of what is held."""
    sizes = []
    for rows in (40_000, 250_000):
        with (tmp_path / "a.csv").open("w") as file:
            file.write("text,label\n")
            file.writelines(f"{'some words ' * 25}{i},c{i % 4}\n" for i in range(rows))
        write(tmp_path / "s.yaml", f"task: {{{CLASSES}}}\nmodel: bert-base-uncased\ndata: a.csv\n")
        code = (
            "import resource, sys; from specc.cli.main import main\n"
            "sys.argv = ['specc', 'check', 's.yaml']\n"
            "try: main()\n"
            "except SystemExit as end: assert not end.code, end.code\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        env = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        run = [sys.executable, "-c", code]
        done = subprocess.run(run, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert not done.returncode, done.stderr
        sizes.append(int(done.stdout.split()[-1]))
    assert sizes[1] < 1.3 * sizes[0]
