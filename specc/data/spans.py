"""JSON and JSONL files of texts with spans: `[start, end, type]`, or objects with these keys.

The text becomes a list of words and the spans the BIO tags of these words, so that later stages
see sentences like those of a CoNLL file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from specc.data.arrays import string_array, string_lists
from specc.data.blocks import ROWS_AT_ONCE
from specc.data.columns import require_columns
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, shown
from specc.data.json_types import json_lines
from specc.data.span_places import Places
from specc.data.stored import Gatherer
from specc.data.verdicts import VERDICT, refused_rows
from specc.data.words import Span, tags_of, word_places
from specc.diagnostics.rules import data_files as rules

STARTS = ("start", "start_offset", "start_char", "begin")
ENDS = ("end", "end_offset", "end_char", "stop")
KEYS_OF_TYPES = (
    "label",
    "type",
    "tag",
    "labels",
    "entity",
    "entity_type",
    "entity_group",
    "category",
)
"""What the keys of a span are called by the tools that write such files; `labels` is a list."""

_QUOTES = ("text", "surface", "mention")
"""Keys of what a span holds; Rasa's `value` is another word for it, and not what stands there."""

Form = tuple[str, ...]
"""The keys of start, end and type; none for a list."""

_HALF = re.compile("[\ud800-\udfff]")
_ROW_HELP = 'write a row as `{"text": "Rome", "entities": [[0, 4, "LOC"]]}`'
_HELP = 'write spans as `[0, 6, "LOC"]` or `{"start": 0, "end": 6, "label": "LOC"}`'


def read_spans(file: DataFile, asked: Sequence[str], rows: Gatherer) -> DataFile:
    """Words and tags as lists of strings, other asked columns as strings.

    Raises:
        FileProblem: if a row is no object, or a span lies outside its text.
    """
    text, spans, *others = asked
    forms: set[Form] = set()
    keys: dict[str, None] = {}
    all_places = Places(file)
    columns: dict[str, list[Any]] = {name: [] for name in asked}
    odd, verdicts = 0, list[str]()
    for number, item in _items(file):
        if len(columns[text]) == ROWS_AT_ONCE:
            _gather(columns, asked, rows)
            columns = {name: [] for name in asked}
        if not isinstance(item, dict):
            raise _unsuitable(file, number, "is not a JSON object", _ROW_HELP)
        _require(file, number, item, [text, *others], keys)
        verdicts.append(str(item.get(VERDICT)))
        if not isinstance(item[text], str):
            raise _unsuitable(file, number, f"`{text}` is no text", "give each row a text")
        listed = [] if item.get(spans) is None else item[spans]
        if not isinstance(listed, list):
            raise _unsuitable(file, number, f"`{spans}` is no list", _HELP)
        forms.update(form_of(span) for span in listed)
        read = [_span(file, number, spans, span) for span in listed]
        named = [str(item[name]) for name in others]
        _refuse_halves(file, number, [item[text], *named, *(kind for _, _, kind in read)])
        if not all_places.add(number, item[text], read, [_quote(span) for span in listed]):
            continue
        _check_places(file, number, item[text], read)
        places = word_places(item[text])
        tags, inside = tags_of(places, read)
        columns[text].append([item[text][start:end] for start, end in places])
        columns[spans].append(tags)
        odd += inside
        if inside:
            all_places.add_odd(item[text], read, inside)
        for name, value in zip(others, named, strict=True):
            columns[name].append(value)
    require_columns(file.name, tuple(keys), asked)
    if VERDICT not in asked and (problem := refused_rows(file, verdicts)):
        raise problem
    all_places.check()
    _gather(columns, asked, rows)
    return replace(file, columns=tuple(asked), widened=odd, span_forms=tuple(in_order(forms)))


def _refuse_halves(file: DataFile, number: int, texts: Iterable[str]) -> None:
    if _HALF.search("".join(texts)):
        raise FileProblem(
            rules.UNREADABLE_FILE,
            f"`{file.name}` row {number:,} holds half of a character",
            "correct the row, or take it out of the file",
        )


def _require(
    file: DataFile, number: int, item: dict[str, Any], names: Sequence[str], keys: dict[str, None]
) -> None:
    """Add the keys of a row to those seen, and ask for those that each row has."""
    if {"data", "annotations"} <= set(item) and not set(names) <= set(item):
        raise _unsuitable(
            file,
            number,
            "holds the spans inside `annotations`",
            "export the project from Label Studio as JSON-MIN, which has a text and spans per row",
        )
    keys |= dict.fromkeys(item)
    lacking = next((name for name in names if name not in item), None)
    if lacking in keys:
        raise _unsuitable(
            file, number, f"there is no `{lacking}`", f"give each row its `{lacking}`"
        )
    if lacking is not None:
        require_columns(file.name, tuple(keys), names)


def form_of(span: Any) -> Form:
    """The keys that a span has, those of lists empty."""
    if not isinstance(span, dict):
        return ()
    found = (
        next((key for key in keys if key in span), keys[0])
        for keys in (STARTS, ENDS, KEYS_OF_TYPES)
    )
    return tuple(found)


def in_order(forms: Iterable[Form]) -> list[Form]:
    """Forms in the order in which keys are looked for: a span can have keys of several."""
    return sorted(forms, key=_priority)


def _priority(form: Form) -> tuple[int, ...]:
    return tuple(
        keys.index(key) for keys, key in zip((STARTS, ENDS, KEYS_OF_TYPES), form, strict=False)
    )


def _quote(span: Any) -> str:
    """What a span says that it holds; empty where it does not."""
    if not isinstance(span, dict):
        return ""
    return next((span[key] for key in _QUOTES if isinstance(span.get(key), str)), "")


def _gather(columns: dict[str, list[Any]], asked: Sequence[str], rows: Gatherer) -> None:
    lists = asked[:2]
    arrays = {
        name: string_lists(values) if name in lists else string_array(values)
        for name, values in columns.items()
    }
    rows.add(pa.table(arrays))


def _items(file: DataFile) -> Iterator[tuple[int, Any]]:
    if not file.is_list:
        yield from json_lines(file)
        return
    try:
        items = json.loads(file.path.read_text(file.encoding))
    except (ValueError, RecursionError):
        raise FileProblem(rules.UNREADABLE_FILE, f"`{file.name}` is not valid JSON") from None
    yield from enumerate(items, start=1)


def _span(file: DataFile, number: int, column: str, span: Any) -> Span:
    parts = span
    if isinstance(span, dict):
        *_, kind = form = form_of(span)
        parts = [span.get(key) for key in form]
        if kind == "labels":
            parts[2] = parts[2][0] if isinstance(parts[2], list) and len(parts[2]) == 1 else None
    is_span = (
        isinstance(parts, list)
        and len(parts) == 3
        and all(type(place) is int for place in parts[:2])
        and isinstance(parts[2], str)
        and parts[2].strip() == parts[2] != ""
    )
    if not is_span:
        raise _unsuitable(
            file,
            number,
            f"`{column}` holds {shown(json.dumps(span, ensure_ascii=False))}, which is no span",
            _HELP,
        )
    return parts[0], parts[1], parts[2]


def _check_places(file: DataFile, number: int, text: str, spans: Sequence[Span]) -> None:
    """Inside the text, longer than nothing, and apart from each other."""
    end_before, before = 0, ""
    for start, end, kind in sorted(spans):
        shown_span = f"[{start}, {end}, {kind}]"
        what = None
        if not 0 <= start < end <= len(text):
            what = f"the span {shown_span} does not fit a text of {len(text)} characters"
        elif start < end_before:
            what = f"the spans {before} and {shown_span} overlap"
        elif not text[start:end].strip():
            what = f"the span {shown_span} holds no word"
        if what:
            raise FileProblem(
                rules.MISPLACED_SPAN,
                f"`{file.name}` row {number:,}: {what}",
                "correct the row: characters count from 0, and the end is the first one after it",
                [f"the text is {shown(text, 60)}"],
            )
        end_before, before = end, shown_span


def _unsuitable(file: DataFile, number: int, what: str, help: str) -> FileProblem:
    return FileProblem(rules.UNSUITABLE_TYPE, f"`{file.name}` row {number:,}: {what}", help)
