"""The rows of one split while they are cleaned and cut, and vectorised questions about them."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import flags, string_scalar
from specc.data.facts import DataFile, Drop, TextLengths
from specc.data.stored import StoredTable, parts_of

_AT_ONCE = 8192
_LONG = 1 << 20

NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
"""A decimal number, as a regular expression."""


@dataclass(frozen=True)
class Rows:
    """`numbers` are the positions of the table's rows among all rows of `files`, None: all.

    `table` is a `pa.Table`, or a `StoredTable` where it is large.
    """

    files: tuple[DataFile, ...]
    table: pa.Table
    numbers: pa.Array | None = None

    def __len__(self) -> int:
        return len(self.table)

    def keep(self, mask: pa.ChunkedArray) -> Rows:
        """The rows for which `mask` is true."""
        flat = mask.combine_chunks() if isinstance(mask, pa.ChunkedArray) else mask
        if self.numbers is None:
            numbers = pc.indices_nonzero(flat)
        else:
            numbers = pc.filter_rows(self.numbers, flat)
        return Rows(self.files, pc.filter_rows(self.table, mask), numbers)

    def pick(self, positions: Sequence[int]) -> Rows:
        """The rows at `positions`, which ascend. A mask and not `take`: texts stay in chunks."""
        return self.keep(flags(positions, len(self)))

    def where(self, position: int) -> str:
        """File and row of one row, as a spreadsheet or an editor shows it: a header is row 1.

        A row of a CoNLL file is a sentence.
        """
        number = position if self.numbers is None else self.numbers[position].as_py()
        for file in self.files:
            if number < file.rows:
                has_header = file.header and file.delimiter is not None
                noun = "sentence" if file.format == "conll" else "row"
                return f"`{file.name}` {noun} {number + (2 if has_header else 1):,}"
            number -= file.rows
        raise IndexError(position)

    def first(self, mask: pa.ChunkedArray, limit: int = 3) -> str:
        """Where the first rows are for which `mask` is true."""
        flat = mask.combine_chunks() if isinstance(mask, pa.ChunkedArray) else mask
        rows: dict[str, list[str]] = {}
        for position in pc.indices_nonzero(flat).slice(0, limit).to_pylist():
            file, _, number = self.where(position).rpartition(" ")
            rows.setdefault(file, []).append(number)
        return "; ".join(
            f"{file}{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
            for file, numbers in rows.items()
        )


def each(table: pa.Table, function: Callable[[pa.Table], Any]) -> Any:
    """What `function` makes of a table, one value a row: part by part where it is stored."""
    if not isinstance(table, StoredTable):
        return function(table)
    found = (function(part) for part in table.parts())
    return pa.chunked_array([chunk for column in found for chunk in column.iterchunks()])


def keys(table: pa.Table, columns: Sequence[str]) -> pa.Int64Array:
    """A number a row that is equal where all `columns` are equal.

    And only there, but for a chance of one in 300,000 for two among ten million: 64 bits of
    SipHash (Aumasson and Bernstein, INDOCRYPT 2012), which is Python's hash of bytes.
    """
    numbers = array("q")
    for part in parts_of(table.select(columns)):
        for start in range(0, part.num_rows, _AT_ONCE):
            some = part.slice(start, _AT_ONCE)
            values = [_bytes_of(some[name]) for name in columns]
            numbers.extend(map(hash, values[0] if len(values) == 1 else zip(*values, strict=True)))
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])


def _bytes_of(column: pa.ChunkedArray) -> Iterable[Any]:
    """What is equal where the values are: their bytes, or a digest of very many."""
    if pa.types.is_list(column.type):
        return map(tuple, pc.cast(column, pa.list_(pa.binary())).to_pylist())
    return [mark for chunk in column.iterchunks() for mark in _marks(chunk)]


def _marks(chunk: pa.StringArray) -> Iterator[bytes]:
    if not len(chunk):
        return  # Arrow then need not give offsets
    _, offsets, data = chunk.buffers()
    bounds = memoryview(offsets).cast("i")[chunk.offset : chunk.offset + len(chunk) + 1]
    view = memoryview(data or b"")
    for start, end in pairwise(bounds):
        value = view[start:end]
        yield hashlib.blake2b(value).digest() if end - start > _LONG else bytes(value)


def drop_rows(
    rows: Rows,
    texts: Sequence[str],
    labels: Sequence[str],
    required: Sequence[str],
    duplicate: bool,
    blank: bool = False,
) -> tuple[Rows, dict[Drop, int]]:
    """`rows` without those that lack a `required` text, and without repeated ones but the first."""
    dropped: dict[Drop, int] = {"empty": 0, "duplicate": 0}
    if required:
        is_empty = empty_texts(rows.table, required, blank)
        dropped["empty"] = pc.count_true(is_empty)
        if dropped["empty"]:
            rows = rows.keep(pc.invert(is_empty))
    if duplicate and len(rows):
        repeated = _repeated(keys(rows.table, [*texts, *labels]))
        dropped["duplicate"] = len(repeated)
        if dropped["duplicate"]:
            rows = rows.keep(pc.invert(flags(repeated.to_pylist(), len(rows))))
    return rows, dropped


def empty_texts(table: pa.Table, texts: Sequence[str], blank: bool = False) -> pa.ChunkedArray:
    """True where a text column is empty (`blank`: or white space), or a list without words."""

    def text(part: pa.Table, name: str) -> Any:
        return pc.trim(part[name]) if blank else joined(part[name])

    def look(part: pa.Table) -> Any:
        mask = pc.equal(text(part, texts[0]), string_scalar(""))
        for name in texts[1:]:
            mask = pc.or_(mask, pc.equal(text(part, name), string_scalar("")))
        return mask

    return each(table.select(texts), look)


def joined(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts as they are; lists of words with a space between them."""
    if not pa.types.is_list(column.type):
        return column
    return pc.binary_join(column, string_scalar(" "))


def _repeated(keys: pa.Int64Array) -> pa.UInt64Array:
    """Positions of the rows whose key has come before, in no order."""
    order = pc.sort_indices(keys)  # equal keys in the order of their rows
    ordered = pc.take(keys, order)
    return pc.filter_rows(order.slice(1), pc.equal(ordered.slice(1), ordered[:-1]))


def count_repeated(table: pa.Table, columns: Sequence[str]) -> int:
    """How many rows repeat an earlier one in `columns`."""
    return len(_repeated(keys(table, columns)))


@dataclass(frozen=True, slots=True)
class Crossing:
    """Rows of a later split whose text stands in an earlier one; positions of the first pair."""

    count: int
    later: int
    earlier: int


def find_crossing(earlier: pa.Int64Array, later: pa.Int64Array) -> Crossing:
    """Compare the `keys` of two splits."""
    # The later split is mostly the smaller one: a set of its texts takes less memory and time.
    met = pc.filter_rows(earlier, pc.is_in(earlier, pc.unique(later)))
    if not len(met):
        return Crossing(0, -1, -1)
    mask = pc.is_in(later, pc.unique(met))
    position = pc.first_true(mask)
    return Crossing(pc.count_true(mask), position, pc.index(earlier, later[position]))


def text_lengths(table: pa.Table, texts: Sequence[str]) -> TextLengths:
    """Characters of all text columns together."""

    def measure(part: pa.Table) -> Any:
        lengths = pc.utf8_length(joined(part[texts[0]]))
        for name in texts[1:]:
            lengths = pc.add(lengths, pc.utf8_length(joined(part[name])))
        return lengths

    lengths = each(table.select(texts), measure)
    median, p95, p99 = pc.quantiles(lengths, [0.5, 0.95, 0.99])
    return TextLengths(median, p95, p99, pc.maximum(lengths).as_py())


def shared_strings(column: pa.ChunkedArray) -> list[str]:
    """The column as a Python list in which equal strings are one object."""
    strings: list[str] = []
    known: dict[str, str] = {}
    for chunk in column.iterchunks():
        encoded = pc.dictionary_encode(chunk)
        names = [known.setdefault(name, name) for name in encoded.dictionary.to_pylist()]
        strings += [names[code] for code in encoded.indices.to_pylist()]
    return strings


def spaced(table: pa.Table, stride: int) -> pa.Table:
    """Every `stride`-th row from the first on, in memory."""
    if stride <= 1:
        return pa.concat_tables(parts_of(table))
    picked, first = [], 0
    for part in parts_of(table):
        rows = range(first, part.num_rows, stride)
        picked.append(pc.filter_rows(part, flags(rows, part.num_rows)))
        first = (first - part.num_rows) % stride
    return pa.concat_tables(picked)
