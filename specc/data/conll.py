"""CoNLL files: a word a line with what is said of it in columns, an empty line ends a sentence.

Columns are named by their position, from 0 or from the end (-1), or by `data.columns`. Lines of
`-DOCSTART-` part documents and hold no word. A line that begins with `#` and has not the columns of
a word is a comment: `#` can be a word too. Where the first column numbers the words, as in CoNLL-U,
ranges (`1-2`) and empty nodes (`1.1`) are not words.
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
from specc.diagnostics.rules import sentences as sentence_rules
from specc.diagnostics.rules.cross_task import COLUMN_WITH_TWO_ROLES

_SPACES = re.compile(r"[ \t]+")
_JOINED = re.compile(r".+[/_|][A-Za-z$.,:'`()-]+")
_RANGE = re.compile(r"[0-9]+[-.][0-9]+")
_UD_WIDTH = 10
"""Columns of CoNLL-U, whose first numbers the words."""

_LONG = 100
"""Words from which on a file of one sentence is one that lacks its empty lines."""

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
    _refuse_joined(file)
    width = next((len(fields) for _, fields in _lines(file) if fields and fields[0][:1] != "#"), 0)
    positions = _positions(file, asked, width) if width else []
    file = replace(file, positions=tuple(positions))
    lines = _Lines(file, width)
    _gather_all(lines, asked, rows)
    if lines.has_ranges and lines.is_numbered and positions[0]:
        rows.clear()
        lines = _Lines(replace(file, numbered=True), width)
        _gather_all(lines, asked, rows)
    _check_words(lines, asked, rows)
    return replace(
        file,
        columns=tuple(asked),
        comment_width=width if lines.has_comments else 0,
        numbered=lines.is_numbered
        and bool(positions[0])
        and (lines.has_ranges or width == _UD_WIDTH),
    )


class _Lines:
    """The words of a file, sentence by sentence, and what their lines showed."""

    def __init__(self, file: DataFile, width: int) -> None:
        self.file, self.width = file, width
        self.has_comments = self.has_ranges = False
        self.is_numbered = width > 1
        self.num_words = 0
        self.filled, self.only_numbers = [False, False], True

    def sentences(self) -> Iterator[list[list[str]]]:
        """The asked columns of each word; nothing for a sentence without words."""
        words: list[list[str]] = []
        for number, fields in _lines(self.file):
            if not fields:
                self.num_words += len(words)
                yield words
                words = []
            elif len(fields) == self.width:
                if self._is_word(fields):
                    words.append([fields[position] for position in self.file.positions])
                    if self.only_numbers or not all(self.filled):
                        self._look_at(words[-1])
            elif fields[0].startswith("#"):
                self.has_comments = True
            else:
                raise _ragged(self.file, number, fields, self.width)
        self.num_words += len(words)
        yield words

    def _look_at(self, word: list[str]) -> None:
        self.filled = [had or bool(part) for had, part in zip(self.filled, word, strict=False)]
        self.only_numbers = self.only_numbers and word[0].isdigit()

    def _is_word(self, fields: list[str]) -> bool:
        if self.is_numbered and not fields[0].isdigit():
            is_range = bool(_RANGE.fullmatch(fields[0]))
            self.has_ranges |= is_range
            self.is_numbered = is_range
            return not self.file.numbered
        return True


def _gather_all(lines: _Lines, asked: Sequence[str], rows: Gatherer) -> None:
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


def _refuse_joined(file: DataFile) -> None:
    """Refuse a sentence per line, with a tag joined to each word."""
    first = next((fields for _, fields in _lines(file) if fields and fields[0][:1] != "#"), [])
    if first and all(map(_JOINED.fullmatch, first)):
        raise FileProblem(
            sentence_rules.JOINED_TAGS,
            f"`{file.name}` joins the tags to the words",
            "put one word and its tag on each line, with a tab between them and an empty line "
            "after each sentence",
            [f"the first line is {shown(' '.join(first), 60)}"],
        )


def _check_words(lines: _Lines, asked: Sequence[str], rows: Gatherer) -> None:
    """Whether words and tags hold something, are no numbers, and make more than one sentence."""
    file, last = lines.file, lines.width - 1
    if not rows.num_rows:
        return
    notes = [f"its lines have {plural(last + 1, 'column')}, 0 to {last}"]
    for key, name, is_filled in zip(("tokens", "tags"), asked, lines.filled, strict=False):
        if not is_filled:
            raise FileProblem(
                sentence_rules.EMPTY_COLUMN,
                f"the column {shown(name)} of `{file.name}` is empty in every line",
                _other_column(lines, key),
                notes,
                name,
            )
    if lines.only_numbers and last:
        raise FileProblem(
            sentence_rules.NUMBERS_FOR_WORDS,
            f"the words of `{file.name}` are all numbers",
            _other_column(lines, "tokens"),
            notes,
            asked[0],
        )
    if rows.num_rows == 1 and lines.num_words > _LONG:
        raise FileProblem(
            sentence_rules.NO_SENTENCE_ENDS,
            f"`{file.name}` has {lines.num_words:,} words and no empty line between sentences",
            "put an empty line after each sentence",
        )


def _other_column(lines: _Lines, key: str) -> str:
    """Advice on which column to name for `key`: the first of words, or the last of tags."""
    words, tags = lines.file.positions[:2]
    fields = next(f for _, f in _lines(lines.file) if len(f) == lines.width)
    taken = tags if key == "tokens" else words
    filled = [i for i, field in enumerate(fields) if field and i != taken]
    if key == "tokens":
        filled = [i for i in filled if not fields[i].isdigit()]
    if not filled:
        return f"name the column of the {'words' if key == 'tokens' else 'tags'}"
    return f"write `{key}: {filled[0 if key == 'tokens' else -1]}`"


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
