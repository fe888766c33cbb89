"""Whether a file holds sentences with tags: columns, lists of equal length, or spans of a text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from specc.data.conll import find_delimiter, split_line
from specc.data.facts import DataFile
from specc.data.files import open_file
from specc.data.findings import FileProblem
from specc.data.json_types import json_lines
from specc.data.spans import ENDS, KEYS_OF_TYPES, STARTS
from specc.new.guess import TaskGuess
from specc.new.write import scalar
from specc.spec.data import DataFields
from specc.tasks.token_classification.language import TokenClassification
from specc.tasks.token_classification.tags import count_tags

_KIND = "token-classification"
_LOOKED_AT = 2000


def guess(path: Path, wanted: bool) -> TaskGuess | None:
    """The section for a CoNLL file, or for JSONL with lists or spans."""
    del wanted
    try:
        if path.suffix.lower() in TokenClassification.ENDINGS:
            return _columns(path)
        file = open_file(path.name, path, DataFields(train=(str(path),)), ())
        return _rows(file) if file.format == "jsonl" else None
    except (FileProblem, OSError, UnicodeError):
        return None


def _columns(path: Path) -> TaskGuess | None:
    """A CoNLL file whose last column, or else one before it, holds tags of entities."""
    data = DataFields(train=(str(path),), format="conll")
    file = open_file(path.name, path, data, ())
    delimiter = find_delimiter(path, file.encoding)
    with path.open(encoding=file.encoding) as lines:
        rows = [split_line(line, delimiter) for line in islice(lines, _LOOKED_AT)]
    words = [fields for fields in rows if fields and not fields[0].startswith("#")]
    width = len(words[0]) if words else 0
    if width < 2 or any(len(fields) != width for fields in words):
        return None
    for place in range(width - 1, 0, -1):
        if count_tags([[fields[place] for fields in words]]).prefixed:
            break
    else:
        return None
    tags = -1 if place == width - 1 else place
    keys = (
        ("tokens", "0", f"the first of {width} columns"),
        ("tags", str(tags), f"the last of the columns with tags such as {_example(words, place)}"),
    )
    sentences = 1 + sum(not fields for fields in rows)
    return TaskGuess(_KIND, keys, sentences, tuple(fields[0] for fields in words))


def _example(words: Sequence[Sequence[str]], place: int) -> str:
    return next(fields[place] for fields in words if fields[place] != "O")


def _rows(file: DataFile) -> TaskGuess | None:
    """JSON objects: a text and spans, or two lists that are equally long in each row."""
    items = [item for _, item in json_lines(file, limit=_LOOKED_AT)]
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    names = [name for name in items[0] if all(name in item for item in items)]
    texts = [name for name in names if all(isinstance(item[name], str) for item in items)]
    lists = [name for name in names if all(isinstance(item[name], list) for item in items)]
    for name in lists:
        spans = [span for item in items for span in item[name]]
        if texts and spans and all(map(_is_span, spans)):
            text = "text" if "text" in texts else max(texts, key=lambda t: len(items[0][t]))
            why = f"lists of spans; {len(spans):,} in {len(items):,} rows"
            keys = (("text", scalar(text), "the text of the spans"), ("spans", scalar(name), why))
            return TaskGuess(_KIND, keys, len(items), tuple(item[text] for item in items))
    return _lists(items, lists)


def _lists(items: Sequence[dict[str, Any]], names: Sequence[str]) -> TaskGuess | None:
    words = {name: [word for item in items for word in item[name]] for name in names}
    strings = {n: w for n, w in words.items() if w and all(isinstance(part, str) for part in w)}
    for tags, values in strings.items():
        if not count_tags([values]).prefixed:
            continue
        for tokens, parts in strings.items():
            if tokens != tags and all(len(item[tokens]) == len(item[tags]) for item in items):
                why = f"a tag for each of `{tokens}`"
                keys = (
                    ("tokens", scalar(tokens), "lists of words"),
                    ("tags", scalar(tags), why),
                )
                return TaskGuess(_KIND, keys, len(items), tuple(parts))
    return None


def _is_span(value: Any) -> bool:
    if isinstance(value, dict):
        return not any(map(set(value).isdisjoint, (STARTS, ENDS, KEYS_OF_TYPES)))
    return (
        isinstance(value, list)
        and len(value) == 3
        and [type(part) for part in value] == [int, int, str]
    )
