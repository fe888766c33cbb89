"""Columns that say whether and where a row counts, and labels that are no names."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from .workbench import findings_in, table, write

TEXTS = [f"text number {i}" for i in range(30)]


def codes(folder: Path, data: str, task: str = "") -> dict[str, str]:
    return {d.code: d.severity for d in findings_in(folder, data, task)}


@pytest.mark.parametrize("verdicts", [["accept", "reject"], ["ignore", "accept", "accept"]])
def test_rows_that_were_rejected_are_told(tmp_path: Path, verdicts: list[str]) -> None:
    rows = [
        {"text": text, "label": "ab"[i % 2], "answer": verdicts[i % len(verdicts)]}
        for i, text in enumerate(TEXTS)
    ]
    write(tmp_path / "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert codes(tmp_path, "a.jsonl") == {"SP345": "error"}


@pytest.mark.parametrize("word", ["accept", "a free answer"])
def test_other_answers_are_no_verdicts(tmp_path: Path, word: str) -> None:
    rows = [{"text": t, "label": "ab"[i % 2], "answer": word} for i, t in enumerate(TEXTS)]
    write(tmp_path / "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert codes(tmp_path, "a.jsonl") == {}


def test_a_column_of_splits_is_told_where_rows_are_cut(tmp_path: Path) -> None:
    rows = [(t, "ab"[i % 2], ("train", "dev", "test")[i % 3]) for i, t in enumerate(TEXTS)]
    write(tmp_path / "a.csv", table(rows, "text,label,split"))
    write(tmp_path / "b.csv", table([(f"other {t}", "a") for t in TEXTS]))
    assert codes(tmp_path, "a.csv") == {"SP345": "warning"}
    assert codes(tmp_path, "{train: a.csv, validation: b.csv}") == {}


def test_rows_without_a_group_are_told(tmp_path: Path) -> None:
    rows = [(t, "ab"[i % 2], f"u{i}" if i % 2 else "") for i, t in enumerate(TEXTS)]
    write(tmp_path / "a.csv", table(rows, "text,label,user"))
    assert codes(tmp_path, "{train: a.csv, split: {group: user}}")["SP345"] == "warning"


@pytest.mark.parametrize(
    "kind", [pa.list_(pa.int64(), 3), pa.list_(pa.bool_()), pa.list_(pa.float32())]
)
def test_vectors_are_no_lists_of_labels(tmp_path: Path, kind: pa.DataType) -> None:
    vectors = [[i % 2, i // 2 % 2, 1 - i % 2] for i in range(30)]
    values = pa.array([[bool(x) for x in row] for row in vectors], pa.list_(pa.bool_()))
    columns = {"text": TEXTS, "label": values if kind == values.type else pa.array(vectors, kind)}
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    assert codes(tmp_path, "a.parquet") == {"SP334": "error"}
    assert codes(tmp_path, "a.parquet", "labels: [bug, wish, praise]")["SP334"] == "error"


def test_lists_of_the_labels_0_and_1_are_read(tmp_path: Path) -> None:
    columns = {"text": TEXTS, "label": [[0], [0, 1], [1]] * 10}
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    assert codes(tmp_path, "a.parquet") == {}


@pytest.mark.parametrize("form", ["{},5", "{},000", "{},25"])
def test_numbers_with_commas_are_told(tmp_path: Path, form: str) -> None:
    rows = [(t, f'"{form.format(i % 4)}"') for i, t in enumerate(TEXTS)]
    write(tmp_path / "a.csv", table(rows))
    (told,) = findings_in(tmp_path, "a.csv")
    assert (told.code, "numbers with a comma" in told.message) == ("SP334", True)
