"""From a path to the text of the spec, and from an offset in it to a line and a column."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from pathlib import Path

from specc.diagnostics.diagnostic import Diagnostic, Rule, Span, SpecError
from specc.diagnostics.rules import yaml as rules

LARGEST_FILE = 1_000_000
"""Bytes."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_FORBIDDEN = re.compile(
    r"[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


class Lines:
    """Where the lines of a text start."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(m.end() for m in _LINE_BREAK.finditer(text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both 1-based, columns in code points."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def text_of(self, line: int) -> str:
        """The text of a line (1-based), without its break."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self._text)
        return self._text[start:end].rstrip("\r\n")

    def slice(self, span: Span) -> str:
        """The text of a span."""
        start = self._starts[span.line - 1] + span.column - 1
        return self._text[start : self._starts[span.end_line - 1] + span.end_column - 1]

    def span(self, start: int, end: int) -> Span:
        """The span of the characters from `start` up to, not including, `end`."""
        return Span(*self.position(start), *self.position(end))


def _refuse(rule: Rule, path: Path, message: str, help: str, span: Span | None = None) -> SpecError:
    return SpecError((Diagnostic(rule, message, path.as_posix(), span, help),))


def read_text(path: Path) -> str:
    """The text of the file at `path`, without a byte-order mark.

    Raises:
        SpecError: if it is no UTF-8 text of at most 1 MB that YAML may be written in.
    """
    text = _decode(path, _read_bytes(path))
    if match := _FORBIDDEN.search(text):
        raise _refuse(
            rules.FORBIDDEN_CHARACTER,
            path,
            f"the file holds the character U+{ord(match[0]):04X}, which a spec may not hold",
            "delete the character",
            Lines(text).span(match.start(), match.end()),
        )
    return text


def _read_bytes(path: Path) -> bytes:
    name = path.as_posix()
    try:
        if not path.is_file():
            if path.exists():
                kind = "a folder" if path.is_dir() else "no regular file"
                raise _refuse(
                    rules.NOT_A_FILE, path, f"`{name}` is {kind}", "name the spec's YAML file"
                )
            raise _missing(path)
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise _missing(path) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "it is not a valid path").lower()
        raise _refuse(
            rules.UNREADABLE_FILE,
            path,
            f"`{name}` cannot be read: {reason}",
            "check the path and its permissions",
        ) from None
    if len(data) > LARGEST_FILE:
        raise _refuse(
            rules.FILE_TOO_LARGE,
            path,
            f"`{name}` is larger than 1 MB, the limit for a spec",
            "name the spec's YAML file; data goes into files that `data` names",
        )
    return data


def _missing(path: Path) -> SpecError:
    return _refuse(
        rules.MISSING_FILE,
        path,
        f"`{path.as_posix()}` does not exist",
        "check the path; a relative one starts from the current folder",
    )


def _decode(path: Path, data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _refuse(
            rules.NOT_UTF8,
            path,
            "the file is UTF-16, not UTF-8",
            "save it as UTF-8 in your editor",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        place = Lines(before).span(len(before), len(before))
        raise _refuse(
            rules.NOT_UTF8,
            path,
            f"the byte 0x{data[error.start]:02X} is not UTF-8",
            "save the file as UTF-8 in your editor",
            Span(place.line, place.column, place.line, place.column + 1),
        ) from None


def text_for_display(path: Path) -> str:
    """What can be shown of a file beside its diagnostics; empty if it cannot be read."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(LARGEST_FILE).decode("utf-8-sig", errors="replace")
    except (OSError, ValueError):
        return ""
