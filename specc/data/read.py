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

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import string_array, string_scalar
from specc.data.blocks import ROWS_AT_ONCE, SMALL_BLOCK
from specc.data.columns import require_columns
from specc.data.conll import read_conll
from specc.data.delimited import read_csv
from specc.data.facts import DataFile
from specc.data.findings import FileProblem
from specc.data.folders import class_folders
from specc.data.json_files import read_json, read_jsonl
from specc.data.json_types import help_for_type, is_list_type, is_list_view, type_name
from specc.data.parallel import read_parallel
from specc.data.spans import read_spans
from specc.data.squad import read_squad
from specc.data.stored import Gatherer, Home
from specc.data.text_files import read_text
from specc.diagnostics.rules import data_files as rules
from specc.language.data import FileFormat

_PART_BYTES = 1 << 22
"""Of Parquet files, decoded, at a time."""

Reader = Callable[[DataFile, Sequence[str], Gatherer], DataFile]
"""Adds the asked columns to the gatherer, and gives the file back with what reading told of it."""


def read_file(
    file: DataFile,
    asked: Sequence[str],
    objects: Sequence[str] = (),
    home: Home | None = None,
) -> tuple[DataFile, pa.Table]:
    """The asked columns of all rows, those in `objects` as they are; `file` with what reading told.

    `home` is where the tables of all files of a split go.

    Raises:
        FileProblem: if the file does not hold them.
    """
    readers: dict[FileFormat, Reader] = {
        "csv": read_csv,
        "tsv": read_csv,
        "json": partial(read_json, objects=objects),
        "jsonl": partial(read_jsonl, objects=objects),
        "parquet": read_parquet,
        "squad": _read_squad,
        "text-folders": read_folders,
        "text": read_text,
        "conll": read_conll,
        "spans": read_spans,
        "parallel": read_parallel,
    }

    def prepare(table: pa.Table) -> pa.Table:
        kept = {name: table[name] for name in asked}
        as_texts = {n: as_text(c, file.name, n) for n, c in kept.items() if n not in objects}
        return pa.table(kept | as_texts)

    rows = Gatherer(home, prepare, stays=bool(objects))
    file = readers[file.format](file, asked, rows)
    if not rows.num_rows:
        has_header = file.delimiter is not None and file.header
        what = "has a header and no rows below it" if has_header else "holds no rows"
        raise FileProblem(rules.EMPTY_FILE, f"`{file.name}` {what}")
    return replace(file, rows=rows.num_rows), rows.table()


def _read_squad(file: DataFile, asked: Sequence[str], rows: Gatherer) -> DataFile:
    file, table = read_squad(file, asked)
    rows.add(table)
    return file


def read_parquet(file: DataFile, asked: Sequence[str], rows: Gatherer) -> DataFile:
    """Parquet; only the asked columns leave the disk."""
    from pyarrow import parquet

    try:
        # With a buffer, pages are read one by one, and not all of a column of a row group.
        reader = parquet.ParquetFile(file.path, buffer_size=SMALL_BLOCK, pre_buffer=False)
        schema = reader.schema_arrow
        columns = tuple(schema.names)
        require_columns(file.name, columns, asked)
        for batch in reader.iter_batches(_rows_at_once(reader.metadata), columns=list(asked)):
            rows.add(pa.Table.from_batches([batch]))
    except (pa.ArrowInvalid, OSError):
        raise FileProblem(
            rules.UNREADABLE_FILE, f"`{file.name}` is not a Parquet file, or is damaged"
        ) from None
    types = tuple((name, type_name(schema.field(name).type)) for name in asked)
    return replace(file, columns=columns, types=types)


def _rows_at_once(metadata: Any) -> int:
    """Of all columns decoded, as the footer says."""
    groups = (metadata.row_group(i) for i in range(metadata.num_row_groups))
    size = sum(group.total_byte_size for group in groups)
    rows: int = min(65_536, _PART_BYTES * metadata.num_rows // max(1, size))
    return max(1, rows)


def read_folders(file: DataFile, asked: Sequence[str], rows: Gatherer) -> DataFile:
    """Class folders; classes and files in alphabetical order."""
    text, label = asked
    for name, paths in class_folders(file.path).items():
        for start in range(0, len(paths), ROWS_AT_ONCE):
            some = paths[start : start + ROWS_AT_ONCE]
            texts = [_text_of(path, f"{file.name}/{name}/{path.name}", file) for path in some]
            names = [name] * len(some)
            rows.add(pa.table({text: string_array(texts), label: string_array(names)}))
    return file


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
    is_list = is_list_type(kind)
    item = kind.value_type if is_list else kind
    if pa.types.is_dictionary(item) and not is_list:
        return as_text(pc.cast(column, item.value_type), file, name)
    what = _unreadable_values(item)
    if what:
        raise FileProblem(
            rules.UNSUITABLE_TYPE,
            f"column `{name}` of `{file}` holds {'lists of ' if is_list else ''}{what}",
            help_for_type(item),
        )
    if is_list:
        return _list_as_text(column)
    if pa.types.is_boolean(item):
        column = pc.cast(column, pa.int8())
    return pc.fill_null(pc.cast(column, pa.string()), string_scalar(""))


def _unreadable_values(kind: pa.DataType) -> str | None:
    """A word for values that are no text and have no usual spelling."""
    if pa.types.is_nested(kind):
        return "objects"
    if isinstance(kind, pa.BaseExtensionType):
        return f"values of the type `{kind}`"
    is_bytes = (
        pa.types.is_binary,
        pa.types.is_large_binary,
        pa.types.is_binary_view,
        pa.types.is_fixed_size_binary,
    )
    return "bytes" if any(test(kind) for test in is_bytes) else None


def _list_as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    strings = pa.list_(pa.string())
    if is_list_view(column.type):  # Arrow 26 loses values when it casts them
        column = pa.chunked_array([pa.array(column.to_pylist(), pa.list_(column.type.value_type))])
    if pa.types.is_boolean(column.type.value_type):
        column = pc.cast(column, pa.list_(pa.int8()))
    column = pc.cast(column, strings)
    if not column.null_count:
        return column
    return pa.chunked_array([pa.array([row or [] for row in column.to_pylist()], strings)])
