"""Tables that are too large for memory: they lie in a temporary file and are read part by part.

A `StoredTable` and its columns answer what the data stage asks of Arrow's own, so that the rooms of
the tasks need not know which of the two they look at. What is asked of all values (`load`, and the
`kernels` that are no function of single values) is meant for columns of short values.
"""

from __future__ import annotations

import errno
import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import pyarrow as pa

MEMORY_LIMIT = 1 << 25
"""Bytes of a table that stays in memory."""

PART_BYTES = 1 << 20
"""Of a table that does not: what is read at a time, unless a single row is larger."""


class Home:
    """Where the tables of one split go: into memory up to a limit, then all into one file."""

    def __init__(self) -> None:
        self.held = 0
        self._spool: _Spool | None = None

    @property
    def spool(self) -> _Spool:
        """The file, which is made when it is needed."""
        self._spool = self._spool or _Spool()
        return self._spool


class Gatherer:
    """Takes tables of one schema and makes one of them: in memory, or in a file if it is large."""

    def __init__(
        self,
        home: Home | None = None,
        prepare: Callable[[pa.Table], pa.Table] | None = None,
        stays: bool = False,
    ) -> None:
        """`prepare` is done to each table; with `stays`, nothing goes to a file."""
        self._home = home or Home()
        self._prepare = prepare
        self._stays = stays
        self.clear()

    def clear(self) -> None:
        """Forget everything, to begin anew."""
        self._tables: list[pa.Table] = []
        self._stored: list[_Part] = []
        self._size = self.num_rows = 0

    def add(self, table: pa.Table) -> None:
        """Put the rows of `table` behind those that are here."""
        if self._prepare:
            table = self._prepare(table)
        self.num_rows += table.num_rows
        self._size += table.nbytes
        self._tables.append(table)
        # One row cannot be read in parts.
        is_large = self._home.held + self._size > MEMORY_LIMIT and self.num_rows > 1
        if self._stored or (is_large and not self._stays):
            self._stored += self._home.spool.write(self._tables)
            self._tables = self._tables[:0]
            self._schema = table.schema

    def table(self) -> Any:
        """All rows: a `pa.Table` or a `StoredTable`. At least one table must have been added."""
        if self._stored:
            return StoredTable(self._schema, self._stored)
        self._home.held += self._size
        return pa.concat_tables(self._tables)


def concatenated(tables: Sequence[Any], home: Home) -> Any:
    """The rows of all tables; those in memory go to the file of `home` if others are there."""
    if not any(isinstance(table, StoredTable) for table in tables):
        return pa.concat_tables(tables)
    parts: list[_Part] = []
    for table in tables:
        parts += table.kept if isinstance(table, StoredTable) else home.spool.write([table])
    return StoredTable(tables[0].schema, parts)


class _Spool:
    """A file of columns in pieces. It has no name, so it goes when nobody needs it any more."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="specc-")  # noqa: SIM115
        self._end = 0

    def write(self, tables: Sequence[pa.Table]) -> list[_Part]:
        """Put rows behind those that are here."""
        return [self._write(part) for table in tables for part in _cut(table)]

    def _write(self, batch: pa.RecordBatch) -> _Part:
        places: dict[str, tuple[int, int]] = {}
        for name in batch.schema.names:
            message = batch.select([name]).serialize()
            try:
                self._file.seek(self._end)
                self._file.write(message)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                reason = "no space left for temporary files; TMPDIR can name another folder"
                raise OSError(error.errno, reason) from None
            places[name] = (self._end, message.size)
            self._end += message.size
        return _Part(self, batch.num_rows, places)

    def read(self, place: tuple[int, int], field: pa.Field) -> pa.Array:
        """One piece of a column."""
        start, size = place
        self._file.seek(start)
        message = pa.py_buffer(self._file.read(size))
        return pa.ipc.read_record_batch(message, pa.schema([field])).column(0)


def _cut(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """Batches of about `PART_BYTES`."""
    for batch in table.to_batches():
        rows = max(1, PART_BYTES * batch.num_rows // max(1, batch.nbytes))
        yield from (batch.slice(start, rows) for start in range(0, batch.num_rows, rows))


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows that lie together; `picked` are their places among those written, None: all of them."""

    spool: _Spool
    num_rows: int
    places: dict[str, tuple[int, int]]
    picked: Any = None

    def read(self, schema: pa.Schema) -> pa.Table:
        columns = [self.spool.read(self.places[field.name], field) for field in schema]
        table = pa.Table.from_arrays(columns, schema=schema)
        return table if self.picked is None else table.take(self.picked)

    def filter(self, mask: pa.BooleanArray) -> _Part | None:
        """The rows for which `mask` (num_rows,) is true; None: there are none."""
        number = mask.true_count
        if number in (0, self.num_rows):
            return self if number else None
        picked = _counting(self.num_rows) if self.picked is None else self.picked
        return _Part(self.spool, number, self.places, picked.filter(mask))


def _counting(length: int) -> pa.Int32Array:
    """0, 1, 2, …, without `pa.array`, which imports pandas."""
    numbers = array("i", range(length))
    return pa.Array.from_buffers(pa.int32(), length, [None, pa.py_buffer(numbers)])


class StoredTable:
    """A table whose rows lie in files."""

    def __init__(self, schema: pa.Schema, parts: Sequence[_Part]) -> None:
        self.schema = schema
        self.kept = parts

    def __len__(self) -> int:
        return self._starts[-1]

    @property
    def num_rows(self) -> int:
        return len(self)

    @property
    def column_names(self) -> list[str]:
        return list(self.schema.names)

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((part.num_rows for part in self.kept), initial=0))

    def __getitem__(self, name: str) -> StoredColumn:
        return StoredColumn(self, name)

    def select(self, columns: Sequence[str]) -> StoredTable:
        """The same rows with these columns alone."""
        schema = pa.schema([self.schema.field(name) for name in columns])
        return StoredTable(schema, self.kept)

    def parts(self) -> Iterator[pa.Table]:
        """The rows in order, about a megabyte at a time."""
        return (part.read(self.schema) for part in self.kept)

    def slice(self, start: int, length: int) -> pa.Table:
        """Some rows, in memory."""
        tables = [self.schema.empty_table()]
        number = bisect_right(self._starts, start) - 1
        end = min(start + length, len(self))
        while start < end:
            table = self.kept[number].read(self.schema)
            tables.append(table.slice(start - self._starts[number], end - start))
            number += 1
            start = self._starts[number]
        return pa.concat_tables(tables)

    def filter(self, mask: Any) -> Any:
        """The rows for which `mask` is true: in memory where they are few."""
        flat = mask.combine_chunks() if isinstance(mask, pa.ChunkedArray) else mask
        pairs = zip(self.kept, self._starts, strict=False)
        found = (part.filter(flat.slice(start, part.num_rows)) for part, start in pairs)
        table = StoredTable(self.schema, [part for part in found if part is not None])
        tables, size = [self.schema.empty_table()], 0
        for read in table.parts():
            tables.append(read)
            size += read.nbytes
            if size > MEMORY_LIMIT:
                return table
        return pa.concat_tables(tables)


class StoredColumn:
    """One column of a stored table."""

    def __init__(self, table: StoredTable, name: str) -> None:
        self._table = table.select([name])
        self.type = self._table.schema.field(name).type

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, position: int) -> Any:
        return self.slice(position, 1)[0]

    def slice(self, start: int, length: int) -> pa.ChunkedArray:
        """Some values, in memory."""
        return self._table.slice(start, length).column(0)

    def iterchunks(self) -> Iterator[pa.Array]:
        """The values in order, about a megabyte at a time."""
        return (chunk for part in self._table.parts() for chunk in part.column(0).iterchunks())

    def load(self) -> pa.ChunkedArray:
        """All values, in memory."""
        return pa.chunked_array(self.iterchunks(), self.type)

    def combine_chunks(self) -> pa.Array:
        """All values, in memory."""
        return self.load().combine_chunks()

    def chunk(self, number: int) -> pa.Array:
        """One of the parts."""
        return self.load().chunk(number)

    def to_pylist(self) -> list[Any]:
        """All values as Python's."""
        return [value for chunk in self.iterchunks() for value in chunk.to_pylist()]


def parts_of(table: Any) -> Iterator[pa.Table]:
    """A table in the parts in which it can be worked on: as a whole if it is in memory."""
    return table.parts() if isinstance(table, StoredTable) else iter((table,))
