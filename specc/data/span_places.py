"""Whether spans stand where they say, and what their offsets count if not.

A browser counts UTF-16 units, and C and Go count bytes: both go astray behind the first character
that is longer there. Some tools name the last character of a span as its end, or count from 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from specc.data.facts import DataFile
from specc.data.findings import FileProblem, plural, shown
from specc.data.words import Span, tags_of, word_places
from specc.diagnostics.rules import data_files as rules

Unit = Literal["utf-16", "bytes", "inclusive", "from 1"]

_WORDS: dict[Unit, tuple[str, str]] = {
    "utf-16": (
        "the offsets count UTF-16 units, and an emoji has two",
        "count characters: `start = len(text.encode('utf-16-le')[: 2 * start]"
        ".decode('utf-16-le'))`, and `end` likewise",
    ),
    "bytes": (
        "the offsets count bytes of UTF-8",
        "count characters: `start = len(text.encode()[:start].decode())`, and `end` likewise",
    ),
    "inclusive": ("each end is the last character of its span", "add 1 to each end"),
    "from 1": ("the offsets count from 1", "subtract 1 from each offset"),
}


def _before(text: str, place: int, encoding: str, width: int) -> int:
    """How many characters stand before a place that counts units of an encoding."""
    return len(text.encode(encoding)[: width * place].decode(encoding, "ignore"))


_PLACES: dict[Unit, Callable[[str, int, int], tuple[int, int]]] = {
    "utf-16": lambda text, start, end: (
        _before(text, start, "utf-16-le", 2),
        _before(text, end, "utf-16-le", 2),
    ),
    "bytes": lambda text, start, end: (
        _before(text, start, "utf-8", 1),
        _before(text, end, "utf-8", 1),
    ),
    "inclusive": lambda text, start, end: (start, end + 1),
    "from 1": lambda text, start, end: (start - 1, end - 1),
}


@dataclass
class Places:
    """Counts the spans of a file, and those that another way of counting would put right."""

    file: DataFile
    spans: int = 0
    astray: int = 0
    odd: int = 0
    causes: Counter[Unit] = field(default_factory=Counter)
    mended: Counter[Unit] = field(default_factory=Counter)
    first: str = ""

    def add(self, number: int, text: str, spans: Sequence[Span], quotes: Sequence[str]) -> bool:
        """Whether the spans of a row hold what they quote; `quotes` are empty where none is."""
        self.spans += len(spans)
        before = self.astray
        for (start, end, _), quote in zip(spans, quotes, strict=True):
            if not quote or _same(text[max(start, 0) : max(end, 0)], quote):
                continue
            self.astray += 1
            self.first = self.first or (
                f"row {number:,}: {start} to {end} is {shown(text[max(start, 0) : max(end, 0)])}, "
                f"and the span says {shown(quote)}"
            )
            self.causes.update(_units(text, start, end, quote))
        return self.astray == before

    def add_odd(self, text: str, spans: Sequence[Span], number: int) -> None:
        """A row of which `number` spans begin or end inside a word."""
        self.odd += number
        if text.isascii():
            return
        for unit in ("utf-16", "bytes"):
            moved = [(*_PLACES[unit](text, a, b), kind) for a, b, kind in spans if 0 <= a < b]
            if moved != list(spans) and not tags_of(word_places(text), moved)[1]:
                self.mended[unit] += number

    def check(self) -> None:
        """Raise what is wrong with all spans.

        Raises:
            FileProblem: if spans stand elsewhere than they quote, or another way of counting puts
                most of those right that begin or end inside a word.
        """
        wrong, counted = self.astray, self.causes
        if not wrong and self.odd >= _FEWEST and self.mended:
            wrong, counted = self.odd, self.mended
        unit, number = next(iter(counted.most_common(1)), ("utf-16", 0))
        if not self.astray and 2 * number <= wrong:
            return
        if not wrong:
            return
        reason, help = _WORDS[unit] if 2 * number > wrong else ("", "")
        raise FileProblem(
            rules.MISCOUNTED_SPANS,
            f"{wrong:,} of the {plural(self.spans, 'span')} of `{self.file.name}` "
            f"{_placed(self.astray)}{reason and f': {reason}'}",
            help or "correct the offsets, which count characters of the text from 0",
            [self.first] if self.first else [],
        )


def _placed(astray: int) -> str:
    """What is said of `astray` spans; none: of those that are found by their words alone."""
    if not astray:
        return "begin or end inside a word"
    verb, whose = ("does", "its") if astray == 1 else ("do", "their")
    return f"{verb} not stand at {whose} offsets"


_FEWEST = 3
"""Spans inside words from which on their cause is looked for."""


def _same(one: str, other: str) -> bool:
    """Equal but for white space, which tools trim and escape."""
    return "".join(one.split()) == "".join(other.replace("\\n", " ").split())


def _units(text: str, start: int, end: int, quote: str) -> Iterator[Unit]:
    """What the offsets count, if the quote then stands there."""
    for unit, place in _PLACES.items():
        first, last = place(text, max(start, 0), max(end, 0))
        if first >= 0 and _same(text[first:last], quote):
            yield unit
