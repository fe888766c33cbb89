"""Files that other programs write: read as they are meant, or refused by their name."""

from __future__ import annotations

from pathlib import Path

import pytest

from .workbench import findings_in, gather_in, table, write

KOREAN = "\uc774 \ud638\ud154\uc740 \uc815\ub9d0 \uc88b\uc544\uc694"
RUSSIAN = "\u043e\u0447\u0435\u043d\u044c \u0445\u043e\u0440\u043e\u0448\u043e"
TAIWANESE = "\u9019\u5bb6\u98ef\u5e97\u7684\u65e9\u9910\u975e\u5e38\u597d"


@pytest.mark.parametrize(
    ("text", "encoding", "guess"),
    [
        (KOREAN, "euc-kr", "cp949"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "cp1251", "cp1251"),
        (TAIWANESE, "big5", "big5"),
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
    assert told.help == "did you mean `texl`?"
