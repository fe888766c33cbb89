"""CoNLL files: a word a line with what is said of it in columns, an empty line ends a sentence.

Columns are named by their position, from 0 or from the end (-1), or by `data.columns`. Lines of
`-DOCSTART-` part documents and hold no word. A line that begins with `#` and has not the columns of
a word is a comment: `#` can be a word too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from specc.data.arrays import string_array, string_lists
from specc.data.blocks import ROWS_AT_ONCE
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, plural, quoted, shown
from specc.data.stored import Gatherer
from specc.diagnostics.rules import data_files as rules
from specc.diagnostics.rules.cross_task import COLUMN_WITH_TWO_ROLES

_SPACES = re.compile(r"[ \t]+")
DOCUMENT = "-DOCSTART-"


def find_delimiter(path: Path, encoding: str) -> str | None:
    """A tab if the first word has one behind it; None: any white space."""
    with path.open(encoding=encoding, errors="replace") as lines:
        first = next((line for line in lines if line.strip() and line[0] != "#"), "")
    return "\t" if "\t" in first else None


def split_line(line: str, delimiter: str | None) -> list[str]:
    """The columns of one line; none for an empty line and a document's start."""
    if delimiter is None:
        fields = _SPACES.split(line.strip(" \t\r\n"))
    else:
        fields = line.rstrip("\r\n").split(delimiter)
    return fields if line.split()[:1] not in ([], [DOCUMENT]) else []


def read_conll(file: DataFile, asked: Sequence[str], rows: Gatherer) -> DataFile:
    """The sentences of a file: lists of words and of tags, then strings in each asked column.

    Raises:
        FileProblem: if a column is not there, or a line is too short for it.
    """
    sentences: list[list[list[str]]] = [[]]
    width = next((len(fields) for _, fields in _lines(file) if fields and fields[0][:1] != "#"), 0)
    positions = _positions(file, asked, width) if width else []
    has_comments = False
    for number, fields in _lines(file):
        if not fields:
            if len(sentences) == ROWS_AT_ONCE:
                _gather(sentences, asked, rows)
                sentences = []
            sentences.append([])
            continue
        if len(fields) != width and fields[0].startswith("#"):
            has_comments = True
            continue
        if len(fields) != width:
            raise _ragged(file, number, fields, width)
        sentences[-1].append([fields[position] for position in positions])
    _gather(sentences, asked, rows)
    comments = width if has_comments else 0
    return replace(file, positions=tuple(positions), columns=tuple(asked), comment_width=comments)


def _gather(sentences: list[list[list[str]]], asked: Sequence[str], rows: Gatherer) -> None:
    found = [sentence for sentence in sentences if sentence]
    columns: dict[str, pa.Array] = {
        name: string_lists([[word[i] for word in sentence] for sentence in found])
        for i, name in enumerate(asked[:2])
    }
    # A column that groups sentences says the same of each of their words.
    columns |= {
        name: string_array(sentence[0][i] for sentence in found)
        for i, name in enumerate(asked[2:], start=2)
    }
    rows.add(pa.table(columns))


def _lines(file: DataFile) -> Iterator[tuple[int, list[str]]]:
    try:
        with file.path.open(encoding=file.encoding) as lines:
            for number, line in enumerate(lines, start=1):
                yield number, split_line(line, file.delimiter)
    except UnicodeDecodeError:
        raise FileProblem(
            rules.WRONG_ENCODING,
            f"`{file.name}` is not {file.encoding}",
            "save it as UTF-8, or write its `encoding` in `data`",
        ) from None


def _positions(file: DataFile, asked: Sequence[str], width: int) -> list[int]:
    """Where the asked columns stand: words and tags are not the same one."""
    found = [_position(file, name, width) for name in asked]
    if found[0] == found[1]:
        raise FileProblem(
            COLUMN_WITH_TWO_ROLES,
            f"`{asked[0]}` and `{asked[1]}` are the same column of `{file.name}`",
            "name the column of the tags",
            [f"its first word has {plural(width, 'column')}"],
            asked[1],
        )
    return found


def _position(file: DataFile, name: str, width: int) -> int:
    """Where the column `name` stands."""
    if name in file.columns:
        return file.columns.index(name)
    if re.fullmatch(r"-?[0-9]{1,4}", name) and -width <= int(name) < width:
        return int(name) % width
    known = quoted(file.columns) if file.columns else f"0 to {width - 1}, or -1 for the last"
    raise FileProblem(
        rules.MISSING_COLUMN,
        f"`{file.name}` has no column {shown(name)}",
        "name a column by its position"
        if not file.columns
        else "name one of `data.columns`, or a position",
        [f"its first word has {plural(width, 'column')}: {known}"],
        name,
    )


def _ragged(file: DataFile, number: int, fields: Sequence[str], width: int) -> FileProblem:
    return FileProblem(
        rules.RAGGED_ROWS,
        f"`{file.name}` line {number:,} has {plural(len(fields), 'column')}, and the first word "
        f"has {width}",
        "complete the line, or take it out"
        if len(fields) < width
        else "take what is too much out of the line",
        [f"the line is {shown(' '.join(fields), 60)}"],
    )
