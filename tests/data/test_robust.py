"""Whatever lies in a file: a fact or a diagnostic, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specc.data.files import open_file
from specc.data.findings import FileProblem
from specc.data.read import read_file
from specc.language.data import DataFields

from .workbench import ROWS, findings_in, gather_in, table, write

ENDINGS = ["csv", "tsv", "txt", "json", "jsonl", "parquet"]
PIECES = [
    b"text,label\n", b"text\tlabel\n", b"a,yes\n", b"b,no\n", b"a\tyes\n", b'"', b"'", b"\n", b"\r",
    b"\r\n", b",", b";", b"|", b"\t", b"\x00", b"\xff", b"\xfe", b"\xef\xbb\xbf", b"\xff\xfe",
    b'{"text": "a", "label": "x"}\n', b'{"text": "b", "label": 1}\n', b'{"text": null}\n', b"[",
    b'{"text": "\\ud800", "label": 99999999999999999999999}\n', b'{"text": 1, "text": 2}\n', b"NaN",
    b"]", b"\x81\x40", "äß".encode(), "好".encode("gb18030"), b" ", b"1", b"1.5", b"PAR1", b"{",
    b"}",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join), st.sampled_from(ENDINGS))
@example(b'[{"text": "\\ud800", "label": "x"}, {"text": "b", "label": "y"}]', "json")
@example(b'{"text": "\\ud800", "label": "x"}\n{"text": "b", "label": "y"}', "jsonl")
@example(b'[{"text": "a", "label": 99999999999999999999}, {"text": "b", "label": 1}]', "json")
@example(b'{"text": "a", "label": NaN}\n{"text": "b", "label": 1.5}', "jsonl")
@example(b"text,label\n" + b"x" * 200_000 + b",y\n", "csv")
@example(b"x" * 200_000 + b",label\na,b\n", "csv")
@example(b"text,label\n\n\n", "csv")
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes, ending: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    write(folder / f"a.{ending}", content)
    write(folder / f"b.{ending}", content)
    for data in (f"a.{ending}", f"{{train: a.{ending}, validation: b.{ending[:1]}*}}"):
        for found in findings_in(folder, data):
            assert found.help and "\n" not in found.message


SETTINGS: list[tuple[str, str, str, str]] = [
    ("{train: a.csv, encoding: utf-16}", "", "", "SP306"),
    ('{train: a.csv, delimiter: ";"}', "", "", "SP312"),
    ("{train: a.csv, format: jsonl}", "", "", "SP305"),
    ("{train: a.csv, format: parquet}", "", "", "SP305"),
    ("{train: a.csv, columns: [text, label, id]}", "", "", ""),
    ("{train: b.csv, columns: [text, label, id]}", "", "", "SP314"),
    ("{train: c.csv}", "", "{class_weights: balanced}", "SP223"),
    ("{train: c.csv}", "", "{label_smoothing: 0.1}", "SP223"),
    ("{train: a.csv}", "thresholds: tuned", "", "SP226"),
    ("{train: a.csv}", "labels: [yes, no, maybe]", "", "SP325"),
    ("{train: a.csv, split: {validation: 0.9, test: 0.09}}", "", "", "SP350"),
    ("{train: d.csv}", "", "", "SP350"),
    ("{train: deep.json}", "", "", "SP305"),
    ("{train: .}", "", "", "SP303"),
    ("{train: '/nowhere/*.csv'}", "", "", "SP302"),
    ("{train: '**/[a]*.csv'}", "", "", ""),
    ("{train: '**a/*.csv'}", "", "", "SP302"),
    ("{train: e.csv}", "", "", "SP301"),
    ("{train: a.csv, test: ./*.csv}", "", "", "SP209"),
    ("{train: ['[a].csv', ../*/a.csv]}", "", "", "SP212"),
    ("{train: a.csv, split: {group: text}}", "", "", ""),
    ("{train: a.csv, delimiter: ¦}", "", "", "SP110"),
    ("{train: b.csv, columns: [id, body]}", "", "", "SP312"),
    ("{train: c.csv}", "problem: regression", "", ""),
    ("{train: a.csv, encoding: unicode_escape}", "", "", "SP211"),
    (f"{{train: {'long' * 100}.csv}}", "", "", "SP305"),
]


@pytest.mark.parametrize(("data", "task", "training", "code"), SETTINGS)
def test_settings(data: str, task: str, training: str, code: str, tmp_path: Path) -> None:
    write(tmp_path / "a.csv", table(ROWS))
    write(tmp_path / "b.csv", table(ROWS, ""))
    write(tmp_path / "c.csv", table([(text, f"{i}.5") for i, (text, _) in enumerate(ROWS)]))
    write(tmp_path / "d.csv", table(ROWS[:2]))
    write(tmp_path / "deep.json", "[" * 100_000)
    (tmp_path / "e.csv").symlink_to("e.csv")
    found = findings_in(tmp_path, data, task, training)
    assert (code in {d.code for d in found}) if code else not found, found


def test_groups_are_what_the_file_holds_and_not_what_cleaning_leaves(tmp_path: Path) -> None:
    rows = [(f"{'A' if i % 2 else 'a'} text {i % 15}", "yes" if i % 3 else "no") for i in range(60)]
    write(tmp_path / "a.csv", table(rows))
    data = "{train: a.csv, split: {group: text}, clean: {lower_case: true}}"
    facts, found = gather_in(tmp_path, data)
    assert {d.code for d in found} >= {"SP353"}  # as the project will cut them
    assert facts.splits["train"].table.column_names == ["text", "label"]


def test_nulls_in_lists_are_told_whatever_is_asked_for(tmp_path: Path) -> None:
    values = [["a"], None, ["a", None], [None], ["b"]]
    rows = [{"text": f"t{i % 9}", "label": values[i % 5]} for i in range(30)]
    write(tmp_path / "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    for data in ("{train: a.jsonl}", "{train: a.jsonl, clean: {drop_duplicates: true}}"):
        assert [d.code for d in findings_in(tmp_path, data)] == ["SP320"]


def folder_of(tmp_path: Path, **contents: bytes) -> None:
    for label in ("yes", "no"):
        for i in range(6):
            write(tmp_path / f"texts/{label}/{i}.txt", f"plain {label} {i}")
    for name, content in contents.items():
        write(tmp_path / f"texts/yes/{name}.txt", content)


@pytest.mark.parametrize(
    ("contents", "data", "encoding"),
    [
        ([], "{train: texts}", "utf-8-sig"),
        (["né ici".encode()], "{train: texts}", "utf-8-sig"),
        (["né ici".encode(), "né ici".encode("utf-8-sig")], "{train: texts}", "utf-8-sig"),
        (["né ici".encode("utf-8-sig")], "{train: texts, encoding: utf-8}", "utf-8-sig"),
        (["né ici".encode("cp1252")], "{train: texts}", "cp1252"),
        (["né ici".encode("cp1252"), "né ici".encode()], "{train: texts}", None),
        (["né ici".encode("utf-16")], "{train: texts}", None),
    ],
)
def test_the_files_of_a_folder_are_in_one_encoding(
    contents: list[bytes], data: str, encoding: str | None, tmp_path: Path
) -> None:
    folder_of(tmp_path, **{f"x{i}": content for i, content in enumerate(contents)})
    if encoding is None:
        assert [d.code for d in findings_in(tmp_path, data)] == ["SP306"]
    else:
        assert gather_in(tmp_path, data)[0].splits["train"].files[0].encoding == encoding


def test_hidden_files_are_no_data(tmp_path: Path) -> None:
    folder_of(tmp_path)
    write(tmp_path / "texts/yes/.x.txt", b"\xff\x00")
    write(tmp_path / "texts/.git/x.txt", "x")
    write(tmp_path / "tables/a.csv", table(ROWS))
    write(tmp_path / "tables/._a.csv", b"\xff\x00")
    assert findings_in(tmp_path, "{train: texts}") == []
    assert findings_in(tmp_path, "{train: tables/*.csv}") == []


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    folder_of(tmp_path)
    asked = ("text", "label")
    data = DataFields.model_validate({"train": ["texts"]})
    file = open_file("texts", tmp_path / "texts", data, asked)
    write(tmp_path / "texts/yes/1.txt", b"\xff")
    with pytest.raises(FileProblem) as raised:
        read_file(file, asked)
    assert raised.value.rule.code == "SP306"
