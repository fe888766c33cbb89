"""What the values of JSON objects are, column by column."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from specc.data.columns import require_columns
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, shown
from specc.data.json_shapes import refuse_nested
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
}

Kind = Any
"""A word, or `[kind]` for a list of it, or the kinds of an object by key."""


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
    """Grows with each object: the types that hold all values seen so far.

    Only the columns in `objects` may hold objects.
    """

    def __init__(self, file: str, asked: Sequence[str], objects: Sequence[str] = ()) -> None:
        self._file = file
        self._objects = objects
        self._kinds: dict[str, Kind] = dict.fromkeys(asked, "null")
        self._keys: dict[str, None] = {}
        self._first: dict[str, Any] = {}

    def add(self, row: int, item: Any) -> None:
        """Take in one object.

        Raises:
            FileProblem: if it is none, or a value goes with no type of the values before it.
        """
        if not isinstance(item, dict):
            raise FileProblem(
                rules.UNREADABLE_FILE, f"`{self._file}` row {row:,} is not a JSON object"
            )
        self._first = self._first or item
        self._keys.update(dict.fromkeys(item))
        for name, before in self._kinds.items():
            kind = _kind(item.get(name))
            if kind == "mixed list" and name in self._objects:
                raise FileProblem(
                    rules.UNSUITABLE_TYPE,
                    f"`{self._file}` row {row:,}: `{name}` holds values of different kinds",
                    'give all of them the same kind of value, such as texts: `"1800"`',
                    [f"the value is {shown(json.dumps(item[name], ensure_ascii=False))}"],
                )
            both = _merge(before, kind)
            if both is None and (found := _clash(before, kind)):
                raise self._unlike(row, name, *found)
            if both is None or (_holds_object(both) and name not in self._objects):
                raise FileProblem(
                    rules.UNSUITABLE_TYPE,
                    f"`{self._file}` row {row:,}: `{name}` is {_word(kind)}"
                    + ("" if both else f", and {_word(before)} in the rows before"),
                    "give all rows the same kind of value"
                    if both is None
                    else help_for_type(_type(kind)),
                )
            self._kinds[name] = both

    def _unlike(self, row: int, name: str, keys: list[str], one: Kind, other: Kind) -> FileProblem:
        """A value inside `name` is of another kind than in the rows before."""
        inside = f"`{keys[-1]}` in `{name}`" if keys else f"a value in `{name}`"
        texts = "string" in (one, other)
        return FileProblem(
            rules.UNSUITABLE_TYPE,
            f"`{self._file}` row {row:,}: {inside} is {_word(other)}, and {_word(one)} in the rows "
            "before",
            'write all of them as texts, in quotes: `"1800"`'
            if texts and not {"list", "object"} & {_shape(one), _shape(other)}
            else "give all rows the same kind of value",
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """All keys seen, in order of appearance.

        Raises:
            FileProblem: if an asked column is none of them.
        """
        if not self._keys:
            raise FileProblem(rules.EMPTY_FILE, f"`{self._file}` holds no rows")
        missing = [name for name in self._kinds if name not in self._keys]
        refuse_nested(self._file, self._first, missing)
        require_columns(self._file, tuple(self._keys), tuple(self._kinds))
        return tuple(self._keys)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Column and type, as `DataFile.types` spells it."""
        return tuple((name, _name(kind)) for name, kind in self._kinds.items())

    @property
    def schema(self) -> pa.Schema:
        """The same as a schema."""
        return pa.schema([(name, _type(kind)) for name, kind in self._kinds.items()])


def is_list_type(kind: pa.DataType) -> bool:
    """Whether Arrow keeps lists in a column of this type, in any of its ways."""
    lists = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list, is_list_view)
    return any(test(kind) for test in lists)


def is_list_view(kind: pa.DataType) -> bool:
    """Whether lists are views of a common array."""
    return bool(pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind))


def help_for_type(kind: pa.DataType) -> str:
    """What to do about a column of objects: answers with offsets tell which task fits."""
    item = kind.value_type if is_list_type(kind) else kind
    if pa.types.is_struct(item) and item.get_field_index("answer_start") >= 0:
        return "answers with offsets are the `answers` of `kind: question-answering`"
    return "name a column that holds texts, numbers or lists of them"


def _kind(value: Any) -> Kind:
    if value is None:
        return "null"
    if isinstance(value, dict):
        return {key: _kind(item) for key, item in value.items()}
    if isinstance(value, list):
        inner: Kind = "null"
        for item in value:
            both = _merge(inner, _kind(item))
            if both is None:
                return "mixed list"
            inner = both
        return [inner]
    return _KINDS[type(value)]


def _merge(one: Kind, other: Kind) -> Kind | None:
    """The kind that holds both, or None."""
    if one == other or other == "null":
        return one
    if one == "null":
        return other
    if isinstance(one, dict) and isinstance(other, dict):
        merged = {key: _merge(one.get(key, "null"), other.get(key, "null")) for key in one | other}
        return None if None in merged.values() else merged
    if isinstance(one, list) and isinstance(other, list):
        inner = _merge(one[0], other[0])
        return None if inner is None else [inner]
    both = (one, other)
    return "float64" if both in (("int64", "float64"), ("float64", "int64")) else None


def _shape(kind: Kind) -> str:
    return "object" if isinstance(kind, dict) else "list" if isinstance(kind, list) else str(kind)


def _clash(one: Kind, other: Kind, keys: list[str] | None = None) -> Any:
    """Inside which keys two kinds differ, and how; None where they differ as a whole."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one:
            if key in other and _merge(one[key], other[key]) is None:
                return _clash(one[key], other[key], [*(keys or []), key])
    if isinstance(one, list) and isinstance(other, list):
        return _clash(one[0], other[0], keys or [])
    return None if keys is None else (keys, one, other)


def _holds_object(kind: Kind) -> bool:
    """Whether there is an object anywhere inside, or a list that no table can hold."""
    if isinstance(kind, list):
        return _holds_object(kind[0])
    return isinstance(kind, dict) or kind == "mixed list"


def _name(kind: Kind) -> str:
    if isinstance(kind, dict):
        return f"struct({{{', '.join(f'{key!r}: {_name(item)}' for key, item in kind.items())}}})"
    if isinstance(kind, list):
        return f"list_({_name(kind[0])})"
    return str(kind).replace("null", "string")


def _type(kind: Kind) -> pa.DataType:
    if isinstance(kind, dict):
        return pa.struct([(key, _type(item)) for key, item in kind.items()])
    if isinstance(kind, list):
        return pa.list_(_type(kind[0]))
    return _TYPES.get(kind, pa.string())


def type_name(kind: pa.DataType) -> str:
    """A type of a Parquet file, as `DataFile.types` spells it."""
    if pa.types.is_struct(kind):
        return f"struct({{{', '.join(f'{f.name!r}: {type_name(f.type)}' for f in kind)}}})"
    if is_list_type(kind):
        return f"{'list_view' if is_list_view(kind) else 'list_'}({type_name(kind.value_type)})"
    return {"double": "float64", "float": "float32", "bool": "bool_"}.get(str(kind), str(kind))


def _word(kind: Kind) -> str:
    return "an object" if isinstance(kind, dict) else _WORDS.get(str(kind), "a list")
