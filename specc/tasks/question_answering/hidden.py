"""Columns of the data stage's tables that no file has: a name starts with a control character."""

from __future__ import annotations

NEARS = "\x1fnears"
"""Lists of offsets in the cleaned context near which each answer is looked for; -1: none given."""

MOVED = "\x1fmoved"
"""True where an answer is not at the offset that the file gives."""

FORM = "\x1fform"
"""How the file writes its answers, a `Form`."""
