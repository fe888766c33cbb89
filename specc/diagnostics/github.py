"""Diagnostics as GitHub's workflow commands, which show them on the changed lines."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.wording import ordered

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render_github(diagnostics: Sequence[Diagnostic]) -> str:
    """A `::error file=…,line=…::message` a line; empty if there is nothing to say."""
    return "".join(_command(d) + "\n" for d in ordered(diagnostics))


def _command(diagnostic: Diagnostic) -> str:
    properties = {"title": f"{diagnostic.code} {diagnostic.rule.name}", "file": diagnostic.file}
    if span := diagnostic.span:
        properties |= {
            "line": str(span.line),
            "endLine": str(span.end_line),
            "col": str(span.column),
            "endColumn": str(span.end_column),
        }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    notes = "".join(f"\nnote: {note.message}" for note in diagnostic.notes)
    help = f"\nhelp: {diagnostic.help}" if diagnostic.help else ""
    text = _data(f"{diagnostic.message}{help}{notes}")
    return f"::{_COMMANDS[diagnostic.severity]} {told}::{text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
