"""The lines of CoNLL files: their columns, and which of them are words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from specc.data.facts import DataFile
from specc.data.findings import FileProblem, plural, shown
from specc.diagnostics.rules import data_files as rules

NUMBER = re.compile(r"[0-9]+[.):]?")
"""What numbers a word in its sentence."""

_SPACES = re.compile(r"[ \t]+")
_RANGE = re.compile(r"[0-9]+[-.][0-9]+")
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


def lines_of(file: DataFile) -> Iterator[tuple[int, list[str]]]:
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


class Lines:
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
        for number, fields in lines_of(self.file):
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
        self.only_numbers = self.only_numbers and bool(NUMBER.fullmatch(word[0]))

    def _is_word(self, fields: list[str]) -> bool:
        if self.is_numbered and not fields[0].isdigit():
            is_range = bool(_RANGE.fullmatch(fields[0]))
            self.has_ranges |= is_range
            self.is_numbered = is_range
            return not self.file.numbered
        return True


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
