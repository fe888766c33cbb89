"""`specc new`: what it guesses, what it writes, and that the spec holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from specc.cli.main import cli
from specc.new.columns import guess_separator, profiles
from specc.new.machine import cpu_instructions, instructions_in
from specc.new.table import read_table
from specc.new.write import scalar
from specc.pipeline import Checked, check
from specc.yaml.scalars import resolve

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"

SENTENCES = [
    "Where is the parcel that I ordered from you last week?",
    "I would like to have my money back for this one.",
    "The lamp is lovely, and it was here in two days.",
    "Nobody answers the phone when I call you about it.",
]


def new(data: Path, *arguments: str) -> Checked:
    """The written spec, checked."""
    spec = data.parent / "made.yaml"
    given = ["new", str(data), "-o", str(spec), *arguments]
    result = CliRunner().invoke(cli, given)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(f"wrote {spec}\nok  {spec}  ")
    return check(spec)


def table(folder: Path, header: str, rows: list[str], name: str = "data.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([*([header] if header else []), *rows]) + "\n")
    return path


REAL = [
    ("sst2/train.csv", ("text",), ("label",), "binary", 3),
    ("ag_news/train.csv", ("description",), ("label",), "multi-class", 3),
    ("sms_spam/sms.tsv", ("text",), ("label",), "binary", 3),
    ("sms_spam/sms_spam.csv", ("message",), ("label",), "binary", 3),
    ("mrpc/train.csv", ("sentence1", "sentence2"), ("label",), "binary", 2),
    ("mrpc/test.txt", ("#1 String", "#2 String"), ("Quality",), "binary", 3),
    ("rte/train.tsv", ("sentence1", "sentence2"), ("label",), "binary", 2),
    ("snli/train.jsonl", ("premise", "hypothesis"), ("label",), "multi-class", 3),
    ("stsb/train.csv", ("sentence1", "sentence2"), ("score",), "regression", 3),
    ("goemotions/train.tsv", ("text",), ("label",), "multi-label", 3),
    ("goemotions/train.jsonl", ("text",), ("labels",), "multi-label", 3),
    ("thucnews_titles_zh/train.csv", ("text",), ("label",), "multi-class", 2),
    ("chnsenticorp_hotel_zh/reviews.csv", ("review",), ("label",), "binary", 3),
    ("bbc_news_summary/train.csv", ("article",), ("category",), "multi-class", 3),
]


@pytest.mark.parametrize(("name", "text", "label", "problem", "splits"), REAL)
def test_real_data(
    tmp_path: Path,
    name: str,
    text: tuple[str, ...],
    label: tuple[str, ...],
    problem: str,
    splits: int,
) -> None:
    if not (SHARED / name).is_file():
        pytest.skip("the data sets are not beside the repository")
    spec = tmp_path / "made.yaml"
    result = CliRunner().invoke(cli, ["new", str(SHARED / name), "-o", str(spec), "--json"])
    payload = json.loads(result.stdout)
    assert payload["ok"], payload
    checked = check(spec)
    assert (checked.spec.task.text, checked.spec.task.label) == (text, label)
    assert (checked.facts.task.problem, len(checked.facts.splits)) == (problem, splits)
    chinese = "zh" in name
    base = "bert-base-multilingual-cased" if chinese else "distilbert-base-uncased"
    assert checked.base is not None and checked.base.reference == base
    assert checked.spec.hardware.device == "cpu"
    assert checked.spec.hardware.instructions == cpu_instructions()


def test_columns_of_zeros_and_ones_are_several_labels(tmp_path: Path) -> None:
    rows = [f'{i},"{SENTENCES[i % 4]} {i}",{i % 2},{i // 2 % 2},{i // 3 % 2}' for i in range(40)]
    made = new(table(tmp_path, "id,comment,toxic,rude,spammy", rows))
    assert made.spec.task.label == ("toxic", "rude", "spammy")
    assert made.facts.task.problem == "multi-label"


def test_names_with_a_separator_are_several_labels(tmp_path: Path) -> None:
    labels = ["billing", "bug", "billing;bug", "praise"]
    rows = [f'"{SENTENCES[i % 4]} {i}",{labels[i % 4]}' for i in range(40)]
    made = new(table(tmp_path, "ticket,topics", rows))
    assert made.spec.task.separator == ";"
    assert made.facts.task.labels == ("billing", "bug", "praise")


def test_a_comma_in_the_names_of_classes_is_no_separator(tmp_path: Path) -> None:
    classes = ["Oil, gas", "Wind, sun", "Water"]
    rows = [f'"{SENTENCES[i % 4]}","{classes[i % 3]}"' for i in range(30)]
    known = profiles(read_table(table(tmp_path, "text,label", rows)))
    assert guess_separator(known["label"]) is None


def test_files_beside_become_splits_if_they_have_the_columns(tmp_path: Path) -> None:
    rows = [f'"{SENTENCES[i % 4]} {i}",{"ab"[i % 2]}' for i in range(40)]
    data = table(tmp_path, "text,label", rows, "my-train.csv")
    table(tmp_path, "text,label", rows[:10], "my-dev.csv")
    table(tmp_path, "text", ["no labels here"], "my-test.csv")
    made = new(data)
    assert made.spec.data.validation == ("my-dev.csv",) and made.spec.data.test is None
    assert "my-test.csv is left out" in (tmp_path / "made.yaml").read_text()


def test_a_header_less_file_gets_names(tmp_path: Path) -> None:
    rows = [f"{i},{'ab'[i % 2]},{SENTENCES[i % 4].replace(',', '')} {i}" for i in range(40)]
    made = new(table(tmp_path, "", rows))
    assert made.spec.data.columns == ("column_1", "label", "text")


def test_options_win_and_are_written(tmp_path: Path) -> None:
    rows = [f'"{SENTENCES[i % 4]} {i}",short {i},{"ab"[i % 2]},{"xyz"[i % 3]}' for i in range(40)]
    data = table(tmp_path, "body,title,label,kind", rows)
    options = ["--text", "title,body", "--label", "kind", "--model", "roberta-base"]
    made = new(data, *options, "--device", "cuda", "--name", "two-texts")
    assert made.spec.task.text == ("title", "body") and made.spec.task.label == ("kind",)
    assert (made.spec.hardware.device, made.spec.name) == ("cuda", "two-texts")
    assert made.base is not None and made.base.reference == "roberta-base"


@pytest.mark.parametrize("header", ["text,label", "Text,Label"])
def test_names_decide_where_there_are_few_rows(header: str, tmp_path: Path) -> None:
    made = new(table(tmp_path, header, [f"{word},{word[0]}" for word in ("ja", "no") * 20]))
    assert [*made.spec.task.text, *made.spec.task.label] == header.split(",")


def test_odd_names_of_columns_are_quoted(tmp_path: Path) -> None:
    names = ['the "text": #1', "no"]
    rows = [f'"{SENTENCES[i % 4]} {i}",{"ab"[i % 2]}' for i in range(40)]
    quoted = '"the ""text"": #1",no'
    made = new(table(tmp_path, quoted, rows))
    assert [*made.spec.task.text, *made.spec.task.label] == names


def test_a_group_is_suggested(tmp_path: Path) -> None:
    rows = [f'"{SENTENCES[i % 4]} {i}",{"ab"[i % 2]},u{i // 4}' for i in range(40)]
    new(table(tmp_path, "text,label,user_id", rows))
    assert "# split: {group: user_id}" in (tmp_path / "made.yaml").read_text()


def test_a_spec_is_not_overwritten(tmp_path: Path) -> None:
    rows = [f'"{SENTENCES[i % 4]} {i}",{"ab"[i % 2]}' for i in range(40)]
    data = table(tmp_path, "text,label", rows)
    (tmp_path / "made.yaml").write_text("mine")
    result = CliRunner().invoke(cli, ["new", str(data), "-o", str(tmp_path / "made.yaml")])
    assert result.exit_code == 2 and "--force" in result.stderr
    assert (tmp_path / "made.yaml").read_text() == "mine"
    new(data, "--force")


@pytest.mark.parametrize(
    ("header", "row", "options", "message"),
    [
        ("a,b", "1,2", [], "the columns are `a`, `b`"),
        ("text,label", "some words to read,x", ["--label", "lable"], "there is no column `lable`"),
        ("text,label", "some words to read,x", ["--name", "Not Kebab"], "kebab-case"),
    ],
)
def test_what_cannot_be_guessed_is_two(
    tmp_path: Path, header: str, row: str, options: list[str], message: str
) -> None:
    data = table(tmp_path, header, [row] * 4)
    result = CliRunner().invoke(cli, ["new", str(data), "-o", str(tmp_path / "x.yaml"), *options])
    assert result.exit_code == 2 and message in result.stderr
    assert not (tmp_path / "x.yaml").exists()


def test_the_schema_is_named_where_it_is(tmp_path: Path) -> None:
    rows = [f'"{SENTENCES[i % 4]} {i}",{"ab"[i % 2]}' for i in range(40)]
    data = table(tmp_path, "text,label", rows)
    new(data)
    assert "$schema" not in (tmp_path / "made.yaml").read_text()
    (tmp_path / "schema.json").write_text("{}")
    new(data, "--force")
    first = (tmp_path / "made.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=schema.json"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("flags\t\t: fpu avx2 avx512f avx512_bf16 amx_bf16", "amx-bf16"),
        ("flags\t\t: fpu avx2 avx512f avx512_bf16", "avx512-bf16"),
        ("flags\t\t: fpu avx2 avx512f", "avx512"),
        ("flags\t\t: fpu avx2", "avx2"),
        ("flags\t\t: fpu sse", None),
        ("Features\t: fp asimd bf16", "neon-bf16"),
        ("Features\t: fp asimd", "neon"),
        ("", None),
    ],
)
def test_instructions(flags: str, expected: str | None) -> None:
    assert instructions_in(f"processor : 0\n{flags}\n") == expected


@pytest.mark.parametrize(
    "text", ["text", "null", "no", "true", "12", "1e5", "a: b", "#x", "..", ""]
)
def test_scalars_are_texts_again(text: str) -> None:
    written = scalar(text)
    assert written == f'"{text}"' or (written == text and resolve(text) == text)


def test_on_a_terminal_it_asks_with_the_guess_as_default(tmp_path: Path) -> None:
    rows = [f'"{SENTENCES[i % 4]} {i}",{"ab"[i % 2]},{"xyz"[i % 3]}' for i in range(40)]
    data = table(tmp_path, "text,label,other", rows)
    ours, theirs = os.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "specc", "new", data.name],
        cwd=tmp_path,
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    os.close(theirs)
    for question, answer in (("text", ""), ("label", "nope"), ("label", "other"), ("model", "")):
        shown = ""
        while not shown.endswith("]: "):
            shown += os.read(ours, 1024).decode()
        assert question in shown.splitlines()[-1]
        os.write(ours, f"{answer}\n".encode())
    assert child.wait(20) == 0
    made = check(tmp_path / "data.yaml")
    assert (made.spec.task.text, made.spec.task.label) == (("text",), ("other",))
