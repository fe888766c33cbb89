"""`specc new` for questions, pairs of texts and running text: the spec that it writes holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from specc.cli.main import cli
from specc.new.guess import guess_task, guessed_kinds
from specc.pipeline import Checked, check

CONTEXTS = [f"The ferry number {i} leaves the old harbour at noon." for i in range(30)]


def new(data: Path, *arguments: str) -> Checked:
    """The written spec, checked."""
    spec = data.parent / "made.yaml"
    result = CliRunner().invoke(cli, ["new", str(data), "-o", str(spec), "-y", *arguments])
    assert result.exit_code == 0, result.stderr
    return check(spec)


def section(made: Checked) -> dict[str, object]:
    return dict(yaml.safe_load(made.source.text)["task"])


def question(context: str) -> dict[str, object]:
    answers = {"text": ["noon"], "answer_start": [context.index("noon")]}
    return {"question": "When does it leave?", "context": context, "answers": answers}


def test_all_rooms_that_guess_are_offered() -> None:
    kinds = ["question-answering", "text-to-text", "token-classification", "causal-lm"]
    assert list(guessed_kinds()) == kinds
    help = CliRunner().invoke(cli, ["new", "--help"]).output
    assert all(kind in help for kind in [*kinds, "text-classification"])


def test_questions_in_rows(tmp_path: Path) -> None:
    rows = [question(context) for context in CONTEXTS]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "dev.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows[:9]))
    made = new(tmp_path / "train.jsonl")
    assert section(made) == {"kind": "question-answering"}
    assert made.facts.splits["validation"].rows == 9


def test_questions_in_squads_json(tmp_path: Path) -> None:
    paragraphs = []
    for context in CONTEXTS:
        answers = [{"text": "noon", "answer_start": context.index("noon")}]
        asked = {"id": context, "question": "When does it leave?", "answers": answers}
        paragraphs.append({"context": context, "qas": [asked]})
    whole = {"version": "1.1", "data": [{"title": "Ferries", "paragraphs": paragraphs}]}
    (tmp_path / "ferries.json").write_text(json.dumps(whole))
    made = new(tmp_path / "ferries.json")
    assert section(made) == {"kind": "question-answering"}
    assert sum(split.rows for split in made.facts.splits.values()) == len(CONTEXTS)


@pytest.mark.parametrize(
    ("source", "target", "preset", "model"),
    [
        ("en", "de", "translation", "Helsinki-NLP/opus-mt-en-de"),
        ("EN", "pt_BR", "translation", "Helsinki-NLP/opus-mt-en-pt"),
        ("article", "highlights", "summarization", "t5-small"),
        ("document", "summary", "summarization", "t5-small"),
        ("src", "tgt", None, "t5-small"),
    ],
)
def test_pairs(source: str, target: str, preset: str | None, model: str, tmp_path: Path) -> None:
    lines = [f"{i}\t{c}\t{c.upper()}" for i, c in enumerate(CONTEXTS)]
    (tmp_path / "pairs.tsv").write_text("\n".join([f"id\t{source}\t{target}", *lines]))
    made = new(tmp_path / "pairs.tsv")
    expected = {"kind": "text-to-text", "source": source, "target": target}
    assert section(made) == expected | ({"preset": preset} if preset else {})
    assert made.spec.model.base == model


def test_labels_beside_a_summary_come_first(tmp_path: Path) -> None:
    lines = [f"{'ab'[i % 2]}\t{c}\t{c.upper()}" for i, c in enumerate(CONTEXTS)]
    (tmp_path / "d.tsv").write_text("\n".join(["category\tarticle\tsummary", *lines]))
    assert section(new(tmp_path / "d.tsv"))["kind"] == "text-classification"
    made = new(tmp_path / "d.tsv", "--force", "--task", "text-to-text")
    assert section(made)["preset"] == "summarization"


def test_parallel_files(tmp_path: Path) -> None:
    for split in ("train", "valid"):
        for language in ("en", "de"):
            lines = [f"{language}: {context}" for context in CONTEXTS]
            (tmp_path / f"{split}.{language}").write_text("\n".join(lines))
    made = new(tmp_path / "train.en")
    assert section(made)["target"] == "de"
    assert made.spec.data.format == "parallel"
    assert made.facts.splits["validation"].rows == len(CONTEXTS)


@pytest.mark.parametrize("name", ["story.txt", "story.md"])
def test_running_text(name: str, tmp_path: Path) -> None:
    text = "\n".join(f"{c} So they say{', or some' * (i % 3)}." for i, c in enumerate(CONTEXTS * 9))
    (tmp_path / name).write_text(text)
    made = new(tmp_path / name)
    assert section(made) == {"kind": "causal-lm"}
    assert made.spec.model.base == "distilgpt2"


def test_a_column_only_where_it_is_wanted(tmp_path: Path) -> None:
    rows = [f"{i},{c},{'ab'[i % 2]}" for i, c in enumerate(CONTEXTS * 9)]
    (tmp_path / "d.csv").write_text("\n".join(["id,story,label", *rows]))
    assert section(new(tmp_path / "d.csv", "--force"))["kind"] == "text-classification"
    made = new(tmp_path / "d.csv", "--force", "--task", "causal-lm")
    assert section(made) == {"kind": "causal-lm", "text": "story"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("d.txt", "a text\tlabel\nfine\tx\n"),
        ("d.txt", "text,label\nfine day,a\nbad day,b\n"),
        ("d.csv", "premise,hypothesis,label\nIt rains now.,It is wet here.,1\n"),
        ("d.json", '[{"text": "a", "label": "b"}]'),
        ("d.json", "{"),
        ("d.jsonl", '{"question": "a", "sentence": "b", "label": 1}\n'),
        ("d.en", "alone\n"),
        ("d.csv", ""),
    ],
)
def test_other_data_is_left_to_the_columns(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    assert guess_task(tmp_path / name) is None
