"""`specc new` on tables as they are published: the guess is right, or refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from specc.cli.main import cli
from specc.pipeline import check

TEXTS = [
    "The bus was late again and nobody told us",
    "A kind driver waited for me in the rain",
    "I paid twice and want one of them back",
    "The new timetable is easy to read",
]
ROWS = [(f"{TEXTS[i % 4]}, day {i}", ("cross", "glad")[i % 2]) for i in range(40)]


def invoke(folder: Path, *arguments: str) -> tuple[int, str, dict[str, Any]]:
    """Exit code, all output and the written `task` and `data`."""
    spec = folder / "made.yaml"
    result = CliRunner().invoke(cli, ["new", *arguments, "-y", "--force", "-o", str(spec)])
    if not spec.exists():
        return result.exit_code, result.output, {}
    checked = check(spec)
    return result.exit_code, result.output, checked.source.value


def write(folder: Path, name: str, lines: list[str], encoding: str = "utf-8") -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return str(path)


def csv_rows(form: str) -> list[str]:
    return [form.format(text=f'"{text}"', label=label, i=i) for i, (text, label) in enumerate(ROWS)]


@pytest.mark.parametrize(
    ("header", "form", "text", "label"),
    [
        ("v1,v2,,", "{label},{text},,", "v2", "v1"),
        (
            "When did you ride,What do you want to tell us about your last ride,"
            "Would you say that you were cross or glad about it?",
            "2025-03-{i:02} 08:00,{text},{label}",
            "What do you want to tell us about your last ride",
            "Would you say that you were cross or glad about it?",
        ),
        (
            "ride_id,rider_mood,rider_mood_gold,seat,text,stop",
            "9{i},{label},,,{text},North",
            "text",
            "rider_mood",
        ),
    ],
)
def test_headers_of_real_tables(
    tmp_path: Path, header: str, form: str, text: str, label: str
) -> None:
    code, output, spec = invoke(tmp_path, write(tmp_path, "a.csv", [header, *csv_rows(form)]))
    assert code == 0, output
    assert (spec["task"]["text"], spec["task"]["label"]) == (text, label)
    assert "columns" not in spec["data"]


def test_made_up_names_are_no_pair(tmp_path: Path) -> None:
    code, output, spec = invoke(tmp_path, write(tmp_path, "a.csv", csv_rows("{label},{text}")))
    assert code == 0, output
    assert spec["data"]["columns"] == ["label", "text"]


def test_rows_above_the_names_are_told(tmp_path: Path) -> None:
    lines = ["Rides of March;;", "made on Monday;;", "no;text;label"]
    rows = [f"{i};{text.replace(',', '')};{label}" for i, (text, label) in enumerate(ROWS)]
    code, output, spec = invoke(tmp_path, write(tmp_path, "a.csv", [*lines, *rows]))
    assert code == 1 and not spec
    assert "SP359" in output and "next:" not in output


def test_a_second_text_that_decides_the_label_is_left_out(tmp_path: Path) -> None:
    rows = [f'"{text}","{label} people","{label}"' for text, label in ROWS]
    named = write(tmp_path, "a.csv", ["text_a,text_b,label", *rows])
    code, output, spec = invoke(tmp_path, named)
    assert code == 0, output
    assert spec["task"]["text"] == "text_a"


def questions(answers: object) -> list[dict[str, object]]:
    place = "The mill of {0} stands at the river {0}."
    names = ("Arn", "Bel", "Cor", "Dun")
    return [
        {
            "question": f"Where is the mill of {names[i % 4]}, asks person {i}?",
            "context": place.format(names[i % 4]),
            "answers": answers,
        }
        for i in range(40)
    ]


def tags() -> list[dict[str, object]]:
    return [
        {"tokens": ["Ida", "likes", "Bern", str(i)], "ner_tags": ["B-PER", "O", "B-LOC", "O"]}
        for i in range(40)
    ]


@pytest.mark.parametrize("ending", ["json", "jsonl", "parquet"])
@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (questions({"text": ["the river"], "answer_start": [26]}), "question-answering"),
        (tags(), "token-classification"),
    ],
)
def test_rows_of_objects_and_lists(
    tmp_path: Path, ending: str, rows: list[dict[str, object]], kind: str
) -> None:
    path = tmp_path / f"a.{ending}"
    if ending == "parquet":
        import pyarrow as pa
        from pyarrow import parquet

        parquet.write_table(pa.Table.from_pylist(rows), path)
    else:
        lines = [json.dumps(row) for row in rows]
        path.write_text("\n".join(lines) if ending == "jsonl" else f"[{','.join(lines)}]")
    code, output, spec = invoke(tmp_path, str(path))
    assert code == 0, output
    assert spec["task"]["kind"] == kind


def test_classes_of_words_without_marks(tmp_path: Path) -> None:
    lines = [
        line for i in range(40) for line in ("Ida NOUN", "likes VERB", f"Bern{i % 3} NOUN", "")
    ]
    code, output, spec = invoke(tmp_path, write(tmp_path, "a.conll", lines))
    assert code == 0, output
    assert spec["task"]["scheme"] == "plain"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"prompt": "a b", "chosen": "c d", "rejected": "e f"}, "preferences"),
        ({"messages": [{"role": "user", "content": "a b"}]}, "chat messages"),
        ({"question": "a b", "choices": ["c", "d"], "answer": 0}, "multiple choice"),
        ({"image": "a/1.png", "caption": "a dot"}, "images"),
    ],
)
def test_what_is_outside_the_language_is_named(
    tmp_path: Path, row: dict[str, object], what: str
) -> None:
    named = write(tmp_path, "a.jsonl", [json.dumps(row)] * 20)
    code, output, spec = invoke(tmp_path, named)
    assert (code, spec) == (2, {})
    assert f"holds {what}" in output


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b'[{"text": "a"} {"text": "b"}]'),
        ("a.jsonl", b"1\n2\n"),
        ("a.parquet", b"PAR1 no table"),
    ],
)
def test_damaged_files_are_findings(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    code, output, _ = invoke(tmp_path, str(tmp_path / name))
    assert code == 1 and "SP305" in output


def test_numbers_that_no_table_holds_are_passed_over(tmp_path: Path) -> None:
    rows = [{"id": 2**70 + i, "text": text, "label": label} for i, (text, label) in enumerate(ROWS)]
    named = write(tmp_path, "a.json", [json.dumps(rows)])
    code, output, _ = invoke(tmp_path, named)
    assert code == 0, output


@pytest.mark.parametrize("number", [2, 30])
def test_a_folder_of_texts_and_a_pattern_are_a_corpus(tmp_path: Path, number: int) -> None:
    for i in range(number):
        write(tmp_path, f"books/{i}.txt", [f"{text} on ride {i}." for text in TEXTS * 10])
    for given in ("books", "books/*.txt"):
        code, output, spec = invoke(tmp_path, str(tmp_path / given))
        assert code == 0, output
        assert spec["task"]["kind"] == "causal-lm"
        assert spec["data"]["train"] == "books/*.txt"


def test_splits_in_folders_beside_each_other(tmp_path: Path) -> None:
    lines = ["text,label", *csv_rows("{text},{label}")]
    named = write(tmp_path, "Train/rides.csv", lines)
    write(tmp_path, "dev/rides.csv", lines[:9])
    code, output, spec = invoke(tmp_path, named)
    assert code == 0, output
    assert spec["data"]["validation"] == "dev/rides.csv"


def test_all_that_is_guessed_can_be_said(tmp_path: Path) -> None:
    rows = [f"{text.replace(',', '')};{label};Gruß" for text, label in ROWS]
    named = write(tmp_path, "rides.data", rows, "latin-1")
    test = write(tmp_path, "others.data", rows[:8], "latin-1")
    said = ["--format", "csv", "--delimiter", ";", "--encoding", "latin-1", "--no-header"]
    said += ["--columns", "words,mood,end", "--text", "words", "--label", "mood", "--test", test]
    code, output, spec = invoke(tmp_path, named, *said)
    assert code == 0, output
    assert spec["task"] == {"kind": "text-classification", "text": "words", "label": "mood"}
    data = {"train": "rides.data", "test": "others.data", "format": "csv", "delimiter": ";"}
    assert spec["data"] == data | {"encoding": "latin-1", "columns": ["words", "mood", "end"]}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (("--source", "first", "--target", "second"), "text-to-text"),
        (("--task", "causal-lm", "--text", "second"), "causal-lm"),
    ],
)
def test_keys_of_a_task_say_its_kind(tmp_path: Path, said: tuple[str, ...], kind: str) -> None:
    rows = [f'"{text}","{text} indeed"' for text, _ in ROWS]
    code, output, spec = invoke(tmp_path, write(tmp_path, "a.csv", ["first,second", *rows]), *said)
    assert code == 0, output
    assert spec["task"]["kind"] == kind


def test_a_spec_that_fails_is_not_recommended(tmp_path: Path) -> None:
    rows = [f'"{text}",{label}' for text, label in ROWS[:1]] * 3
    named = write(tmp_path, "a.csv", ["text,label", *rows])
    result = CliRunner().invoke(cli, ["new", named, "-y", "-o", str(tmp_path / "m.yaml")])
    assert result.exit_code == 1
    assert "the guess does not hold" in result.output and "next:" not in result.output


def test_a_second_source_may_be_empty(tmp_path: Path) -> None:
    rows = [
        {"instruction": text, "input": "Bern" if i % 4 == 0 else "", "output": f"Ride {i} is gone"}
        for i, (text, _) in enumerate(ROWS)
    ]
    code, output, spec = invoke(tmp_path, write(tmp_path, "a.json", [json.dumps(rows)]))
    assert code == 0, output
    assert spec["task"]["source"] == ["instruction", "input"]
    facts = check(tmp_path / "made.yaml").facts
    assert sum(split.rows for split in facts.splits.values()) == len(rows)


@pytest.mark.parametrize("name", ["-rides.csv", "ri\ndes.csv"])
def test_the_name_of_the_spec_can_be_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, name, ["text,label", *csv_rows("{text},{label}")])
    result = CliRunner().invoke(cli, ["new", "-y", "--", name])
    assert result.exit_code == 0, result.output
    (spec,) = tmp_path.glob("*.yaml")
    assert f"specc run {spec.name} " in result.output
    assert not spec.name.startswith("-")


def test_a_name_that_no_spec_can_hold_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "ri\udcffdes.csv", ["text,label"])
    result = CliRunner().invoke(cli, ["new", str(tmp_path / "ri\udcffdes.csv"), "-y"])
    assert result.exit_code == 2
    assert "not UTF-8" in result.output


def test_decimals_with_commas_are_not_several_labels(tmp_path: Path) -> None:
    rows = [f"{text};{i % 4 / 2:.2f}".replace(".", ",") for i, (text, _) in enumerate(ROWS)]
    _, output, made = invoke(tmp_path, write(tmp_path, "a.csv", ["text;score", *rows]))
    assert "separator" not in made["task"]
    assert "numbers with a comma" in output


def test_offsets_are_no_labels(tmp_path: Path) -> None:
    rows = [f'"{text}",who is it,{i % 4},{i % 4 + 3}' for i, (text, _) in enumerate(ROWS)]
    path = write(tmp_path, "a.csv", ["context,question,answer_start,answer_end", *rows])
    code, output, _ = invoke(tmp_path, path)
    assert (code, "no column looks like a label" in output) == (2, True)


@pytest.mark.parametrize(
    ("name", "lines", "told"),
    [
        ("a.csv", ["\ufeff\ufefftext,label", *csv_rows("{text},{label}")], "SP312"),
        ("a.jsonl", [json.dumps({"text": t, "label": {"name": x}}) for t, x in ROWS], "SP315"),
        (
            "a.json",
            [
                json.dumps(
                    {s: [{"text": t, "label": x} for t, x in ROWS] for s in ("train", "test")}
                )
            ],
            "its rows are the list `train`",
        ),
    ],
)
def test_what_cannot_be_read_is_told_by_its_name(
    tmp_path: Path, name: str, lines: list[str], told: str
) -> None:
    code, output, _ = invoke(tmp_path, write(tmp_path, name, lines))
    assert (code, told in output) == (1, True), output


def test_lines_of_text_alone_are_a_corpus(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", [json.dumps({"text": text}) for text, _ in ROWS])
    code, _, made = invoke(tmp_path, path)
    assert (code, made["task"]["kind"]) == (0, "causal-lm")
