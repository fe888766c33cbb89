"""Lists and files give the same: splits, order, batches, and what a run leaves behind."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.generated import small
from tests.storage.workbench import SPECS as BASES
from tests.storage.workbench import Spec, built, shown, trained
from tests.variants.bases import changed

SCRATCH = {**small.BERT, "max_positions": 128}


def data(base: str, **settings: Any) -> Spec:
    """A base with other keys of `data`."""
    spec = BASES[base]
    for name, value in settings.items():
        spec = changed(spec, ("data", name), value)
    return spec


def lay_out(folder: Path) -> Path:
    """Every table of the bases, and the intents in each format."""
    small.lay_out(folder)
    with (folder / "data/intents.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows = [*rows, {"message": "  ", "intent": rows[0]["intent"]}, *rows[:50]]
    lines = [json.dumps(row) for row in rows]
    (folder / "rows.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "rows.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    pa.parquet.write_table(pa.Table.from_pylist(rows), folder / "rows.parquet", row_group_size=100)
    grouped = [row | {"who": f"person {i % 37}"} for i, row in enumerate(rows)]
    pa.parquet.write_table(pa.Table.from_pylist(grouped), folder / "grouped.parquet")
    for number, row in enumerate(rows):
        place = folder / "folders" / row["intent"] / f"{number}.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(row["message"], encoding="utf-8")
    text = "\n\n\n first, with Ünïcödé \n \nsecond\nof two lines\n\t\n\n" + "more 😀 text\n\n" * 50
    (folder / "text.txt").write_text(text, encoding="utf-8")
    (folder / "long.txt").write_text(("a line with é and 😀\n" * 30_000)[:-7], encoding="utf-8")
    entities = [json.loads(line) for line in (folder / "spans.jsonl").read_text().splitlines()]
    (folder / "spans.json").write_text(json.dumps(entities), encoding="utf-8")
    return folder


def of_text(documents: str, name: str = "text.txt") -> Spec:
    """A language model of a text file."""
    task = {"kind": "causal-lm", "documents": documents, "block_size": 32}
    model = {"architecture": "gpt2", "layers": 1, "hidden_size": 16, "heads": 2}
    files = {"train": name, "split": {"validation": 0.2, "test": 0.2}}
    return {"task": task, "model": model, "data": files, "hardware": {"device": "cpu"}}


SHOWN: dict[str, Spec] = {
    "stratified": BASES["quick"],
    "at random": data("quick", split={"stratified": False, "seed": 3}),
    "repeated rows": data("quick", train="rows.jsonl", clean={"drop_duplicates": True}),
    "repeated rows, empty ones kept": data(
        "quick", train="rows.parquet", clean={"drop_duplicates": True, "drop_empty": False}
    ),
    "groups": data("quick", train="grouped.parquet", split={"group": "who"}),
    "groups, without those that repeat": data(
        "quick",
        train="grouped.parquet",
        split={"group": "who"},
        clean={"drop_duplicates": True},
    ),
    "groups and a file": data(
        "quick",
        train="grouped.parquet",
        validation="more.csv",
        split={"group": "who", "test": 0.2},
    ),
    "groups of a read column": data("quick", split={"group": "message"}),
    "two ways of reading": data("quick", train=["data/intents.csv", "rows.jsonl"]),
    "json": data("quick", train="rows.json"),
    "folders": data("quick", train="folders", format="text-folders"),
    "no header": BASES["bare"],
    "pairs": BASES["pair"],
    "pairs from scratch": BASES["pair"] | {"model": SCRATCH},
    "columns of labels": BASES["topics"],
    "lists of labels": BASES["tags"],
    "numbers": BASES["stars"],
    "wordpiece": BASES["scratch"],
    "truncated at the start": data("quick", max_length=8, truncation="start"),
    "encoded once": BASES["quick"]
    | {"model": {"base": BASES["quick"]["model"]["base"], "freeze": "encoder"}},
    "documents": BASES["rows_of_text"],
    "lines": of_text("line"),
    "paragraphs": of_text("paragraph"),
    "one document": of_text("file"),
    "one long document": of_text("file", "long.txt"),
    "parallel files": BASES["phrases"],
    "two sources": BASES["asked"],
    "words": BASES["words"],
    "words from scratch": BASES["words"] | {"model": SCRATCH},
    "numbers of tags": BASES["numbers"],
    "spans": BASES["spans"],
    "a list of spans": data("spans", train="spans.json"),
    "questions": BASES["questions"],
    "long questions": data("questions", train="long_questions.jsonl", max_length=64),
    "questions from scratch": BASES["questions"] | {"model": SCRATCH},
    "squad": data("questions", train="data/town_questions.json"),
}
TRAINED = ("stratified", "columns of labels", "numbers", "one document", "two sources", "words")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables, and below them the projects."""
    return lay_out(tmp_path_factory.mktemp("storage"))


@pytest.mark.parametrize("name", SHOWN)
def test_splits_and_batches_are_equal(name: str, folder: Path) -> None:
    place = name.replace(" ", "-").replace(",", "")
    lists, files = (shown(built(SHOWN[name], folder, s, place)) for s in ("memory", "disk"))
    for what, value in lists.items():
        assert files[what] == value, what


@pytest.mark.parametrize("name", [*TRAINED, "long questions", "documents", "encoded once"])
def test_runs_are_equal(name: str, folder: Path) -> None:
    spec = SHOWN[name] | {"evaluation": {"resamples": 20}}
    place = "trained-" + name.replace(" ", "-")
    lists, files = (trained(built(spec, folder, s, place)) for s in ("memory", "disk"))
    for what, value in lists.items():
        assert files[what] == value, what
