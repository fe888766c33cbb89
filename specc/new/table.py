"""The user's data file as columns of which nothing is known yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from specc.data.dialect import first_rows, sample_of
from specc.data.facts import DataFile
from specc.data.files import open_file
from specc.data.findings import FileProblem
from specc.data.json_files import read_json
from specc.data.json_shapes import refuse_whole_export
from specc.data.json_types import JsonTypes, json_lines
from specc.data.read import read_file
from specc.data.rows import spaced
from specc.data.stored import Gatherer
from specc.diagnostics.diagnostic import Diagnostic, Note, SpecError
from specc.diagnostics.rules import data_files as rules
from specc.language.data import DataFields
from specc.new.header import is_header

_MOST_COLUMNS = 100
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
    """`header` is False where the names are made up, because the file has none.

    `unread` says of each column that no spec can name why that is.
    """

    path: Path
    rows: int
    columns: tuple[Column, ...]
    header: bool = True
    unread: tuple[Diagnostic, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def read_table(path: Path, given: DataFields | None = None, header: bool | None = None) -> Table:
    """All columns that a spec could name, of a file that is read as `given` says.

    `header` says whether the first row of a table names the columns; None is to be found out.

    Raises:
        SpecError: if the file cannot be read.
    """
    try:
        return _read(path, given or DataFields(), header)
    except FileProblem as problem:
        raise SpecError((_diagnostic(problem, path),)) from None


def has_columns(
    path: Path, columns: Sequence[str], names: Sequence[str] | None, given: DataFields
) -> bool:
    """Whether another file could be a split beside: it holds `columns`.

    Args:
        path: the other file.
        columns: what the task reads.
        names: of all columns, where the files have no header.
        given: how the files are read.
    """
    try:
        data = given.model_copy(update={"columns": tuple(names) if names else None})
        file = open_file(path.name, path, data, columns)
        read_file(file, columns)
    except FileProblem:
        return False
    return True


def _read(path: Path, given: DataFields, header: bool | None) -> Table:
    if not path.exists():
        raise FileProblem(rules.MISSING_FILE, f"there is no file `{path}`", "check the path")
    if not path.is_dir() and not path.is_file():
        raise FileProblem(
            rules.UNREADABLE_FILE, f"`{path}` is no regular file", "name a file that holds the data"
        )
    if path.is_dir():
        file = open_file(path.name, path, given, ("text", "label"))
        return _table(file, ("text", "label"))
    file = _open(path, given, header)
    if file.columns and file.columns[0].startswith("\ufeff"):
        raise FileProblem(
            rules.MISSING_COLUMN,
            f"the header of `{path}` begins with a second byte order mark",
            "take the invisible U+FEFF out of the header of the file",
        )
    if file.format == "squad":
        read_file(file, ("question", "context", "answers"))  # it says what is wrong with the file
    if file.format in ("json", "jsonl", "parquet"):
        keys = _keys(file)
        refuse_whole_export(file.name, keys)
        return _table(file, keys)
    return _table(file, file.columns)


def _open(path: Path, given: DataFields, header: bool | None) -> DataFile:
    """The file and its columns, with made-up names if its first row is data."""
    if given.columns:
        return open_file(path.name, path, given, given.columns)
    try:
        file = open_file(path.name, path, given, ())
    except FileProblem as problem:
        if problem.rule is not rules.MISSING_HEADER:
            raise
        file = _without_header(path, given)
    if file.delimiter is None:
        return file
    rows = list(first_rows(sample_of(path, file.encoding), file.delimiter, file.quote))
    if file.columns != tuple(rows[0]) and file.header:
        return file
    if header is None:
        header = file.header or is_header(rows)
    if header == file.header:
        return file
    names = tuple(rows[0]) if header else made_up_names(len(rows[0]))
    return replace(file, header=header, columns=names)


def made_up_names(width: int) -> tuple[str, ...]:
    """For the columns of a file without a header."""
    return tuple(f"column_{i + 1}" for i in range(width))


def _without_header(path: Path, given: DataFields) -> DataFile:
    for width in range(2, _MOST_COLUMNS):
        names = made_up_names(width)
        try:
            return open_file(path.name, path, given.model_copy(update={"columns": names}), names)
        except FileProblem as problem:
            if problem.rule is not rules.COLUMNS_DO_NOT_MATCH:
                raise
    raise FileProblem(rules.COLUMNS_DO_NOT_MATCH, f"`{path}` has no header and too many columns")


def _keys(file: DataFile) -> tuple[str, ...]:
    """The names of all columns of a file that says them in its rows.

    Raises:
        FileProblem: if it cannot be read.
    """
    from pyarrow import ArrowInvalid, parquet

    if file.format == "parquet":
        try:
            return tuple(parquet.read_schema(file.path).names)
        except (ArrowInvalid, OSError):
            reason = f"`{file.name}` is not a Parquet file, or is damaged"
            raise FileProblem(rules.UNREADABLE_FILE, reason) from None
    if file.format == "jsonl":
        types = JsonTypes(file.name, ())
        for row, item in json_lines(file):
            types.add(row, item)
        return types.columns
    return read_json(file, (), Gatherer()).columns


def _table(file: DataFile, names: Sequence[str]) -> Table:
    columns, rows = [], 0
    unread: list[FileProblem] = []
    for name in dict.fromkeys(names):
        if names.count(name) > 1 or not name.strip():
            continue
        try:
            asked = ("text", "label") if file.format == "text-folders" else (name,)
            read, table = read_file(file, asked)
        except FileProblem as problem:
            # Nothing that a spec could name, such as objects or numbers that no table holds.
            if problem.rule in (rules.UNSUITABLE_TYPE, rules.UNREADABLE_FILE) and len(names) > 1:
                unread.append(problem)
                continue
            raise
        rows = read.rows
        step = max(1, rows // LOOKED_AT)
        column = spaced(table, step)[name]
        columns.append(Column(name, column.to_pylist(), pa.types.is_list(column.type)))
    if unread and not columns:
        raise unread[-1]
    told = tuple(_diagnostic(problem, file.path) for problem in unread)
    return Table(file.path, rows, tuple(columns), file.header, told)


def _diagnostic(problem: FileProblem, path: Path) -> Diagnostic:
    notes = tuple(Note(note) for note in problem.notes)
    return Diagnostic(
        problem.rule, problem.message, path.as_posix(), help=problem.help, notes=notes
    )
