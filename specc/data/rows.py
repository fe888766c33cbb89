"""The rows of one split while they are cleaned and cut, and vectorised questions about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import counting, flags, string_scalar
from specc.data.facts import DataFile, Drop, TextLengths

_BETWEEN = "\x1f"

NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
"""A decimal number, as a regular expression."""


@dataclass(frozen=True)
class Rows:
    """`numbers` are the positions of the table's rows among all rows of `files`, None: all."""

    files: tuple[DataFile, ...]
    table: pa.Table
    numbers: pa.Array | None = None

    def __len__(self) -> int:
        return len(self.table)

    def keep(self, mask: pa.ChunkedArray) -> Rows:
        """The rows for which `mask` is true."""
        numbers = self.numbers
        if numbers is None:
            numbers = counting(len(self))
        flat = mask.combine_chunks() if isinstance(mask, pa.ChunkedArray) else mask
        return Rows(self.files, pc.filter_rows(self.table, mask), pc.filter_rows(numbers, flat))

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


def keys(table: pa.Table, columns: Sequence[str]) -> pa.ChunkedArray:
    """One string a row that is equal where all `columns` are equal."""
    parts = []
    for name in columns:
        column = table[name]
        if pa.types.is_list(column.type):
            column = pc.binary_join(column, string_scalar(_BETWEEN))
        parts.append(pc.cast(column, pa.large_string()))
    if len(parts) == 1:
        return parts[0]
    return pc.binary_join_element_wise(*parts, pc.cast(string_scalar(_BETWEEN), pa.large_string()))


def drop_rows(
    rows: Rows, texts: Sequence[str], labels: Sequence[str], empty: bool, duplicate: bool
) -> tuple[Rows, dict[Drop, int]]:
    """`rows` without those with an empty text, and without repeated ones (the first is kept)."""
    dropped: dict[Drop, int] = {"empty": 0, "duplicate": 0}
    if empty:
        is_empty = empty_texts(rows.table, texts)
        dropped["empty"] = pc.count_true(is_empty)
        if dropped["empty"]:
            rows = rows.keep(pc.invert(is_empty))
    if duplicate and len(rows):
        key = keys(rows.table, [*texts, *labels])
        dropped["duplicate"] = len(rows) - pc.count_distinct(key).as_py()
        if dropped["duplicate"]:
            rows = rows.keep(_first_of_each(key))
    return rows, dropped


def empty_texts(table: pa.Table, texts: Sequence[str]) -> pa.ChunkedArray:
    """True where one of the text columns is empty, or a list without words."""
    mask = pc.equal(joined(table[texts[0]]), string_scalar(""))
    for name in texts[1:]:
        mask = pc.or_(mask, pc.equal(joined(table[name]), string_scalar("")))
    return mask


def joined(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts as they are; lists of words with a space between them."""
    if not pa.types.is_list(column.type):
        return column
    return pc.binary_join(column, string_scalar(" "))


def _first_of_each(key: pa.ChunkedArray) -> pa.Array:
    """True where a key stands for the first time.

    Dictionary codes are given from 0 in order of appearance, so a first time is a new highest
    code: one that rises by more than 0 over the highest before it.
    """
    encoded = pc.dictionary_encode(key.combine_chunks())
    highest = pc.cumulative_max(encoded.indices)
    return pc.invert(pc.is_in(pc.pairwise_diff(highest), highest.slice(0, 1)))


def count_repeated(table: pa.Table, columns: Sequence[str]) -> int:
    """How many rows repeat an earlier one in `columns`."""
    distinct: int = pc.count_distinct(keys(table, columns)).as_py()
    return len(table) - distinct


@dataclass(frozen=True, slots=True)
class Crossing:
    """Rows of a later split whose text stands in an earlier one; positions of the first pair."""

    count: int
    later: int
    earlier: int


def find_crossing(earlier: pa.ChunkedArray, later: pa.ChunkedArray) -> Crossing:
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
    lengths: Any = pc.utf8_length(joined(table[texts[0]]))
    for name in texts[1:]:
        lengths = pc.add(lengths, pc.utf8_length(joined(table[name])))
    median, p95, p99 = pc.quantiles(lengths, [0.5, 0.95, 0.99])
    return TextLengths(median, p95, p99, pc.maximum(lengths).as_py())


def shared_strings(column: pa.ChunkedArray) -> list[str]:
    """The column as a Python list in which equal strings are one object."""
    strings: list[str] = []
    for chunk in pc.dictionary_encode(column).chunks:
        names = chunk.dictionary.to_pylist()
        strings += [names[code] for code in chunk.indices.to_pylist()]
    return strings
