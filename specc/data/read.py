"""Reading one of the user's files into a table. The generated projects make the same calls.

Whatever the format, a text or label is a string and never null:

- CSV and TSV: what stands between the delimiters, without the quotes; nothing is taken for a
  number or a missing value. Empty lines are skipped.
- JSON and Parquet: numbers become their shortest decimal text (`5.0` is `5`), true and false
  become 1 and 0, null or a missing key becomes the empty text. A list stays a list, of strings.
- Text files: a row is the whole file, a line or a paragraph.
- Class folders: a row a file, its label is the folder's name.
- Parallel files: a row a line, a file a column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import string_array, string_scalar
from specc.data.columns import require_columns
from specc.data.conll import read_conll
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, plural, shown
from specc.data.folders import class_folders
from specc.data.json_types import JsonTypes, help_for_type, json_lines, type_name
from specc.data.parallel import read_parallel
from specc.data.spans import read_spans
from specc.data.squad import read_squad
from specc.data.text_files import read_text
from specc.diagnostics.rules import data_files as rules
from specc.spec.data import FileFormat

BLOCK_SIZE = 1 << 24
"""Bytes that are parsed at a time; no row may be longer."""

_SNIFFED_LINES = 200

Reader = Callable[[DataFile, Sequence[str]], tuple[DataFile, pa.Table]]


def read_file(
    file: DataFile, asked: Sequence[str], objects: Sequence[str] = ()
) -> tuple[DataFile, pa.Table]:
    """The asked columns of all rows, those in `objects` as they are; `file` with what reading told.

    Raises:
        FileProblem: if the file does not hold them.
    """
    readers: dict[FileFormat, Reader] = {
        "csv": read_csv,
        "tsv": read_csv,
        "json": partial(read_json, objects=objects),
        "jsonl": partial(read_jsonl, objects=objects),
        "parquet": read_parquet,
        "squad": read_squad,
        "text-folders": read_folders,
        "text": read_text,
        "conll": read_conll,
        "spans": read_spans,
        "parallel": read_parallel,
    }
    file, table = readers[file.format](file, asked)
    if not len(table):
        has_header = file.delimiter is not None and file.header
        rows = "has a header and no rows below it" if has_header else "holds no rows"
        raise FileProblem(rules.EMPTY_FILE, f"`{file.name}` {rows}")
    texts = {
        name: table[name] if name in objects else as_text(table[name], file.name, name)
        for name in asked
    }
    return replace(file, rows=len(table)), pa.table(texts)


def read_csv(file: DataFile, asked: Sequence[str]) -> tuple[DataFile, pa.Table]:
    """CSV and TSV."""
    try:
        return file, _csv_table(file, asked)
    except pa.ArrowInvalid as error:
        raise _ragged(file, asked, str(error)) from None


def _csv_table(
    file: DataFile, asked: Sequence[str], threads: bool = True, ragged: Any = None
) -> pa.Table:
    from pyarrow import csv

    return csv.read_csv(
        str(file.path),
        read_options=csv.ReadOptions(
            encoding=file.encoding,
            column_names=None if file.header else list(file.columns),
            block_size=BLOCK_SIZE,
            use_threads=threads,
        ),
        parse_options=csv.ParseOptions(
            delimiter=file.delimiter,
            quote_char=file.quote or False,
            newlines_in_values=file.quote is not None,
            invalid_row_handler=ragged,
        ),
        convert_options=csv.ConvertOptions(
            include_columns=list(asked),
            column_types={name: pa.string() for name in asked},
            strings_can_be_null=False,
        ),
    )


def _ragged(file: DataFile, asked: Sequence[str], reason: str) -> FileProblem:
    """Reads again on one thread: only then do rows have numbers."""
    bad: list[Any] = []

    def keep(row: Any) -> str:
        bad.append(row)
        return "skip"

    try:
        _csv_table(file, asked, threads=False, ragged=keep)
    except pa.ArrowInvalid as error:
        reason = str(error)
    if not bad:
        return _unreadable(file, reason)
    first = bad[0]
    expected = plural(first.expected_columns, "field")
    rest = [f"row {row.number:,}: {row.actual_columns}" for row in bad[1:4]]
    quote = file.quote or '"'
    return FileProblem(
        rules.RAGGED_ROWS,
        f"`{file.name}` row {first.number:,} has {plural(first.actual_columns, 'field')} instead "
        f"of {first.expected_columns}",
        f"quote the text that holds the delimiter {shown(file.delimiter or '')}: {quote}…{quote}"
        if first.actual_columns > first.expected_columns and file.delimiter != "\t"
        else f"complete the row to {expected}",
        [
            f"the row is {shown(first.text, 60)}",
            *([f"{len(bad):,} rows in all; {', '.join(rest)}"] if rest else []),
        ],
    )


def read_jsonl(
    file: DataFile, asked: Sequence[str], objects: Sequence[str]
) -> tuple[DataFile, pa.Table]:
    """A JSON object a line."""
    types = JsonTypes(file.name, asked, objects)
    for row, line in json_lines(file, limit=_SNIFFED_LINES):
        types.add(row, line)
    try:
        file = replace(file, columns=types.columns, types=types.names)
        return file, _jsonl_table(file, types.schema)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        reason = str(error)
    # A later line differs: read with wider types, or name the line.
    types = JsonTypes(file.name, asked, objects)
    for row, line in json_lines(file):
        types.add(row, line)
    try:
        file = replace(file, columns=types.columns, types=types.names)
        return file, _jsonl_table(file, types.schema)
    except pa.ArrowInvalid:
        raise _unreadable(file, reason) from None


def _unreadable(file: DataFile, reason: str) -> FileProblem:
    if "straddl" in reason or "out of sync" in reason:
        reason = f"a row is longer than {BLOCK_SIZE:,} bytes"
    return FileProblem(rules.UNREADABLE_FILE, f"`{file.name}` cannot be read", notes=[reason])


def _jsonl_table(file: DataFile, schema: pa.Schema) -> pa.Table:
    from pyarrow import json as arrow_json

    source: Any = str(file.path)
    if not file.encoding.startswith("utf-8"):
        source = pa.transcoding_input_stream(pa.OSFile(source), file.encoding, "utf-8")
    return arrow_json.read_json(
        source,
        read_options=arrow_json.ReadOptions(block_size=BLOCK_SIZE),
        parse_options=arrow_json.ParseOptions(
            explicit_schema=schema, unexpected_field_behavior="ignore"
        ),
    )


def read_json(
    file: DataFile, asked: Sequence[str], objects: Sequence[str] = ()
) -> tuple[DataFile, pa.Table]:
    """One JSON list of objects."""
    try:
        items = json.loads(file.path.read_text(file.encoding))
    except (ValueError, RecursionError) as error:
        line = f" line {error.lineno:,}" if isinstance(error, json.JSONDecodeError) else ""
        raise FileProblem(rules.UNREADABLE_FILE, f"`{file.name}`{line} is not valid JSON") from None
    types = JsonTypes(file.name, asked, objects)
    for row, item in enumerate(items, start=1):
        types.add(row, item)
    if not items:
        raise FileProblem(rules.EMPTY_FILE, f"`{file.name}` is an empty list")
    file = replace(file, columns=types.columns, types=types.names)
    try:
        columns = [_json_column(items, field) for field in types.schema]
    except (UnicodeEncodeError, pa.ArrowInvalid, OverflowError):
        raise _unstorable(file, items, types.schema) from None
    return file, pa.table(columns, schema=types.schema)


def _unstorable(file: DataFile, items: list[dict[str, Any]], schema: pa.Schema) -> FileProblem:
    """The first row that no table can hold."""
    for row, item in enumerate(items, start=1):
        for field in schema:
            try:
                _json_column([item], field)
            except (UnicodeEncodeError, pa.ArrowInvalid, OverflowError) as error:
                half = isinstance(error, UnicodeEncodeError)
                what = "half of a character" if half else "a number that is too large"
                return FileProblem(
                    rules.UNREADABLE_FILE,
                    f"`{file.name}` row {row:,}: `{field.name}` holds {what}",
                    "correct the row, or take it out of the file",
                )
    return FileProblem(rules.UNREADABLE_FILE, f"`{file.name}` cannot be held in memory")


def _json_column(items: list[dict[str, Any]], field: pa.Field) -> pa.Array:
    values = [item.get(field.name) for item in items]
    if field.type == pa.string():
        return string_array("" if value is None else value for value in values)
    return pa.array(values, field.type)


def read_parquet(file: DataFile, asked: Sequence[str]) -> tuple[DataFile, pa.Table]:
    """Parquet; only the asked columns leave the disk."""
    from pyarrow import parquet

    try:
        reader = parquet.ParquetFile(file.path)
        columns = tuple(reader.schema_arrow.names)
        require_columns(file.name, columns, asked)
        table = reader.read(columns=list(asked))
    except (pa.ArrowInvalid, OSError):
        raise FileProblem(
            rules.UNREADABLE_FILE, f"`{file.name}` is not a Parquet file, or is damaged"
        ) from None
    types = tuple((name, type_name(table.schema.field(name).type)) for name in asked)
    return replace(file, columns=columns, types=types), table


def read_folders(file: DataFile, asked: Sequence[str]) -> tuple[DataFile, pa.Table]:
    """Class folders; classes and files in alphabetical order."""
    texts: list[str] = []
    labels: list[str] = []
    for label, paths in class_folders(file.path).items():
        texts += [_text_of(path, f"{file.name}/{label}/{path.name}", file) for path in paths]
        labels += [label] * len(paths)
    text, label = asked
    return file, pa.table({text: string_array(texts), label: string_array(labels)})


def _text_of(path: Path, name: str, file: DataFile) -> str:
    try:
        return path.read_text(file.encoding)
    except UnicodeError:
        raise FileProblem(
            rules.WRONG_ENCODING,
            f"`{name}` is not {file.encoding}",
            "save all files as UTF-8, or write the `encoding` that they all are in",
        ) from None


def as_text(column: pa.ChunkedArray, file: str, name: str) -> pa.ChunkedArray:
    """Strings or lists of strings for whatever a column holds.

    Raises:
        FileProblem: if it holds objects, bytes, or lists of lists.
    """
    kind = column.type
    if kind == pa.string() and not column.null_count:
        return column
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    item = kind.value_type if is_list else kind
    if pa.types.is_dictionary(item) and not is_list:
        return as_text(pc.cast(column, item.value_type), file, name)
    if pa.types.is_nested(item) or pa.types.is_binary(item):
        raise FileProblem(
            rules.UNSUITABLE_TYPE,
            f"column `{name}` of `{file}` holds "
            f"{'lists of ' if is_list else ''}{'objects' if pa.types.is_nested(item) else 'bytes'}",
            help_for_type(item),
        )
    if is_list:
        return _list_as_text(column)
    if pa.types.is_boolean(item):
        column = pc.cast(column, pa.int8())
    return pc.fill_null(pc.cast(column, pa.string()), string_scalar(""))


def _list_as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_boolean(column.type.value_type):
        column = pc.cast(column, pa.list_(pa.int8()))
    column = pc.cast(column, pa.list_(pa.string()))
    if not column.null_count:
        return column
    lists = [x or [] for x in column.to_pylist()]
    return pa.chunked_array([pa.array(lists, pa.list_(pa.string()))])
