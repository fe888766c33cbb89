"""Columns that a file must have."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from specc.data.findings import FileProblem, quoted, shown
from specc.diagnostics.rules import data_files as rules


def require_columns(name: str, columns: Sequence[str], asked: Sequence[str]) -> None:
    """Refuse a file that lacks an asked column, or holds it twice.

    Raises:
        FileProblem: naming the column, what is nearest to it, and what there is.
    """
    for column in asked:
        if columns.count(column) > 1:
            raise FileProblem(
                rules.AMBIGUOUS_COLUMN,
                f"`{name}` has {columns.count(column)} columns named {shown(column)}",
                "give them different names in the header",
            )
    missing = [column for column in asked if column not in columns]
    if missing:
        others = [column for column in columns if column not in asked]
        nearest = [_nearest(column, others) for column in missing]
        raise FileProblem(
            rules.MISSING_COLUMN,
            f"`{name}` has no {plural_columns(missing)}",
            " ".join(filter(None, nearest)) or None,
            [f"its columns are {quoted(columns, 20)}"],
            missing[0],
        )


def plural_columns(names: Sequence[str]) -> str:
    """`column x`, `columns x, y`, with the names in backquotes."""
    return f"column{'s' if len(names) > 1 else ''} {quoted(names)}"


def _nearest(column: str, columns: Sequence[str]) -> str | None:
    for other in columns:
        if other.strip() == column.strip():
            return (
                f"the name in the file is `{other}`, with a space that `{column}` has not"
                if (len(other) > len(column))
                else f"the name in the file is `{other}`, without the space of `{column}`"
            )
        if other.strip().casefold() == column.strip().casefold():
            return f"the name in the file is `{other}`: upper and lower case count"
    near = difflib.get_close_matches(column, columns, 1)
    return f"did you mean `{near[0]}`?" if near else None
