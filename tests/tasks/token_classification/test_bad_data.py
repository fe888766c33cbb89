"""Whatever the files hold, the data stage says what is wrong with them, or nothing is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.tasks.token_classification.workbench import (
    COLUMNS,
    LISTS,
    SPANS,
    findings,
    jsonl,
    write,
)

GOOD = "\n".join(f"Ann{i} B-PER\nmet O\nBo{i} B-LOC\nthere I-LOC\n" for i in range(30))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (GOOD, ""),
        ("Ann B-PER\n", "SP366"),
        ("-DOCSTART- O\n\n", "SP310"),
        ("\n \n\t\n", "SP310"),
        ("# a\n# b c\n", "SP310"),
        (GOOD.replace("met O", "met"), "SP308"),
        (GOOD.replace("met O", "met NN O"), "SP308"),
        (GOOD.replace("B-", "b-").replace("I-", "i-"), "SP361"),
        (GOOD.replace("B-", "B_").replace("I-", "I_"), "SP361"),
        (GOOD.replace("Bo3 B-LOC", "Bo3 BLOC"), "SP361 SP362"),
        (GOOD.replace("Bo3 B-LOC", "Bo3 B-"), "SP361 SP362"),
        (GOOD.replace("B-PER", "1").replace("B-LOC", "2").replace("I-LOC", "3"), ""),
        (GOOD.replace("O\n", "0\n").replace("B-PER", "1").replace("-LOC", ""), ""),
        (GOOD.replace("Bo3 B-LOC", "Bo3 O"), "SP362"),
        (GOOD.replace("B-LOC", "O"), "SP362"),
        (GOOD.replace("B-PER", "O").replace("B-LOC", "O").replace("I-LOC", "O"), "SP366"),
        (GOOD.replace(" ", "\t").replace("\n", "\t\n").replace("\n\t\n", "\n\n"), "SP369"),
        ("".join(f"{i} O\n\n7{i} B-A\n\n" for i in range(9)), ""),
        ("".join(f"{i} Ann B-A\n{i} met O\n\n" for i in range(9)), "SP395"),
        (GOOD.replace("\n\n", "\n"), "SP398"),
        (GOOD.replace("\n\n", "\n").replace("\n", "\n\n"), "SP398"),
        ("Ann/NNP met/VB\n\nBo/NNP left/VB\n", "SP399"),
        ("and/or B-A/B\nn O\n\n" * 9 + "n O\n", ""),
        ("word tag\n" + GOOD, "SP356"),
        (GOOD.replace(" ", ","), "SP312"),
        ("\n".join(" ".join(reversed(line.split(" "))) for line in GOOD.split("\n")), "SP361"),
        ("\x00\x01 O\n\x02 B-A\n" + GOOD, "SP365"),
    ],
)
def test_columns(text: str, codes: str, tmp_path: Path) -> None:
    write(tmp_path / "rows.conll", text)
    found = {d.code for d in findings(tmp_path, COLUMNS, "rows.conll")}
    aside = {"SP343", "SP352", "SP353", "SP365"}
    assert found - aside == set(codes.split()) - aside


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ("Ann,B-PER\nmet,O\n" * 30, "SP397"),
        ("\"['Ann', 'met']\",\"['B-PER', 'O']\"\n" * 30, "SP397"),
        ("Ann met Bo,B-PER O B-PER\n" * 30, "SP397"),
        ("Ann met Bo,people\n" * 30, "SP315"),
    ],
)
def test_tables_of_words(rows: str, codes: str, tmp_path: Path) -> None:
    write(tmp_path / "rows.csv", "tokens,tags\n" + rows)
    assert {d.code for d in findings(tmp_path, LISTS, "rows.csv")} == {codes}


LISTED: list[dict[str, Any]] = [
    {"tokens": ["Ann", f"x{i}"], "tags": ["B-A", "O"]} for i in range(30)
]


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        (LISTED, ""),
        ([*LISTED, {"tokens": [], "tags": []}, {"tokens": None, "tags": None}], "SP470"),
        ([*LISTED, {"tokens": ["a", None], "tags": ["O", "O"]}], "SP368"),
        ([*LISTED, {"tokens": ["a", "b"], "tags": ["O", None]}], "SP368"),
        ([*LISTED, {"tokens": ["a"]}], "SP360"),
        ([*LISTED, {"tokens": ["a"], "tags": ["O", "O"]}], "SP360"),
        ([*LISTED, {"tokens": "a b", "tags": "O O"}], "SP315"),
        ([{"tokens": "a b", "tags": "O O"}] * 20, "SP397"),
        ([{"tokens": [["a"]], "tags": [["O"]]}] * 20, "SP315"),
        ([{"tokens": [{"a": 1}], "tags": [{"a": 1}]}] * 20, "SP315"),
        ([{"tokens": [], "tags": []}] * 20, "SP340"),
        ([{"tokens": ["a", f"b{i}"], "tags": [1, 0]} for i in range(30)], "SP361"),
        ([{"tokens": ["a", f"b{i}"], "tags": [True, False]} for i in range(30)], "SP361"),
    ],
)
def test_lists(rows: list[dict[str, Any]], codes: str, tmp_path: Path) -> None:
    write(tmp_path / "rows.jsonl", jsonl(rows))
    found = {d.code for d in findings(tmp_path, LISTS, "rows.jsonl")}
    assert found - {"SP352", "SP353"} == set(codes.split())


SPANNED = [
    {"text": f"Ann{i} lives in Oslo", "entities": [[0, 3 + len(str(i)), "P"]]} for i in range(30)
]


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ({"text": "Ann", "entities": None}, ""),
        ({"text": "", "entities": []}, "SP470"),
        ({"text": "Ann", "entities": [[0, 3, "a b \"'{}"]]}, ""),
        ({"text": "Ann", "entities": [[0, 3, "a\nb"]]}, ""),
        ({"text": "Ann", "entities": 5}, "SP315"),
        ({"text": "Ann", "entities": "P"}, "SP315"),
        ({"text": "Ann", "entities": {"start": 0}}, "SP315"),
        ({"text": "Ann", "entities": [[0, 3]]}, "SP315"),
        ({"text": "Ann", "entities": [[0, 3.0, "P"]]}, "SP315"),
        ({"text": "Ann", "entities": [[0, True, "P"]]}, "SP315"),
        ({"text": "Ann", "entities": [[0, 3, ""]]}, "SP315"),
        ({"text": None, "entities": []}, "SP315"),
        ({"text": ["Ann"], "entities": []}, "SP315"),
        ({"text": "Ann"}, ""),
        ({"entities": []}, "SP315"),
        ({"id": 3, "data": {"text": "Ann"}, "annotations": []}, "SP315"),
        ({"text": "Ann", "entities": [{"start": 0, "end": 3, "labels": ["P", "Q"]}]}, "SP315"),
        ({"text": "Ann", "entities": [{"start": 0, "end": 2, "tag": "P", "text": "Ann"}]}, "SP389"),
        ({"text": "Ann", "entities": [[-3, 3, "P"]]}, "SP317"),
        ({"text": "Ann", "entities": [[0, 10**30, "P"]]}, "SP317"),
        ({"text": "Ann", "entities": [[2, 2, "P"]]}, "SP317"),
        ({"text": "A n", "entities": [[1, 2, "P"]]}, "SP317"),
        ({"text": "Ann Lee", "entities": [[0, 7, "P"], [4, 7, "P"]]}, "SP317"),
    ],
)
def test_spans(row: dict[str, Any], codes: str, tmp_path: Path) -> None:
    write(tmp_path / "rows.jsonl", jsonl([*SPANNED, row]))
    found = {d.code for d in findings(tmp_path, SPANS, "rows.jsonl")}
    assert found - {"SP352", "SP353", "SP365"} == set(codes.split())


@pytest.mark.parametrize(
    "line",
    ['{"text": "\\ud800 a", "entities": []}', '{"text": "a", "entities": [[0, 1, "\\ud800"]]}',
     "{", "[1, 2]"],
)  # fmt: skip
def test_lines_that_are_no_rows(line: str, tmp_path: Path) -> None:
    write(tmp_path / "rows.jsonl", jsonl(SPANNED) + line + "\n")
    assert {d.code for d in findings(tmp_path, SPANS, "rows.jsonl")} <= {"SP305", "SP315"}
    write(tmp_path / "rows.jsonl", jsonl(LISTED) + '{"tokens": ["\\ud800"], "tags": ["O"]}\n')
    assert {d.code for d in findings(tmp_path, LISTS, "rows.jsonl")} == {"SP305"}
