"""Diagnostics a line each, for editors and grep."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.wording import SHOWN, ordered, summary, visible


def render_concise(diagnostics: Sequence[Diagnostic]) -> str:
    """`file:line:column: error[CODE]: message (help)`, and the closing line."""
    found = ordered(diagnostics)
    return "\n".join([*(_line(d) for d in found[:SHOWN]), summary(found)]) + "\n"


def _line(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    place = f"{diagnostic.file}:{span.line}:{span.column}" if span else diagnostic.file
    help = f" ({diagnostic.help})" if diagnostic.help else ""
    head = f"{place}: {diagnostic.severity}[{diagnostic.code}]"
    return visible(f"{head}: {diagnostic.message}{help}")
