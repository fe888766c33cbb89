"""Columns that a file must have."""

from __future__ import annotations

import difflib
import unicodedata
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
        raise FileProblem(
            rules.MISSING_COLUMN,
            f"`{name}` has no {plural_columns(missing)}",
            _hints(missing, others) if len(missing) > 1 else _hint(missing[0], others),
            [f"its columns are {quoted(columns, 20)}"],
            missing[0],
        )


def plural_columns(names: Sequence[str]) -> str:
    """`column x`, `columns x, y`, with the names in backquotes."""
    return f"column{'s' if len(names) > 1 else ''} {quoted(names)}"


def _hint(column: str, others: Sequence[str]) -> str | None:
    near = _nearest(column, others)
    return near[0] if near else None


def _hints(missing: Sequence[str], others: Sequence[str]) -> str | None:
    """What to do about each missing column that has a near one; no column is offered twice."""
    left, renamed, others_said = list(others), [], []
    for column in missing:
        if near := _nearest(column, left):
            hint, other = near
            left.remove(other)
            if column != column.strip() or other != other.strip() or _hidden(other, column):
                others_said.append(hint)
            else:
                renamed.append(f"`{other}` for `{column}`")
    said = [f"write {' and '.join(renamed)}, as in the file"] if renamed else []
    return "; ".join(said + others_said) or None


def _nearest(column: str, columns: Sequence[str]) -> tuple[str, str] | None:
    """What to say of the nearest column, and its name."""
    for other in columns:
        if hidden := _hidden(other, column):
            return f"take the {hidden} out of `{column}` in the header of the file", other
        if other.strip() == column.strip():
            if len(other) > len(column):
                return f"`{other}` in the file has a space that `{column}` lacks", other
            return f"`{column}` has a space that `{other}` in the file lacks", other
        if other.strip().casefold() == column.strip().casefold():
            return f"the name in the file is `{other}`: upper and lower case count", other
    near = difflib.get_close_matches(column, columns, 1)
    return (f"did you mean `{near[0]}`?", near[0]) if near else None


def _hidden(other: str, column: str) -> str | None:
    """The name of a character that is not seen, where nothing else tells the two names apart."""
    hidden = [c for c in other if c != " " and (c.isspace() or unicodedata.category(c) == "Cf")]
    if not hidden or "".join(c for c in other if c not in hidden).strip() != column:
        return None
    return f"invisible U+{ord(hidden[0]):04X} ({unicodedata.name(hidden[0], 'a control').lower()})"
