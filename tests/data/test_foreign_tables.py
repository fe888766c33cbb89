"""Files that other programs write: read as they are meant, or refused by their name."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from .workbench import ROWS, findings_in, gather_in, table, write

KOREAN = "\uc774 \ud638\ud154\uc740 \uc815\ub9d0 \uc88b\uc544\uc694"
RUSSIAN = "\u043e\u0447\u0435\u043d\u044c \u0445\u043e\u0440\u043e\u0448\u043e"
CZECH = "P\u0159\u00edli\u0161 \u017elu\u0165ou\u010dk\u00fd k\u016f\u0148"
POLISH = "\u017c\u00f3\u0142w jest w \u0142\u0105ce z \u017arebi\u0119ciem"
TAIWANESE = "\u9019\u5bb6\u98ef\u5e97\u7684\u65e9\u9910\u975e\u5e38\u597d"


@pytest.mark.parametrize(
    ("text", "encoding", "guess"),
    [
        (KOREAN, "euc-kr", "cp949"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "cp1251", "cp1251"),
        (TAIWANESE, "big5", "big5"),
        (POLISH, "cp1250", "cp1250"),
        (CZECH, "cp1250", "cp1250"),
        ("zu gr\u00fcn und sch\u00f6n", "cp1252", "cp1252"),
    ],
)
def test_a_guess_is_right_and_shows_a_sample(
    tmp_path: Path, text: str, encoding: str, guess: str
) -> None:
    rows = [(f"{text} {i}", "yes" if i % 2 else "no") for i in range(30)]
    write(tmp_path / "a.csv", table(rows).encode(encoding))
    told = next(d for d in findings_in(tmp_path, "a.csv") if d.code == "SP307")
    assert f"read as {guess}," in told.message
    assert text[:15] in told.notes[0].message


@pytest.mark.parametrize(
    ("start", "name", "what"),
    [
        (b"PK\x03\x04", "a.xlsx", "a workbook"),
        (b"PK\x03\x04", "a.zip", "a zip archive"),
        (b"PK\x03\x04", "a.csv", "a workbook"),
        (b"\xd0\xcf\x11\xe0", "a.xls", "a workbook of Excel"),
        (b"ARROW1\0\0", "a.arrow", "an Arrow"),
        (b"PAR1", "a.csv", "a Parquet file"),
        (b"\x1f\x8b\x08", "a.jsonl", "packed with gzip"),
    ],
)
def test_files_that_are_no_text_are_named(
    tmp_path: Path, start: bytes, name: str, what: str
) -> None:
    write(tmp_path / name, start + bytes(range(256)))
    (told,) = findings_in(tmp_path, name)
    assert told.code == "SP304"
    assert what in told.message


def test_label_columns_of_dummies_count_what_is_true(tmp_path: Path) -> None:
    rows = [
        (f"text {i}", str(i % 2 == 0), str(float(i % 3 == 0)), str(int(i % 5 == 0)))
        for i in range(30)
    ]
    write(tmp_path / "a.csv", table(rows, "text,bad,late,rude"))
    facts, _ = gather_in(tmp_path, "{train: a.csv}", "text: text, label: [bad, late, rude]")
    totals = [sum(counts) for counts in zip(*facts.task.counts.values(), strict=True)]
    assert totals == [15, 10, 6]


def test_minus_one_is_a_class_beside_zero_and_one(tmp_path: Path) -> None:
    """And stands for no label beside the numbers of three classes."""
    for classes, doubtful in (("-1 0 1", False), ("-1 0 1 2", True)):
        names = classes.split()
        write(tmp_path / "a.csv", table([(f"text {i}", names[i % len(names)]) for i in range(60)]))
        codes = {d.code for d in findings_in(tmp_path, "a.csv")}
        assert ("SP335" in codes) is doubtful


def test_two_missing_columns_are_two_hints(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", table([("a", "b")] * 5, " text , label"))
    (told,) = findings_in(tmp_path, "a.csv")
    assert told.help is not None
    assert told.help.count("; ") == 1
    write(tmp_path / "a.csv", table([("a", "b")] * 5, "texl,other"))
    (told,) = findings_in(tmp_path, "a.csv", "text: text, label: texts")
    assert told.help == "write `texl` for `text`, as in the file"


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("columns", {"text": ["a b", "c d"], "label": ["x", "y"]}, "a list for each column"),
        ("pandas", {"text": {"0": "a", "1": "b"}, "label": {"0": "x", "1": "y"}}, "an object for"),
        ("split", {"columns": ["text", "label"], "index": [0], "data": [["a", "x"]]}, "split"),
        ("index", {"0": {"text": "a", "label": "x"}}, "a key for each row"),
        ("wrapped", {"n": 1, "all": {"rows": [{"text": "a", "label": "x"}]}}, "`all.rows`"),
        ("values", [["a", "x"], ["b", "y"]], "a list of lists"),
        ("nested", [{"data": {"text": "a"}, "label": "x"}], "`data.text`"),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_json_in_another_shape_is_named(
    tmp_path: Path, name: str, value: object, what: str, indent: int | None
) -> None:
    write(tmp_path / f"{name}.json", json.dumps(value, indent=indent))
    (told,) = findings_in(tmp_path, f"{name}.json")
    assert told.code == "SP357"
    assert what in told.message


def test_rows_that_are_one_object_each_are_read(tmp_path: Path) -> None:
    """Also where a file holds one row, and where a row holds lists or objects beside."""
    rows = [{"text": t, "label": y, "more": {"text": "x"}, "all": [{"a": 1}]} for t, y in ROWS]
    write(tmp_path / "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    write(tmp_path / "one.jsonl", json.dumps(rows[0]))
    facts, _ = gather_in(tmp_path, "{train: a.jsonl, test: one.jsonl}")
    assert facts.splits["test"].table.column("text").to_pylist() == [ROWS[0][0]]


@pytest.mark.parametrize("labels", [["yes"], ["yes", "late"]])
def test_lines_of_fasttext_are_named(tmp_path: Path, labels: list[str]) -> None:
    start = " ".join(f"__label__{label}" for label in labels)
    write(tmp_path / "a.txt", "".join(f"{start} text {i}, and more\n" for i in range(20)))
    (told,) = findings_in(tmp_path, "a.txt")
    assert told.code == "SP304"
    assert "fastText" in told.message
    assert ("sed" in (told.help or "")) is (len(labels) == 1)


def test_the_command_for_fasttext_makes_a_table(tmp_path: Path) -> None:
    texts = [(f'he said "{i}", twice', "yes" if i % 2 else "no") for i in range(30)]
    write(tmp_path / "a.txt", "".join(f"__label__{label} {text}\n" for text, label in texts))
    (told,) = findings_in(tmp_path, "a.txt")
    command = (told.help or "").split("`")[1]
    subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    facts, _ = gather_in(tmp_path, "{train: a.tsv, columns: [label, text], quote: none}")
    read = [t for split in facts.splits.values() for t in split.table.column("text").to_pylist()]
    assert sorted(read) == sorted(text for text, _ in texts)


def test_single_quotes_are_offered_and_read(tmp_path: Path) -> None:
    write(
        tmp_path / "a.csv",
        table([(f"'it''s {i}, sir'", ["no", "yes"][i % 2]) for i in range(30)]),
    )
    (told,) = findings_in(tmp_path, "a.csv")
    assert told.code == "SP358"
    facts, _ = gather_in(tmp_path, '{train: a.csv, quote: "\'"}')
    read = [t for split in facts.splits.values() for t in split.table.column("text").to_pylist()]
    assert sorted(read) == sorted(f"it's {i}, sir" for i in range(30))


def test_apostrophes_are_no_quotes(tmp_path: Path) -> None:
    rows = [(f"'tis the dogs' bone {i}", "yes" if i % 2 else "no") for i in range(30)]
    write(tmp_path / "a.csv", table(rows))
    assert not findings_in(tmp_path, "a.csv")


def test_quoting_is_only_turned_off_where_that_helps(tmp_path: Path) -> None:
    """Of texts with delimiters inside, it would cut each one into several fields."""
    good = [(f'"text, {i}"', "yes" if i % 2 else "no") for i in range(30)]
    write(tmp_path / "a.csv", table([*good, ('"Never" again', "no")]))
    (told,) = findings_in(tmp_path, "a.csv")
    assert told.code == "SP309"
    assert "quote: none" not in (told.help or "")
    write(
        tmp_path / "b.csv",
        table([(f'"text {i}"', "yes") for i in range(9)] + [('"Never" b', "no")]),
    )
    (told,) = findings_in(tmp_path, "b.csv")
    assert "`quote: none`" in (told.help or "")


@pytest.mark.parametrize(
    "text", [r'"a \"big\" dog, {}"', r'"a \"big, dog\" {}"', r'"\"{}\""', r'"{} \"big\""']
)
def test_quotes_behind_a_backslash_are_named(tmp_path: Path, text: str) -> None:
    write(tmp_path / "a.csv", table([(text.format(i), "yes") for i in range(30)]))
    (told,) = findings_in(tmp_path, "a.csv")
    assert "backslash" in told.message
    assert "escapechar" in (told.help or "")


@pytest.mark.parametrize("title", ["Report", "Report;", "Report of May;\nby us;\n;"])
@pytest.mark.parametrize("asked", ["text: text, label: label", "text: words, label: kind"])
def test_the_header_below_a_title_is_found(tmp_path: Path, title: str, asked: str) -> None:
    rows = table(ROWS, "text;label")
    write(tmp_path / "a.csv", f"{title}\n{rows}")
    (told,) = findings_in(tmp_path, "a.csv", asked)
    assert told.code == "SP359"
    write(
        tmp_path / "b.csv",
        "".join((tmp_path / "a.csv").read_text().splitlines(True)[title.count("\n") + 1 :]),
    )
    assert not findings_in(tmp_path, "b.csv")


@pytest.mark.parametrize("sign", ["\xa0", "\u200b", "\ufeff"])
def test_an_invisible_character_in_a_header_is_named(tmp_path: Path, sign: str) -> None:
    write(tmp_path / "a.csv", table(ROWS, f"text,label{sign}"))
    (told,) = findings_in(tmp_path, "a.csv")
    assert f"U+{ord(sign):04X}" in (told.help or "")


def test_a_backslash_at_the_end_of_a_field_is_one(tmp_path: Path) -> None:
    rows = [(f'"1/74, {i}\\"', "yes" if i % 2 else "no") for i in range(30)]
    write(tmp_path / "a.csv", table(rows))
    facts, told = gather_in(tmp_path, "a.csv")
    assert not told
    assert facts.splits["train"].table.column("text")[0].as_py().endswith("\\")


@pytest.mark.parametrize(("start", "what"), [(' "', "a space"), ('="', "`=`")])
def test_quotes_behind_a_sign_are_named(tmp_path: Path, start: str, what: str) -> None:
    rows = [(f"text number {i}", f'{start}{"no" if i % 3 else "yes"}"') for i in range(30)]
    write(tmp_path / "a.csv", table(rows))
    (told,) = findings_in(tmp_path, "a.csv")
    assert (told.code, f"{what} stands before a quote" in told.message) == ("SP309", True)
    assert findings_in(tmp_path, "{train: a.csv, quote: none}") == []


def test_a_tsv_with_commas_is_read(tmp_path: Path) -> None:
    write(tmp_path / "a.tsv", table(ROWS))
    facts, _ = gather_in(tmp_path, "a.tsv")
    assert facts.splits["train"].files[0].columns == ("text", "label")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('["a text", "b"]\n["another", "c"]\n', "a list of lists"),
        ('[{"id": 1, "data": {"text": "a"}, "annotations": []}]', "Label Studio"),
        ('{"paragraphs": [{"context": "a", "qas": []}]}', "paragraphs"),
        ('{"context": "a b", "qas": []}\n{"context": "b", "qas": []}\n', "paragraphs"),
    ],
)
def test_other_shapes_of_json_are_named(tmp_path: Path, content: str, what: str) -> None:
    write(tmp_path / "a.jsonl", content)
    (told,) = findings_in(tmp_path, "a.jsonl")
    assert (told.code, what in told.message) == ("SP357", True), told.message
