"""Whether the first row of a table holds names: by how it differs from the rows below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specc.data.findings import FileProblem
from specc.diagnostics.rules import data_files as rules

NUMBER = re.compile(r"\s*[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?\s*%?")
DATE = re.compile(
    r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?|[A-Z][a-z]{2} [A-Z]?.*\d{2}:\d{2}.*"
)
_LONGEST_NAME = 40
_MOST_SPACES = 3
_FEW = 5
"""So many rows a value, at least, of a column with a closed set of values."""

_TITLE_ROWS = 10


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


def refuse_title_rows(name: str, rows: Sequence[Sequence[str]]) -> None:
    """Refuse a table whose names stand below rows that fill a few of the columns only.

    Raises:
        FileProblem: with the row of the names.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    usual = sorted(filled)[len(filled) // 2]
    if usual < 2 or 2 * filled[0] > usual:
        return
    place = next((i for i, n in enumerate(filled[:_TITLE_ROWS]) if n >= usual), 0)
    if place and is_header(rows[place:]):
        raise FileProblem(
            rules.MISSING_HEADER,
            f"the names of the columns in `{name}` stand below {place} other "
            f"row{'s' if place > 1 else ''}",
            f"delete what stands above the row `{','.join(rows[place])}`",
        )
