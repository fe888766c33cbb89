"""CoNLL files: a word a line with what is said of it in columns, an empty line ends a sentence.

Columns are named by their position, from 0 or from the end (-1), or by `data.columns`. Lines of
`-DOCSTART-` part documents and hold no word. A line that begins with `#` and has not the columns of
a word is a comment: `#` can be a word too. Where the first column numbers the words, as in CoNLL-U,
ranges (`1-2`) and empty nodes (`1.1`) are not words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from specc.data.arrays import string_array, string_lists
from specc.data.blocks import ROWS_AT_ONCE
from specc.data.conll_checks import check_words, refuse_header, refuse_joined, refuse_one_column
from specc.data.conll_lines import Lines, lines_of
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, plural, quoted, shown
from specc.data.stored import Gatherer
from specc.diagnostics.rules import data_files as rules
from specc.diagnostics.rules.cross_task import COLUMN_WITH_TWO_ROLES

_UD_WIDTH = 10
"""Columns of CoNLL-U, whose first numbers the words."""


def read_conll(file: DataFile, asked: Sequence[str], rows: Gatherer) -> DataFile:
    """The sentences of a file: lists of words and of tags, then strings in each asked column.

    Raises:
        FileProblem: if a column is not there, or a line is too short for it.
    """
    refuse_joined(file)
    width = next(
        (len(fields) for _, fields in lines_of(file) if fields and fields[0][:1] != "#"), 0
    )
    positions = _positions(file, asked, width) if width else []
    file = replace(file, positions=tuple(positions))
    if width:
        refuse_header(file)
    lines = Lines(file, width)
    _gather_all(lines, asked, rows)
    if lines.has_ranges and lines.is_numbered and positions[0]:
        rows.clear()
        lines = Lines(replace(file, numbered=True), width)
        _gather_all(lines, asked, rows)
    check_words(lines, asked, rows)
    return replace(
        file,
        columns=tuple(asked),
        comment_width=width if lines.has_comments else 0,
        numbered=lines.is_numbered
        and bool(positions[0])
        and (lines.has_ranges or width == _UD_WIDTH),
    )


def _gather_all(lines: Lines, asked: Sequence[str], rows: Gatherer) -> None:
    held: list[list[list[str]]] = []
    for sentence in lines.sentences():
        if len(held) == ROWS_AT_ONCE:
            _gather(held, asked, rows)
            held = []
        if sentence:
            held.append(sentence)
    _gather(held, asked, rows)


def _gather(found: list[list[list[str]]], asked: Sequence[str], rows: Gatherer) -> None:
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


def _positions(file: DataFile, asked: Sequence[str], width: int) -> list[int]:
    """Where the asked columns stand: words and tags are not the same one."""
    refuse_one_column(file, asked, width)
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
