"""How far two compiled projects are apart."""

from __future__ import annotations

import difflib
import re

from specc.project.project import Project, is_provenance
from tests.golden.gallery import tree

_DIGEST = re.compile(rb"\b[0-9a-f]{16}(?:[0-9a-f]{48})?\b")
"""Of the spec's text, which every change changes."""


def contents(project: Project) -> dict[str, bytes]:
    """What a person reads and the data, with digests of the spec left out."""
    files = tree(project).items()
    return {p: _DIGEST.sub(b"0" * 16, c) for p, c in files if not is_provenance(p)}


def changed_lines(old: Project, new: Project) -> dict[str, int]:
    """Removed and added lines of each file that differs; 1 where one comes, goes or is data."""
    before, after = contents(old), contents(new)
    counts = {}
    for path in sorted(before.keys() | after.keys()):
        one, other = before.get(path, b""), after.get(path, b"")
        if one != other:
            is_whole = not one or not other or path.startswith("data/")
            counts[path] = 1 if is_whole else _distance(one, other)
    return counts


def _distance(old: bytes, new: bytes) -> int:
    lines = difflib.unified_diff(
        old.decode().splitlines(), new.decode().splitlines(), n=0, lineterm=""
    )
    return sum(not line.startswith(("---", "+++", "@@")) for line in lines)
