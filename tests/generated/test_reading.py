"""A project reads the very rows that the compiler counted, however the files are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specc.pipeline import compile_project

from .projects import run, write

SPEC = """\
task: {kind: text-classification, text: text, label: label}
model: {architecture: bert, layers: 1, hidden_size: 16, heads: 2}
hardware: cpu
"""
PROGRAM = """\
import json
from config import Config
from data import file_digests, read_splits
splits = read_splits(Config())
rows = {n: [e.texts, e.targets.tolist()] for n, e in splits.items()}
print(json.dumps([rows, list(file_digests(Config()))]))
"""


def rows(count: int, start: int = 0) -> list[tuple[str, str]]:
    return [(f"text number {start + i}", "ab"[i % 2]) for i in range(count)]


def write_csv(path: Path, texts: list[tuple[str, str]], groups: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["text,label" + (",g" if groups else "")]
    for number, (text, label) in enumerate(texts):
        lines.append(f"{text},{label}" + (f",g{number % groups}" if groups else ""))
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Files of one name in two folders, folders by class, and labels of several types."""
    write_csv(tmp_path / "a/x.csv", rows(40))
    write_csv(tmp_path / "b/x.csv", rows(20, 100))
    write_csv(tmp_path / "g.csv", rows(40), groups=7)
    for number, (text, label) in enumerate(rows(40)):
        folder = tmp_path / "folders" / label
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.txt").write_text(text)
    numbers = [{"text": text, "label": int(label == "a")} for text, label in rows(30)]
    words = [{"text": text, "label": str(int(label == "a"))} for text, label in rows(30, 200)]
    (tmp_path / "numbers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in numbers))
    (tmp_path / "words.jsonl").write_text("".join(json.dumps(row) + "\n" for row in words))
    return tmp_path


@pytest.mark.parametrize(
    ("data", "num_files"),
    [
        ("{train: a/x.csv, test: b/x.csv}", 2),
        ("{train: [a/x.csv, b/x.csv]}", 2),
        ("{train: a/x.csv, copy: never}", 1),
        ("folders", 40),
        ("{train: folders, copy: never}", 40),
        ("{train: [numbers.jsonl, words.jsonl]}", 2),
        ("{train: g.csv, test: b/x.csv, split: {group: g, validation: 0.2}}", 2),
    ],
)
def test_project_reads_what_was_counted(files: Path, data: str, num_files: int) -> None:
    spec = files / "spec.yaml"
    spec.write_text(f"{SPEC}data: {data}\n")
    folder = files / "out/project"
    plan, project, _ = compile_project(spec, lambda _: folder)
    write(project, folder)
    read, digests = json.loads(run(folder, "-c", PROGRAM))
    assert len(digests) == num_files
    for name, split in plan.facts.splits.items():
        texts, targets = read[name]
        assert texts == split.table["text"].to_pylist()
        labels = [plan.facts.task.labels[target] for target in targets]
        assert labels == split.table["label"].to_pylist()
