"""What the renderers share: order, the closing line, and text that cannot harm a terminal."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from specc.diagnostics.diagnostic import Diagnostic, Severity

SHOWN = 20
"""For a person, findings beyond so many are counted, not shown."""

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


def ordered(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """In the order of the file, each once."""
    return sorted(dict.fromkeys(diagnostics), key=Diagnostic.sort_key)


def visible(text: str) -> str:
    """The text with everything that a terminal would obey, hide or reorder shown as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(visible_character(c) for c in text)


def visible_character(character: str) -> str:
    """One character, as an escape where it would not be seen as itself."""
    if character.isprintable() and unicodedata.category(character) != "Cf":
        return character
    number = ord(character)
    if character in "\t\n\r":
        return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}[character]
    if unicodedata.category(character) == "Zs":
        return " " if number == 0xA0 else f"\\u{number:04x}"
    digits = "x{:02x}" if number < 0x100 else "u{:04x}" if number < 0x10000 else "U{:08x}"
    return "\\" + digits.format(number)


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """How many findings there are and where: `found 2 errors, 1 warning in specs/x.yaml`."""
    if not diagnostics:
        return "found nothing to complain about"
    counts = Counter(d.severity for d in diagnostics)
    parts = [
        f"{counts[severity]} {severity}{'s' if counts[severity] > 1 else ''}"
        for severity in _SEVERITIES
        if counts[severity]
    ]
    files = sorted({d.file for d in diagnostics})
    where = visible(files[0]) if len(files) == 1 else f"{len(files)} files"
    rest = f"; the first {SHOWN} are shown" if len(diagnostics) > SHOWN else ""
    return f"found {', '.join(parts)} in {where}{rest}"
