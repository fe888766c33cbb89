"""Parallel files: one text file a column, and line 7 of one belongs to line 7 of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice, zip_longest
from pathlib import Path

import pyarrow as pa

from specc.data.arrays import string_array
from specc.data.blocks import ROWS_AT_ONCE
from specc.data.encoding import find_encoding
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, plural, quoted
from specc.data.stored import Gatherer
from specc.diagnostics.rules import data_files as rules
from specc.diagnostics.rules.data_files import UNEQUAL_LINES


def column_paths(path: Path, columns: Sequence[str]) -> list[Path]:
    """The file of each column: `data/train` and `de` make `data/train.de`."""
    return [path.with_name(f"{path.name}.{column}") for column in columns]


def open_parallel(name: str, path: Path, declared: str | None, asked: Sequence[str]) -> DataFile:
    """How the files of `asked` are read; `name` is what they have in common.

    Raises:
        FileProblem: if one is missing or empty, or they are in different encodings.
    """
    paths = column_paths(path, asked)
    missing = [
        f"{name}.{column}" for column, file in zip(asked, paths, strict=True) if not file.is_file()
    ]
    if missing:
        there = sorted(file.name for file in path.parent.glob(f"{path.name}*")) if name else []
        raise FileProblem(
            rules.MISSING_FILE,
            f"there is no file {quoted(missing)}: parallel files end with the names of the columns",
            "name what the files have in common, without the ending: `train: data/train`",
            [f"the folder holds {quoted(there)}"] if there else [],
        )
    empty = [file.name for file in paths if file.stat().st_size == 0]
    if empty:
        raise FileProblem(rules.EMPTY_FILE, f"`{empty[0]}` is empty")
    found = {file: find_encoding(file, file.name, declared) for file in paths}
    encodings = {encoding for encoding, _ in found.values()}
    encoding, source = found[paths[0]]
    if encodings == {"utf-8", "utf-8-sig"}:
        encoding, source = "utf-8-sig", "utf-8"
    elif len(encodings) > 1:
        raise FileProblem(
            rules.WRONG_ENCODING,
            f"the files of `{name}` are in different encodings: "
            + ", ".join(f"`{file.name}` is {found[file][0]}" for file in paths),
            "save them all as UTF-8",
        )
    size = sum(file.stat().st_size for file in paths)
    return DataFile(name, path, "parallel", size, encoding, source, columns=tuple(asked))


def read_parallel(file: DataFile, asked: Sequence[str], rows: Gatherer) -> DataFile:
    """A row a line; empty lines are rows too, or the files would shift.

    Raises:
        FileProblem: if one has more lines than another.
    """
    paths = dict(zip(asked, column_paths(file.path, asked), strict=True))
    together = zip_longest(*(read_lines(path, file.encoding) for path in paths.values()))
    while some := list(islice(together, ROWS_AT_ONCE)):
        if None in some[-1]:
            raise _unequal(file, paths)
        texts = zip(*some, strict=True)
        rows.add(pa.table(list(map(string_array, texts)), names=list(asked)))
    return file


def read_lines(path: Path, encoding: str) -> Iterator[str]:
    r"""The lines of a file. Only \n ends one: texts may hold other characters that break lines."""
    with path.open(encoding=encoding, newline="\n") as file:
        for line in file:
            yield line.rstrip("\r\n")


def _unequal(file: DataFile, paths: dict[str, Path]) -> FileProblem:
    lines = {column: partial(read_lines, path, file.encoding) for column, path in paths.items()}
    counts = {column: sum(1 for _ in read()) for column, read in lines.items()}
    shorter, longer = min(counts, key=counts.__getitem__), max(counts, key=counts.__getitem__)
    pairs = zip(lines[shorter](), lines[longer](), strict=False)
    hole = next((n for n, (one, other) in enumerate(pairs, 1) if bool(one) != bool(other)), None)
    notes = [f"line {counts[shorter] + 1:,} of `{file.name}.{longer}` has no partner"]
    if hole is not None:
        notes.append(f"at line {hole:,} one of the two is empty and the other is not")
    return FileProblem(
        UNEQUAL_LINES,
        f"`{file.name}.{shorter}` has {plural(counts[shorter], 'line')}, and "
        f"`{file.name}.{longer}` {counts[longer]:,}",
        "find the line that was lost or split, or take the files from their source again",
        notes,
    )
