"""What the values of JSON objects are, column by column."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from specc.data.facts import DataFile
from specc.data.files import require_columns
from specc.data.findings import FileProblem, shown
from specc.diagnostics.rules import data_files as rules

_KINDS: dict[type, str] = {bool: "bool_", int: "int64", float: "float64", str: "string"}
_TYPES = {
    "null": pa.string(),
    "bool_": pa.bool_(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "string": pa.string(),
}
_WORDS = {
    "bool_": "true or false",
    "int64": "a number",
    "float64": "a number",
    "string": "a text",
    "null": "null",
    "object": "an object",
}


def json_lines(file: DataFile, limit: int | None = None) -> Iterator[tuple[int, Any]]:
    """Line number and value of the first `limit` lines that are not empty.

    Raises:
        FileProblem: naming the line that is no JSON.
    """
    found = 0
    with file.path.open(encoding=file.encoding, errors="replace", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                one = found == 0 and line.strip() == "{"
                raise FileProblem(
                    rules.UNREADABLE_FILE,
                    f"`{file.name}` holds one object over several lines, and not a list of them"
                    if one
                    else f"`{file.name}` line {number:,} is not valid JSON",
                    "JSONL has one whole object a line; a file with one list needs brackets",
                    [f"the line starts {shown(line[:60].strip(), 60)}"],
                ) from None
            found += 1
            if found == limit:
                return


class JsonTypes:
    """Grows with each object: the types that hold all values seen so far."""

    def __init__(self, file: str, asked: Sequence[str]) -> None:
        self._file = file
        self._kinds = dict.fromkeys(asked, "null")
        self._keys: dict[str, None] = {}

    def add(self, row: int, item: Any) -> None:
        """Take in one object.

        Raises:
            FileProblem: if it is none, or a value goes with no type of the values before it.
        """
        if not isinstance(item, dict):
            raise FileProblem(
                rules.UNREADABLE_FILE, f"`{self._file}` row {row:,} is not a JSON object"
            )
        self._keys.update(dict.fromkeys(item))
        for name, before in self._kinds.items():
            kind = _kind(item.get(name))
            both = _merge(before, kind)
            if both is None or "object" in both:
                raise FileProblem(
                    rules.UNSUITABLE_TYPE,
                    f"`{self._file}` row {row:,}: `{name}` is {_word(kind)}"
                    + ("" if both else f", and {_word(before)} in the rows before"),
                    "give all rows the same kind of value"
                    if both is None
                    else "name a column that holds texts, numbers or lists of them",
                )
            self._kinds[name] = both

    @property
    def columns(self) -> tuple[str, ...]:
        """All keys seen, in order of appearance.

        Raises:
            FileProblem: if an asked column is none of them.
        """
        if not self._keys:
            raise FileProblem(rules.EMPTY_FILE, f"`{self._file}` holds no rows")
        require_columns(self._file, tuple(self._keys), tuple(self._kinds))
        return tuple(self._keys)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Column and type, as `DataFile.types` spells it."""
        return tuple((name, kind.replace("null", "string")) for name, kind in self._kinds.items())

    @property
    def schema(self) -> pa.Schema:
        """The same as a schema."""
        return pa.schema([(name, _type(kind)) for name, kind in self._kinds.items()])


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        inner = "null"
        for item in value:
            inner = _merge(inner, _kind(item)) or "object"
        return f"list_({inner})"
    return _KINDS.get(type(value), "object")


def _merge(one: str, other: str) -> str | None:
    """The kind that holds both, or None."""
    if one == other or other == "null":
        return one
    if one == "null":
        return other
    if {one, other} == {"int64", "float64"}:
        return "float64"
    if one.startswith("list_(") and other.startswith("list_("):
        inner = _merge(one[6:-1], other[6:-1])
        return f"list_({inner})" if inner else None
    return None


def _type(kind: str) -> pa.DataType:
    return pa.list_(_type(kind[6:-1])) if kind.startswith("list_(") else _TYPES[kind]


def _word(kind: str) -> str:
    return _WORDS.get(kind, "a list")
