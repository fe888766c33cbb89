"""Diagnostics as plain values, for `--json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specc.diagnostics.diagnostic import Diagnostic, Span
from specc.diagnostics.wording import ordered


def render_json(diagnostics: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """All diagnostics; lines and columns are 1-based, the end is exclusive, null is "no place"."""
    return [
        {
            "code": d.code,
            "name": d.rule.name,
            "severity": d.severity,
            "message": d.message,
            "file": d.file,
            **_place(d.span),
            "help": d.help,
            "notes": [{"message": note.message, **_place(note.span)} for note in d.notes],
        }
        for d in ordered(diagnostics)
    ]


def _place(span: Span | None) -> dict[str, int | None]:
    return {
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
    }
