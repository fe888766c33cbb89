"""How much of a file is parsed at a time."""

from __future__ import annotations

from specc.data.facts import DataFile
from specc.data.findings import FileProblem
from specc.diagnostics.rules import data_files as rules

BLOCK_SIZE = 1 << 24
"""Bytes of the longest row, and of files that are parsed at once."""

SMALL_BLOCK = 1 << 20
"""Bytes of a larger file that are parsed at a time if no row is longer; some ten are read ahead."""

ROWS_AT_ONCE = 4096
"""Where rows are made one by one."""


def unreadable(file: DataFile, reason: str) -> FileProblem:
    """What Arrow says of a file, in plainer words where they are known."""
    if "straddl" in reason or "out of sync" in reason:
        reason = f"a row is longer than {BLOCK_SIZE:,} bytes"
    return FileProblem(rules.UNREADABLE_FILE, f"`{file.name}` cannot be read", notes=[reason])
