"""Diagnostics for a person: each with the lines of the spec that it is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from specc.diagnostics.diagnostic import Diagnostic, Note, Span
from specc.diagnostics.secrets import masked
from specc.diagnostics.wording import SHOWN, ordered, summary, visible, visible_character

LONGEST_LINE = 96
"""Columns of the spec that are shown; longer lines are cropped around the span."""

TAB = "    "

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_BOLD, _CYAN, _RESET = "\033[1m", "\033[1;36m", "\033[0m"
_SEVERITY_COLOR = {"error": "\033[1;31m", "warning": "\033[1;33m", "note": _CYAN}


def render_full(
    diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], *, color: bool = False
) -> str:
    """All diagnostics and the closing line; ends with a line break.

    Args:
        diagnostics: in any order.
        texts: what each file holds, by the name that the diagnostics use; a file that is missing
            here is named without an excerpt.
        color: whether to add ANSI colours.
    """
    found = ordered(diagnostics)
    lines = {file: _LINE_BREAK.split(text) for file, text in texts.items()}
    blocks = [
        _Block(d, lines.get(d.file, []), _Palette(color)).text() + "\n" for d in found[:SHOWN]
    ]
    return "\n".join([*blocks, summary(found) + "\n"])


@dataclass(frozen=True, slots=True)
class _Palette:
    """Adds colour, or leaves the text alone."""

    color: bool

    def paint(self, code: str, text: str) -> str:
        return f"{code}{text}{_RESET}" if self.color and text else text


@dataclass(frozen=True, slots=True)
class _Block:
    """One diagnostic."""

    diagnostic: Diagnostic
    lines: Sequence[str]
    palette: _Palette

    def text(self) -> str:
        d, paint = self.diagnostic, self.palette.paint
        severity = _SEVERITY_COLOR[d.severity]
        head = paint(severity, f"{d.severity}[{d.code}]") + paint(_BOLD, f": {visible(d.message)}")
        width = len(str(d.span.line)) if d.span else 1
        rows = [head, " " * width + paint(_CYAN, "--> ") + _place(d.file, d.span)]
        if d.span and d.span.line <= len(self.lines):
            rows += self._excerpt(d.span, width)
            rows += [" " * (width + 1) + paint(_CYAN, "|")] if d.help or d.notes else []
        gutter = " " * (width + 1) + paint(_CYAN, "=") + " "
        if d.help:
            rows.append(gutter + paint(_BOLD, "help:") + f" {visible(d.help)}")
        rows += [gutter + paint(_BOLD, "note:") + f" {self._note(note)}" for note in d.notes]
        return "\n".join(rows)

    def _note(self, note: Note) -> str:
        place = f" ({_place(self.diagnostic.file, note.span)})" if note.span else ""
        return visible(note.message) + place

    def _excerpt(self, span: Span, width: int) -> list[str]:
        """The line of the span between the one above it and the carets."""
        paint = self.palette.paint
        bar = paint(_CYAN, "|")
        empty = " " * (width + 1) + bar
        line = _Line.of(self.lines[span.line - 1])
        start = min(span.column - 1, len(line.offsets) - 1)
        last = span.end_column - 1 if span.end_line == span.line else line.content
        end = max(min(last, len(line.offsets) - 1), start)
        left, right = line.offsets[start], line.offsets[end]
        crop = _crop_from(line.offsets[-1], left, right)
        marks = max(min(right, crop + LONGEST_LINE) - left, 1)
        rows = [empty]
        above = self.lines[span.line - 2] if span.line > 1 else ""
        if above.strip() and not crop:
            number = paint(_CYAN, str(span.line - 1).rjust(width))
            rows.append(f"{number} {bar} {_Line.of(above).cropped(0)}".rstrip())
        number = paint(_CYAN, str(span.line).rjust(width))
        rows.append(f"{number} {bar} {line.cropped(crop)}".rstrip())
        severity = _SEVERITY_COLOR[self.diagnostic.severity]
        # The mark that says that the line is cut on the left takes a column of its own.
        indent = " " * (left - crop + (1 if crop else 0))
        rows.append(f"{empty} {indent}{paint(severity, '^' * marks)}")
        return rows


def _place(file: str, span: Span | None) -> str:
    name = visible(file)
    return f"{name}:{span.line}:{span.column}" if span else name


def _crop_from(length: int, left: int, right: int) -> int:
    """The first column to show of a line, so that the span and a little before it are seen."""
    if length <= LONGEST_LINE or right <= LONGEST_LINE:
        return 0
    return max(min(left - LONGEST_LINE // 4, length - LONGEST_LINE), 0)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it is shown. `offsets[i]` is the screen column at which character i starts.

    `content` is the index after its last character that is not white space.
    """

    cells: tuple[str, ...]
    offsets: tuple[int, ...]
    content: int

    @staticmethod
    def of(text: str) -> _Line:
        cells, offsets = [], [0]
        for character in masked(text):
            cell = TAB if character == "\t" else visible_character(character)
            cells.append(cell)
            offsets.append(offsets[-1] + (_width(cell) if len(cell) == 1 else len(cell)))
        return _Line(tuple(cells), tuple(offsets), len(text.rstrip()))

    def cropped(self, first: int) -> str:
        """What stands from screen column `first` on, with marks where something is left out."""
        end = first + LONGEST_LINE
        kept = [
            cell
            for cell, left, right in zip(self.cells, self.offsets, self.offsets[1:], strict=False)
            if left >= first and right <= end
        ]
        before = "…" if first else ""
        return before + "".join(kept) + ("…" if self.offsets[-1] > end else "")


def _width(character: str) -> int:
    """Columns that a character takes on a terminal."""
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
