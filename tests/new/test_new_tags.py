"""`specc new` for data with tags and spans: the spec that it writes holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from specc.cli.main import cli
from specc.new.guess import guess_task
from specc.pipeline import Checked, check
from specc.tasks.token_classification.language import task_of

ROWS = [(["Ann", "lives", "in", f"Oslo{i}"], ["B-PER", "O", "O", "B-LOC"]) for i in range(30)]


def columns(middle: str = "") -> str:
    return "\n".join(
        "".join(
            " ".join([word, *middle.split(), tag]) + "\n" for word, tag in zip(*row, strict=True)
        )
        for row in ROWS
    )


def new(data: Path, *arguments: str) -> Checked:
    """The written spec, checked."""
    spec = data.parent / "made.yaml"
    result = CliRunner().invoke(cli, ["new", str(data), "-o", str(spec), "-y", *arguments])
    assert result.exit_code == 0, result.stderr
    return check(spec)


@pytest.mark.parametrize("name", ["train.conll", "train.txt"])
@pytest.mark.parametrize("middle", ["", "NN B-NP"])
def test_columns(name: str, middle: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("-DOCSTART- O\n\n" + columns(middle))
    (tmp_path / name.replace("train", "dev")).write_text(columns(middle))
    made = new(tmp_path / name)
    task = task_of(made.spec)
    assert (task.kind, task.tokens, task.tags) == ("token-classification", "0", "-1")
    assert made.facts.splits["validation"].rows == 30


def test_lists_among_other_columns(tmp_path: Path) -> None:
    rows = [{"id": i, "words": w, "links": ["x"], "ner": t} for i, (w, t) in enumerate(ROWS)]
    (tmp_path / "d.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    task = task_of(new(tmp_path / "d.jsonl").spec)
    assert (task.tokens, task.tags) == ("words", "ner")


@pytest.mark.parametrize("span", [[0, 3, "PER"], {"start": 0, "end": 3, "label": "PER"}])
def test_spans(span: object, tmp_path: Path) -> None:
    rows = [{"id": f"{i}", "text": " ".join(w), "label": [span]} for i, (w, _) in enumerate(ROWS)]
    (tmp_path / "d.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    made = new(tmp_path / "d.jsonl", "--task", "token-classification", "--device", "cuda")
    task = task_of(made.spec)
    assert (task.text, task.spans) == ("text", "label")
    assert made.spec.hardware.device == "cuda"


@pytest.mark.parametrize(
    "content",
    ["", "{", "[1]\n", '{"text": "a", "label": ["x", "y"]}\n', '{"a": [1], "b": ["B-X"]}\n',
     '{"text": "a", "label": []}\n', "word\n", "a b\nc\n", "\ud800 O\n", "a text\tlabel\n"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["d.jsonl", "d.txt", "d.conll", "d.csv"])
def test_other_data_is_left_to_other_tasks(content: str, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content.encode("utf-8", "surrogatepass"))
    assert guess_task(tmp_path / name, "token-classification") is None


def test_wrong_kind_is_said(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("text,label\nfine day,a\nbad day,b\n")
    arguments = ["new", str(tmp_path / "d.csv"), "--task", "token-classification"]
    result = CliRunner().invoke(cli, [*arguments, "-o", str(tmp_path / "x.yaml")])
    assert result.exit_code == 2
    assert "does not look like data for token-classification" in result.stderr


def test_tags_before_the_words(tmp_path: Path) -> None:
    lines = ("".join(f"{tag}\t{word}\n" for word, tag in zip(*row, strict=True)) for row in ROWS)
    (tmp_path / "a.conll").write_text("\n".join(lines))
    task = task_of(new(tmp_path / "a.conll").spec)
    assert (task.tokens, task.tags, task.scheme) == ("1", "0", None)


@pytest.mark.parametrize(
    ("old", "by", "code"), [(" O\n", " 0\n", "SP361"), ("in O\n", "in\n", "SP308")]
)
def test_what_is_wrong_with_a_conll_file_is_told(
    tmp_path: Path, old: str, by: str, code: str
) -> None:
    data, spec = tmp_path / "a.conll", str(tmp_path / "made.yaml")
    data.write_text(columns().replace(old, by))
    result = CliRunner().invoke(cli, ["new", str(data), "-o", spec, "-y"])
    assert result.exit_code == 1
    assert code in result.stderr
