"""The user's data file as columns of which nothing is known yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from specc.data.facts import DataFile
from specc.data.files import open_file
from specc.data.findings import FileProblem
from specc.data.read import read_file
from specc.data.rows import spaced
from specc.diagnostics.diagnostic import Diagnostic, Note, SpecError
from specc.diagnostics.rules import data_files as rules
from specc.spec.data import DataFields

LOOKED_AT = 5000
"""Rows that are looked at, evenly spread: files are often sorted by label."""


@dataclass(frozen=True)
class Column:
    """One column of the rows looked at; `values` are strings, or lists of them if `is_list`."""

    name: str
    values: list[str] | list[list[str]]
    is_list: bool


@dataclass(frozen=True)
class Table:
    """`header` is False where the names are made up, because the file has none."""

    path: Path
    rows: int
    columns: tuple[Column, ...]
    header: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def read_table(path: Path) -> Table:
    """All columns that a spec could name.

    Raises:
        SpecError: if the file cannot be read.
    """
    try:
        return _read(path)
    except FileProblem as problem:
        raise SpecError((_diagnostic(problem, path),)) from None


def has_columns(path: Path, columns: Sequence[str], names: Sequence[str] | None) -> bool:
    """Whether another file could be a split beside: it holds `columns`.

    Args:
        path: the other file.
        columns: what the task reads.
        names: of all columns, where the files have no header.
    """
    try:
        data = DataFields(train=(str(path),), columns=tuple(names) if names else None)
        file = open_file(path.name, path, data, columns)
        read_file(file, columns)
    except FileProblem:
        return False
    return True


def _read(path: Path) -> Table:
    if not path.exists():
        raise FileProblem(rules.MISSING_FILE, f"there is no file `{path}`", "check the path")
    if path.is_dir():
        file = open_file(path.name, path, DataFields(train=(str(path),)), ("text", "label"))
        return _table(file, ("text", "label"))
    file, names = _open(path)
    if file.format in ("json", "jsonl", "parquet"):
        # Read for the names alone: which columns there are stands in the rows.
        names = read_file(file, _first_keys(file))[0].columns
    return _table(file, names)


def _open(path: Path) -> tuple[DataFile, tuple[str, ...]]:
    """The file and its columns, with made-up names if its first row is data."""
    try:
        file = open_file(path.name, path, DataFields(train=(str(path),)), ())
        return file, file.columns
    except FileProblem as problem:
        if problem.rule is not rules.MISSING_HEADER:
            raise
    for width in range(2, 100):
        names = tuple(f"column_{i + 1}" for i in range(width))
        data = DataFields(train=(str(path),), columns=names)
        try:
            return open_file(path.name, path, data, names), names
        except FileProblem as problem:
            if problem.rule is not rules.COLUMNS_DO_NOT_MATCH:
                raise
    raise FileProblem(rules.COLUMNS_DO_NOT_MATCH, f"`{path}` has no header and too many columns")


def _first_keys(file: DataFile) -> tuple[str, ...]:
    import json

    from pyarrow import parquet

    from specc.data.json_types import json_lines

    if file.format == "parquet":
        return tuple(parquet.read_schema(file.path).names[:1])
    if file.format == "jsonl":
        return next((tuple(item)[:1] for _, item in json_lines(file) if item), ())
    items = json.loads(file.path.read_text(file.encoding))
    return tuple(items[0])[:1] if items and isinstance(items[0], dict) else ()


def _table(file: DataFile, names: Sequence[str]) -> Table:
    columns, rows = [], 0
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            continue
        try:
            asked = ("text", "label") if file.format == "text-folders" else (name,)
            read, table = read_file(file, asked)
        except FileProblem as problem:
            if problem.rule is rules.UNSUITABLE_TYPE:
                continue
            raise
        rows = read.rows
        step = max(1, rows // LOOKED_AT)
        column = spaced(table, step)[name]
        columns.append(Column(name, column.to_pylist(), pa.types.is_list(column.type)))
    return Table(file.path, rows, tuple(columns), file.header)


def _diagnostic(problem: FileProblem, path: Path) -> Diagnostic:
    notes = tuple(Note(note) for note in problem.notes)
    return Diagnostic(
        problem.rule, problem.message, path.as_posix(), help=problem.help, notes=notes
    )
