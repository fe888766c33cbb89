"""JSON that holds a table in another shape than one object per row: refused by its name."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from specc.data.facts import DataFile
from specc.data.findings import FileProblem, quoted, shown
from specc.diagnostics.rules import data_files as rules

_LARGEST = 1 << 28
_DEPTH = 3
_LINES_LOOKED_AT = 10
_RECORDS = 'save the rows as a list of objects; pandas does with `to_json(orient="records")`'

_ARTICLES = 'write them as `{"data": [{"paragraphs": [{"context": …, "qas": …}]}]}`, as SQuAD does'
_JSON_MIN = (
    "export the project from Label Studio as JSON-MIN, which has a text and its labels per row"
)


def refuse_whole_export(name: str, keys: Collection[str]) -> None:
    """Refuse what Label Studio writes unasked: texts and labels are nested in lists.

    Raises:
        FileProblem: with the export to choose.
    """
    if {"data", "annotations"} <= set(keys):
        raise FileProblem(
            rules.OTHER_JSON_SHAPE,
            f"`{name}` is a whole export of Label Studio, whose labels lie inside `annotations`",
            _JSON_MIN,
        )


def refuse_other_shapes(file: DataFile, asked: Sequence[str]) -> None:
    """Refuse a file that is one object for the whole table.

    Raises:
        FileProblem: naming the shape and how to save the rows instead.
    """
    value = _only_value(file)
    if asked and isinstance(value, dict) and (found := _shape(value, asked)):
        what, help = found
        raise FileProblem(rules.OTHER_JSON_SHAPE, f"`{file.name}` is {what}", help)


def refuse_rows_of_lists(file: DataFile, items: Sequence[Any]) -> None:
    """Refuse a list of rows whose values have no names.

    Raises:
        FileProblem: if the first row is a list.
    """
    if items and isinstance(items[0], list):
        raise FileProblem(
            rules.OTHER_JSON_SHAPE,
            f"`{file.name}` is a list of lists: its values have no names",
            _RECORDS,
            [f"the first row holds {quoted(map(str, items[0]))}"],
        )


def refuse_lines_of_lists(file: DataFile) -> None:
    """Refuse a list per line, which begins like one list of rows.

    Raises:
        FileProblem: if the first two lines are lists.
    """
    with file.path.open(encoding=file.encoding, errors="replace") as lines:
        filled = [line for line in islice(lines, _LINES_LOOKED_AT) if line.strip()]
    try:
        items = [json.loads(line) for line in filled[:2]]
    except (ValueError, RecursionError):
        return
    if len(items) == 2 and all(isinstance(item, list) for item in items):
        refuse_rows_of_lists(file, items)


def refuse_nested(name: str, first: dict[str, Any], asked: Sequence[str]) -> None:
    """Refuse rows that hold an asked column inside an object.

    Raises:
        FileProblem: with the path to each such column.
    """
    if set(asked) - set(first):
        refuse_whole_export(name, first)
    if _are_paragraphs([first]) and set(asked) - set(first):
        raise FileProblem(
            rules.OTHER_JSON_SHAPE, f"the rows of `{name}` are paragraphs of SQuAD", _ARTICLES
        )
    paths = [path for column in asked if column not in first for path in _paths(first, column)]
    if paths:
        them = "it" if len(paths) == 1 else "them"
        raise FileProblem(
            rules.OTHER_JSON_SHAPE,
            f"the rows of `{name}` are nested: what is asked for stands at {quoted(paths)}",
            f"save each row with {them} at the top: pandas' `json_normalize` does it, and calls "
            f"{them} {quoted(paths)}",
            [f"the keys at the top are {quoted(first)}"],
        )


def _only_value(file: DataFile) -> Any:
    """What the file holds if it is one value; None if it is one object per line."""
    if file.size_bytes > _LARGEST:
        return None
    with file.path.open(encoding=file.encoding, errors="replace") as lines:
        first = next((line for line in lines if line.strip()), "")
        try:
            value = json.loads(first)
        except (ValueError, RecursionError):
            pass
        else:
            return None if any(line.strip() for line in lines) else value
    try:
        return json.loads(file.path.read_text(file.encoding))
    except (ValueError, RecursionError):
        return None


def _shape(value: dict[str, Any], asked: Sequence[str]) -> tuple[str, str] | None:
    """What shape it is, and what to do."""
    columns = [value.get(name) for name in asked]
    if all(isinstance(column, list) for column in columns) and _are_rows(columns):
        return "one object with a list for each column", _RECORDS
    if all(isinstance(column, dict) and len(column) > 1 for column in columns):
        return "one object with an object for each column, as pandas writes it unasked", _RECORDS
    named, cells = value.get("columns"), value.get("data")
    if isinstance(named, list) and isinstance(cells, list) and set(asked) <= set(map(str, named)):
        return 'a table that pandas wrote with `orient="split"`', _RECORDS
    if _are_paragraphs(value.get("paragraphs")):
        return "a list of SQuAD's paragraphs without articles around it", _ARTICLES
    if key := _only_rows(value, asked):
        return (
            f"one object, and its rows are the list {shown(key)}",
            f"save the list {shown(key)} alone",
        )
    if path := next(_wrapped(value, asked, ()), None):
        where = shown(".".join(path))
        return f"one object, and its rows are the list {where}", f"save the list {where} alone"
    rows = list(value.values())
    if rows and all(isinstance(row, dict) and set(asked) <= set(row) for row in rows):
        return "one object with a key for each row", _RECORDS
    return None


def _are_rows(columns: Sequence[Any]) -> bool:
    """Whether lists are columns: a sentence and its tags are lists too, but of single words."""
    lengths = {len(column) for column in columns}
    texts = [item for item in columns[0] if item is not None]
    if any(
        isinstance(text, dict) or isinstance(text, list) and _holds_objects(text) for text in texts
    ):
        return False
    is_text = any(isinstance(text, list) or " " in str(text).strip() for text in texts)
    return len(lengths) == 1 and len(columns[0]) > 1 and is_text


def _are_paragraphs(value: Any) -> bool:
    return (
        isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "qas" in value[0]
    )


def _holds_objects(items: Sequence[Any]) -> bool:
    return any(isinstance(item, dict) for item in items)


def _only_rows(value: dict[str, Any], asked: Sequence[str]) -> str | None:
    """The asked key, or the only one, if nothing but lists of rows stands beside it."""
    lists = {key: item for key, item in value.items() if isinstance(item, list) and len(item) > 1}
    rows = [
        key
        for key, item in lists.items()
        if all(
            isinstance(row, dict) or isinstance(row, list) and _holds_objects(row) for row in item
        )
    ]
    has_text = any(isinstance(item, str) and " " in item.strip() for item in value.values())
    if not rows or has_text or not set(asked) & set(rows) and set(asked) & set(value):
        return None
    if any(len(lists[key]) == len(lists[rows[0]]) for key in set(lists) - set(rows)):
        return None  # columns, some of which hold objects
    return next((key for key in asked if key in rows), rows[0])


def _wrapped(
    value: dict[str, Any], asked: Sequence[str], path: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    for key, item in value.items():
        if isinstance(item, list) and item and isinstance(item[0], dict):
            if set(asked) <= set(item[0]):
                yield (*path, key)
        elif isinstance(item, dict) and len(path) < _DEPTH:
            yield from _wrapped(item, asked, (*path, key))


def _paths(value: dict[str, Any], column: str, path: tuple[str, ...] = ()) -> Iterator[str]:
    for key, item in value.items():
        if path and key == column:
            yield ".".join((*path, key))
        elif isinstance(item, dict) and len(path) < _DEPTH:
            yield from _paths(item, column, (*path, key))
