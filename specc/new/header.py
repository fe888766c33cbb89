"""Whether the first row of a table holds names: by how it differs from the rows below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBER = re.compile(r"\s*[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?\s*%?")
DATE = re.compile(
    r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?|[A-Z][a-z]{2} [A-Z]?.*\d{2}:\d{2}.*"
)
_LONGEST_NAME = 40
_MOST_SPACES = 3
_FEW = 5
"""So many rows a value, at least, of a column with a closed set of values."""


def is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns.

    A number, or a value that comes again below, is data. A cell above numbers or dates that is
    neither, or above a closed set of values that it is not one of, is a name, however long.
    """
    first, below = rows[0], rows[1:]
    columns = [[row[i] for row in below if i < len(row) and row[i]] for i in range(len(first))]
    named = False
    for cell, values in zip(first, columns, strict=True):
        if cell and (NUMBER.fullmatch(cell) or DATE.fullmatch(cell) or cell in values):
            return False
        named |= bool(cell) and _differs(cell, values)
    return named or not any(len(c) > _LONGEST_NAME or c.count(" ") > _MOST_SPACES for c in first)


def _differs(cell: str, values: Sequence[str]) -> bool:
    """Whether all values below are of a kind that the cell is not of."""
    if not values:
        return False
    if any(all(kind.fullmatch(value) for value in values) for kind in (NUMBER, DATE)):
        return True
    return len(set(values)) * _FEW <= len(values)
