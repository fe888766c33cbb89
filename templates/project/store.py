"""Tables on disk: written once as Arrow files, then mapped into memory instead of being read.

A file is named after what it was made of (data, tokenizer, settings, code), never after a path: if
one of them changes, another file is made, and the next training deletes the older one.
"""

import fcntl
import hashlib
import json
import os
import random
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

ROWS_AT_ONCE = 4096
SIZE_AT_ONCE = 1_000_000  # characters or tokens; a token takes 150 bytes while it is made
# {% if data.drop_duplicates %}
NUM_PASSES = 64  # over the hashes, to find those that repeat without sorting all of them at once
# {% endif %}

Part = tuple[pa.RecordBatch, dict[str, int]]
"""Some rows of a table, and what was counted while they were made."""

USED: set[Path] = set()
"""The files that this process has asked for."""


def digest(*values: object) -> str:
    """The sha256 of values; of files and arrays, that of their bytes."""
    whole = hashlib.sha256()
    for value in values:
        if isinstance(value, Path):
            data = value.read_bytes()
        elif isinstance(value, np.ndarray):
            data = value.tobytes()
        else:
            data = repr(value).encode("utf-8", "surrogatepass")
        whole.update(hashlib.sha256(data).digest())
    return whole.hexdigest()


def untruncated(tokenizer: str) -> str:
    """A tokenizer's JSON without what those who encode set anew each time."""
    return json.dumps(json.loads(tokenizer) | {"truncation": None, "padding": None})


def stored(folder: Path, key: str, schema: pa.Schema, parts: Callable[[], Iterable[Part]]) -> "Table":
    """The table `key` of `folder`, made of `parts` if it is not there; without a key, in memory."""
    if not key:
        return gathered(schema, parts())

    def write(path: Path) -> None:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for batch, counts in parts():
                writer.write_batch(batch, custom_metadata={k: str(n) for k, n in counts.items()})

    file = pa.ipc.open_file(pa.memory_map(str(made(folder / f"{key}.arrow", write))))
    batches = map(file.get_batch_with_custom_metadata, range(file.num_record_batches))
    return gathered(schema, ((b, {k.decode(): int(n) for k, n in (m or {}).items()}) for b, m in batches))


def made(path: Path, write: Callable[[Path], None]) -> Path:
    """`path`, which `write` makes if it is not there; whoever comes meanwhile waits.

    It gets its name when it is whole and on the disk: a kill leaves no half of a file, and the next
    start begins anew.
    """
    if path.exists() and not os.access(path.parent, os.W_OK):  # nobody can delete it either
        return path
    guard(path.parent)
    USED.add(path)
    if path.exists():
        return path
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists():  # by now
            return path
        unfinished = path.with_suffix(".tmp")
        write(unfinished)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    return path


@cache
def guard(folder: Path) -> IO[str]:
    """A lock that is shared by all who look for files in `folder`: nobody deletes any meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    file = (folder / ".guard").open("w")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def delete_older(cache_dir: str) -> None:
    """Delete what other data, settings or code were made into, once all of this run is there.

    Not while others look for their files; those who have opened theirs keep them. A folder outside
    of the project may be shared by several, so nothing is deleted there.
    """
    project = Path(__file__).parent
    folder = project / cache_dir
    if not USED or not folder.resolve().is_relative_to(project.resolve()):
        return
    kept = {path.stem for path in USED}
    try:
        fcntl.flock(guard(folder), fcntl.LOCK_EX | fcntl.LOCK_NB)
        for path in folder.glob(f"{'[0-9a-f]' * 64}.*"):
            if path.stem not in kept:
                path.unlink()
    except BlockingIOError:
        pass  # the next start does it
    fcntl.flock(guard(folder), fcntl.LOCK_UN)


def gathered(schema: pa.Schema, parts: Iterable[Part]) -> "Table":
    """The parts as one table, and the sums of what was counted."""
    batches, counts = [], Counter[str]()
    for batch, counted in parts:
        batches.append(batch)
        counts.update(counted)
    return Table(schema, batches, counts)


@dataclass(frozen=True)
class Table:
    """A table in parts, and what was counted while it was made."""

    schema: pa.Schema
    batches: list[pa.RecordBatch]
    counts: Counter[str]

    def __len__(self) -> int:
        return sum(batch.num_rows for batch in self.batches)

    def chunks(self, name: str) -> list[pa.Array]:
        """The parts of one column."""
        return [batch.column(name) for batch in self.batches]

    def column(self, name: str) -> "Column":
        """A column whose values are read one by one."""
        return Column(self.chunks(name))

    # {% if not data.is_stream %}
    def numbers(self, name: str) -> np.ndarray:
        """A column of numbers (N,), or of as many numbers in each row (N, K), in memory."""
        kind = self.schema.field(name).type
        if not pa.types.is_fixed_size_list(kind):
            empty = np.empty(0, kind.to_pandas_dtype())
            return np.concatenate([empty, *(c.to_numpy() for c in self.chunks(name))])
        empty = np.empty((0, kind.list_size), kind.value_type.to_pandas_dtype())
        rows = (c.flatten().to_numpy().reshape(-1, kind.list_size) for c in self.chunks(name))
        return np.concatenate([empty, *rows])
    # {% endif %}


class Column(Sequence[Any]):
    """Some rows of a column, or all: a value is read from the mapped file when it is asked for."""

    def __init__(self, chunks: list[pa.Array], rows: Any = None) -> None:
        self.chunks = chunks
        self.starts = [0, *np.cumsum([len(chunk) for chunk in chunks]).tolist()]
        self.rows = range(self.starts[-1]) if rows is None else rows  # row numbers of the table

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, row: Any) -> Any:
        """The value of a row; of a slice, a column."""
        if isinstance(row, slice):
            return Column(self.chunks, self.rows[row])
        place = int(self.rows[row])
        number = bisect_right(self.starts, place) - 1
        value = self.chunks[number][place - self.starts[number]].as_py()
        return tuple(value) if pa.types.is_fixed_size_list(self.chunks[number].type) else value


def picked(column: Any, rows: np.ndarray) -> Any:
    """These rows of a stored column."""
    return Column(column.chunks, np.asarray(column.rows)[rows])


class Ragged(Sequence[np.ndarray]):
    """A column of lists of numbers: each is an array that lies in the mapped file."""

    def __init__(self, chunks: list[pa.Array]) -> None:
        self.offsets = [chunk.offsets.to_numpy() for chunk in chunks]
        self.values = [chunk.values.to_numpy() for chunk in chunks]
        self.starts = [0, *np.cumsum([len(chunk) for chunk in chunks]).tolist()]
        self.ends = [0, *np.cumsum([len(values) for values in self.values]).tolist()]

    def __len__(self) -> int:
        return self.starts[-1]

    def __getitem__(self, row: Any) -> Any:
        number = bisect_right(self.starts, row) - 1
        first = row - self.starts[number]
        start, end = self.offsets[number][first : first + 2]
        return self.values[number][start:end]

    # {% if not data.is_stream %}
    @cached_property
    def lengths(self) -> np.ndarray:
        """How many numbers each row has (N,)."""
        return np.concatenate([np.empty(0, np.int32), *map(np.diff, self.offsets)])

    # {% endif %}
    # {% if data.is_stream %}
    def flat(self, start: int, stop: int) -> np.ndarray:
        """Numbers `start` to `stop` of all rows, one after the other."""
        found = [np.empty(0, np.int32)]
        number = bisect_right(self.ends, start) - 1
        while start < min(stop, self.ends[-1]):
            begin = start - self.ends[number]
            found.append(self.values[number][begin : begin + stop - start])
            start, number = self.ends[number + 1], number + 1
        return np.concatenate(found)

    def counts(self, size: int) -> np.ndarray:
        """How often each number below `size` occurs (size,)."""
        found = np.zeros(size, np.int64)
        for values in self.values:
            found += np.bincount(values, minlength=size)
        return found

    # {% endif %}
    # {% if data.names_tokens %}
    def distinct(self) -> list[int]:
        """The numbers that occur, ascending."""
        found = np.empty(0, np.int32)
        for values in self.values:
            found = np.union1d(found, values)
        return [int(number) for number in found]
    # {% endif %}


def characters(text: Any) -> int:
    """How long a text is, or a pair, or a list of words."""
    return len(text) if isinstance(text, str) else sum(map(len, text))


def groups(items: Iterable[Any], size_of: Callable[[Any], int] = characters) -> Iterator[list[Any]]:
    """The items in groups that are cleaned, tokenized or written at a time."""
    group: list[Any] = []
    size = 0
    for item in items:
        group.append(item)
        size += size_of(item)
        if len(group) == ROWS_AT_ONCE or size >= SIZE_AT_ONCE:
            yield group
            group, size = [], 0
    if group:
        yield group


# {% if data.learns_all_texts %}
class Texts(Iterable[str]):
    """Texts that are read anew each time somebody goes through them."""

    def __init__(self, read: Callable[[], Iterator[str]]) -> None:
        self.read = read

    def __iter__(self) -> Iterator[str]:
        return self.read()


# {% endif %}
# {% if task.repeats_texts %}
def distinct(texts: Iterable[str]) -> Iterator[str]:
    """The texts without those that have come before, of which only fingerprints are kept."""
    known: set[bytes] = set()
    for text in texts:
        mark = fingerprint(text)
        if mark not in known:
            known.add(mark)
            yield text


# {% endif %}
def slices(table: Any) -> Iterator[Any]:
    """A table or batch in slices that are cleaned at a time."""
    return (table.slice(start, ROWS_AT_ONCE) for start in range(0, table.num_rows, ROWS_AT_ONCE))


# {% if data.makes_rows %}
def batches_of(rows: Iterable[Sequence[Any]], names: Iterable[str]) -> Iterator[pa.RecordBatch]:
    """Rows that a program makes one by one, as tables."""
    for group in groups(rows):
        yield pa.record_batch([pa.array(column) for column in zip(*group, strict=True)], list(names))


# {% endif %}
def lists_of(rows: Sequence[Any]) -> pa.Array:
    """Lists of numbers, such as token ids, as an Arrow column."""
    ends = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    numbers = (number for row in rows for number in row)
    return pa.ListArray.from_arrays(pa.array(ends), pa.array(np.fromiter(numbers, np.int32, ends[-1])))


def shuffled(rows: np.ndarray, rng: random.Random) -> np.ndarray:
    """The rows in the order in which `rng.shuffle` puts a list of them, at a quarter of its memory."""
    order = array("q")
    order.frombytes(rows.astype(np.int64, copy=False).view(np.uint8).data)
    rng.shuffle(order)
    return np.frombuffer(order, np.int64)


# {% include "partials/store_keys.py" %}
