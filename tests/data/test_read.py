"""Every format, encoding and way of quoting gives the same rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.data.facts import DataFacts, DataFile
from specc.diagnostics.diagnostic import SpecError

from .workbench import ROWS, gather_in, table, write

NO_CUT = "split: {validation: 0, test: 0}"
ACCENTED = [(f"crème brûlée à la carte {i}", "oui" if i % 2 else "non") for i in range(20)]
CHINESE = [(f"这家酒店的房间很大{i}", "好" if i % 2 else "差") for i in range(20)]
RUSSIAN = [(f"очень хороший номер, вид на море {i}", "да" if i % 2 else "нет") for i in range(20)]
JAPANESE = [(f"この部屋はとても広いです{i}", "はい" if i % 2 else "いいえ") for i in range(20)]


def rows_of(facts: DataFacts) -> list[tuple[Any, ...]]:
    table = facts.splits["train"].table
    return list(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))


def read(folder: Path, name: str, content: str | bytes, more: str = "") -> tuple[DataFile, Any]:
    write(folder / name, content)
    facts, _ = gather_in(folder, f"{{train: {name}, {NO_CUT}{', ' + more if more else ''}}}")
    return facts.splits["train"].files[0], rows_of(facts)


def lines(rows: list[tuple[str, str]]) -> str:
    return "".join(json.dumps({"text": t, "label": label}) + "\n" for t, label in rows)


def listed(rows: list[tuple[str, str]]) -> str:
    return json.dumps([{"text": t, "label": label} for t, label in rows], indent=1)


FORMATS: dict[str, tuple[str, Callable[[list[tuple[str, str]]], str], str]] = {
    "rows.csv": ("csv", table, ","),
    "rows.tsv": ("tsv", lambda rows: table(rows, "text\tlabel"), "\t"),
    "tabs.csv": ("csv", lambda rows: table(rows, "text\tlabel"), "\t"),
    "semicolons.csv": ("csv", lambda rows: table(rows, "text;label"), ";"),
    "pipes.txt": ("csv", lambda rows: table(rows, "text|label"), "|"),
    "tabs.txt": ("tsv", lambda rows: table(rows, "text\tlabel"), "\t"),
    "crlf.csv": ("csv", lambda rows: table(rows, end="\r\n"), ","),
    "blank_lines.csv": ("csv", lambda rows: table(rows, end="\n\n"), ","),
    "rows.jsonl": ("jsonl", lines, ""),
    "rows.ndjson": ("jsonl", lines, ""),
    "lines.json": ("jsonl", lines, ""),
    "rows.json": ("json", listed, ""),
    "list.jsonl": ("json", listed, ""),
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats(name: str, tmp_path: Path) -> None:
    format, make, delimiter = FORMATS[name]
    file, rows = read(tmp_path, name, make(ROWS))
    assert rows == ROWS
    assert (file.format, file.delimiter or "", file.rows) == (format, delimiter, 30)
    assert set(file.columns) == {"text", "label"}


def test_parquet(tmp_path: Path) -> None:
    columns = {
        "text": pa.array([t for t, _ in ROWS]).dictionary_encode(),
        "label": [label for _, label in ROWS],
    }
    pq.write_table(pa.table({**columns, "id": range(30)}), tmp_path / "rows.parquet")
    facts, _ = gather_in(tmp_path, f"{{train: rows.parquet, {NO_CUT}}}")
    assert rows_of(facts) == ROWS
    assert facts.splits["train"].files[0].columns == ("text", "label", "id")


def test_text_folders(tmp_path: Path) -> None:
    for number, (text, label) in enumerate(ROWS):
        write(tmp_path / f"train/{label}/{number:02}.txt", text + "\n")
    write(tmp_path / "train/README.txt", "not a text")
    facts, _ = gather_in(tmp_path, f"{{train: train, {NO_CUT}}}")
    assert rows_of(facts) == sorted(ROWS, key=lambda row: row[1])
    assert facts.splits["train"].files[0].format == "text-folders"
    assert facts.task.labels == ("no", "yes")


ENCODINGS: list[tuple[str, list[tuple[str, str]], str, str]] = [
    ("utf-8", CHINESE, "utf-8", "utf-8"),
    ("utf-8-sig", CHINESE, "utf-8-sig", "BOM"),
    ("utf-16", ACCENTED, "utf-16", "BOM"),
    ("utf-32", ACCENTED, "utf-32", "BOM"),
    ("utf-16-le", ACCENTED, "utf-16-le", "guessed"),
    ("utf-16-be", ROWS, "utf-16-be", "guessed"),
    ("cp1252", ACCENTED, "cp1252", "guessed"),
    ("latin-1", ACCENTED, "cp1252", "guessed"),
    ("gb18030", CHINESE, "gb18030", "guessed"),
    ("cp1251", RUSSIAN, "cp1251", "guessed"),
    ("cp932", JAPANESE, "cp932", "guessed"),
]


@pytest.mark.parametrize(("codec", "rows", "found", "source"), ENCODINGS)
@pytest.mark.parametrize("format", ["csv", "jsonl", "json"])
def test_encodings(
    codec: str, rows: list[tuple[str, str]], found: str, source: str, format: str, tmp_path: Path
) -> None:
    objects = [{"text": text, "label": label} for text, label in rows]
    content = {
        "csv": table([(f'"{text}"', label) for text, label in rows]),
        "jsonl": "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects),
        "json": json.dumps(objects, ensure_ascii=False),
    }[format]
    file, read_rows = read(tmp_path, f"rows.{format}", content.encode(codec))
    assert (file.encoding, file.encoding_source) == (found, source)
    assert read_rows == rows


def test_declared_encoding(tmp_path: Path) -> None:
    file, rows = read(tmp_path, "a.csv", table(CHINESE).encode("gbk"), "encoding: gbk")
    assert (rows, file.encoding_source) == (CHINESE, "declared")
    bom = b"\xef\xbb\xbf" + table(CHINESE).encode()
    file, rows = read(tmp_path, "b.csv", bom, "encoding: UTF-8")
    assert (rows, file.encoding) == (CHINESE, "utf-8-sig")


QUOTING: list[tuple[str, str, str | None, list[str]]] = [
    ("a.csv", '"a, b",x\n"say ""hi""",y\n', '"', ["a, b", 'say "hi"']),
    ("a.csv", '"two\nlines",x\nc,y\n', '"', ["two lines", "c"]),
    ("a.csv", '5" disk,x\n"a, b",y\n', '"', ['5" disk', "a, b"]),
    ("a.tsv", 'he said "hi"\tx\n"Never" again\ty\n', None, ['he said "hi"', '"Never" again']),
    ("a.tsv", '"open\tx\nb "q" c\ty\n', None, ['"open', 'b "q" c']),
    ("a.tsv", '"It is ""so"""\tx\nb\ty\n', '"', ['It is "so"', "b"]),
    ("a.csv", "NA,x\nnull,y\n", '"', ["NA", "null"]),
    ("a.csv", "007,x\n1e5,y\n", '"', ["007", "1e5"]),
    ("a.csv", "true,x\n2020-01-01,y\n", '"', ["true", "2020-01-01"]),
]


@pytest.mark.parametrize(("name", "body", "quote", "texts"), QUOTING)
def test_quoting(name: str, body: str, quote: str | None, texts: list[str], tmp_path: Path) -> None:
    header = "text\tlabel\n" if name.endswith("tsv") else "text,label\n"
    file, rows = read(tmp_path, name, header + body)
    assert file.quote == quote
    assert rows == [(texts[0], "x"), (texts[1], "y")]


def test_a_byte_order_mark_before_a_quoted_header(tmp_path: Path) -> None:
    body = '\ufeff"text","label"\n"a, b","x"\n"c","y"\n'
    file, rows = read(tmp_path, "a.csv", body)
    assert (rows, file.quote, file.encoding) == ([("a, b", "x"), ("c", "y")], '"', "utf-8-sig")
    assert read(tmp_path, "b.csv", body, "quote: '\"'")[1] == rows


def test_single_quotes_and_no_quotes(tmp_path: Path) -> None:
    _, rows = read(tmp_path, "a.csv", "text,label\n'a, b',x\nc,y\n", 'quote: "\'"')
    assert rows == [("a, b", "x"), ("c", "y")]
    _, rows = read(tmp_path, "b.csv", 'text,label\n"a",x\n"c",y\n', "quote: none")
    assert rows == [('"a"', "x"), ('"c"', "y")]


def test_columns_name_a_file_without_header(tmp_path: Path) -> None:
    body = table([(label, text) for text, label in ROWS], "")
    file, rows = read(tmp_path, "a.csv", body, "columns: [label, text]")
    assert (rows, file.header, file.columns) == (ROWS, False, ("label", "text"))
    with_header = "label,text\n" + body
    file, rows = read(tmp_path, "b.csv", with_header, "columns: [label, text]")
    assert (rows, file.header) == (ROWS, True)


JSON_VALUES: list[tuple[list[Any], list[Any], str]] = [
    ([1, 2, 3], ["1", "2", "3"], "int64"),
    ([1, 2.5, 5.0], ["1", "2.5", "5"], "float64"),
    ([True, False, True], ["1", "0", "1"], "bool_"),
    (["2020-01-01", "x", "1"], ["2020-01-01", "x", "1"], "string"),
    ([["a"], [], ["a", "b"]], [["a"], [], ["a", "b"]], "list_(string)"),
    ([[1], [], [1, 2]], [["1"], [], ["1", "2"]], "list_(int64)"),
    ([["a"], None, ["b"]], [["a"], [], ["b"]], "list_(string)"),
]


@pytest.mark.parametrize(("values", "texts", "kind"), JSON_VALUES)
@pytest.mark.parametrize("format", ["json", "jsonl", "parquet"])
def test_values_become_text(
    values: list[Any], texts: list[Any], kind: str, format: str, tmp_path: Path
) -> None:
    rows = [{"text": f"t{i}", "label": value, "id": i} for i, value in enumerate(values)]
    path = tmp_path / f"a.{format}"
    if format == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        write(path, json.dumps(rows) if format == "json" else "\n".join(map(json.dumps, rows)))
    facts, _ = gather_in(tmp_path, f"{{train: {path.name}, {NO_CUT}}}")
    assert [label for _, label in rows_of(facts)] == texts
    assert dict(facts.splits["train"].files[0].types)["label"] == kind


def test_type_that_only_a_late_line_shows(tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"t{i}", "label": i % 5}) for i in range(400)]
    lines[300] = json.dumps({"text": "t", "label": 2.5})
    file, rows = read(tmp_path, "a.jsonl", "\n".join(lines))
    assert rows[300] == ("t", "2.5")
    assert dict(file.types)["label"] == "float64"


def test_globs_and_lists(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"parts/{2 - number}.csv", table(ROWS[number * 10 : number * 10 + 10]))
    data = f"{{train: ['parts/[01].csv', parts/2.csv], {NO_CUT}}}"
    facts, _ = gather_in(tmp_path, data)
    names = [file.name for file in facts.splits["train"].files]
    assert names == ["parts/0.csv", "parts/1.csv", "parts/2.csv"]
    assert rows_of(facts) == ROWS[20:] + ROWS[10:20] + ROWS[:10]


def test_a_row_longer_than_a_block(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", table([("x" * (1 << 25), "yes"), ("b", "no")]))
    with pytest.raises(SpecError) as raised:
        gather_in(tmp_path, "a.csv")
    assert [d.code for d in raised.value.diagnostics] == ["SP305"]


field = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1)


@given(st.lists(field, min_size=2, max_size=8))
def test_written_csv_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    body = "".join(
        f'"{text.replace(chr(34), chr(34) * 2)}",{"yes" if i % 2 else "no"}\n'
        for i, text in enumerate(texts)
    )
    folder = tmp_path_factory.mktemp("csv")
    write(folder / "a.csv", "text,label\n" + body)
    clean = "clean: {whitespace: false}"
    facts, _ = gather_in(folder, f"{{train: a.csv, {NO_CUT}, {clean}}}")
    assert [text for text, _ in rows_of(facts)] == texts
