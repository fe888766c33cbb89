"""JSON and JSONL files of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from specc.data.arrays import string_array
from specc.data.blocks import BLOCK_SIZE, SMALL_BLOCK, unreadable
from specc.data.facts import DataFile
from specc.data.findings import FileProblem
from specc.data.json_shapes import refuse_lines_of_lists, refuse_other_shapes, refuse_rows_of_lists
from specc.data.json_types import JsonTypes, json_lines
from specc.data.stored import Gatherer
from specc.diagnostics.rules import data_files as rules

_SNIFFED_LINES = 200


def read_jsonl(
    file: DataFile, asked: Sequence[str], rows: Gatherer, objects: Sequence[str]
) -> DataFile:
    """A JSON object a line."""
    refuse_other_shapes(file, asked)
    types = JsonTypes(file.name, asked, objects)
    for row, line in json_lines(file, limit=_SNIFFED_LINES):
        types.add(row, line)
    try:
        file = replace(file, columns=types.columns, types=types.names)
        _gather_jsonl(file, types.schema, rows)
        return file
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        reason = str(error)
    # A later line differs: read with wider types, or name the line.
    types = JsonTypes(file.name, asked, objects)
    for row, line in json_lines(file):
        types.add(row, line)
    try:
        file = replace(file, columns=types.columns, types=types.names)
        _gather_jsonl(file, types.schema, rows)
        return file
    except pa.ArrowInvalid:
        raise unreadable(file, reason) from None


def _gather_jsonl(file: DataFile, schema: pa.Schema, rows: Gatherer) -> None:
    from pyarrow import json as arrow_json

    rows.clear()
    source: Any = pa.OSFile(str(file.path))
    if not file.encoding.startswith("utf-8"):
        source = pa.transcoding_input_stream(source, file.encoding, "utf-8")
    for block in [source] if file.size_bytes <= BLOCK_SIZE else _line_blocks(source):
        table = arrow_json.read_json(
            block,
            read_options=arrow_json.ReadOptions(block_size=BLOCK_SIZE),
            parse_options=arrow_json.ParseOptions(
                explicit_schema=schema, unexpected_field_behavior="ignore"
            ),
        )
        rows.add(table)


def _line_blocks(source: Any) -> Iterator[pa.BufferReader]:
    """Whole lines, a small block at a time."""
    held: list[bytes] = []
    while block := source.read(SMALL_BLOCK):
        end = block.rfind(b"\n") + 1
        held.append(block[: end or None])
        if end:
            lines, held = b"".join(held), [block[end:]]
            if not lines.isspace():
                yield pa.BufferReader(lines)
    if (lines := b"".join(held)).strip():
        yield pa.BufferReader(lines)


def read_json(
    file: DataFile, asked: Sequence[str], rows: Gatherer, objects: Sequence[str] = ()
) -> DataFile:
    """One JSON list of objects."""
    try:
        items = json.loads(file.path.read_text(file.encoding))
    except (ValueError, RecursionError) as error:
        refuse_lines_of_lists(file)
        line = f" line {error.lineno:,}" if isinstance(error, json.JSONDecodeError) else ""
        raise FileProblem(rules.UNREADABLE_FILE, f"`{file.name}`{line} is not valid JSON") from None
    refuse_rows_of_lists(file, items)
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
    rows.add(pa.table(columns, schema=types.schema))
    return file


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
