"""Whether a file holds sentences with tags: columns, lists of equal length, or spans of a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from specc.data.conll_lines import find_delimiter, split_line
from specc.data.files import open_file
from specc.data.findings import FileProblem
from specc.data.spans import ENDS, KEYS_OF_TYPES, STARTS
from specc.diagnostics.diagnostic import SpecError
from specc.language.data import DataFields
from specc.new.guess import TaskGuess
from specc.new.rows import first_rows, names_of_numbers
from specc.new.write import scalar
from specc.tasks.token_classification.language import TokenClassification
from specc.tasks.token_classification.tags import count_tags, look_like_others

_KIND = "token-classification"
_LOOKED_AT = 2000
_TAGS = re.compile(r"(^|[^a-z])(tags?|labels?|ner|pos)$", re.IGNORECASE)
_MOSTLY = 0.5
_NUMBER = re.compile(r"[0-9]+(?:[-.][0-9]+|[.):])?")
_CONLLU_WIDTH, _UPOS = 10, 3


def guess(path: Path, wanted: bool, given: DataFields) -> TaskGuess | None:
    """The section for a CoNLL file, or for rows with lists or spans."""
    try:
        if given.format == "conll" or path.suffix.lower() in TokenClassification.ENDINGS:
            return _columns(path, given, wanted or path.suffix.lower() != ".txt")
        rows = first_rows(path, given)
        found = _rows(rows) if rows else None
    except (FileProblem, SpecError, OSError, UnicodeError):
        return None
    return _with_names(path, found) if found else None


def _with_names(path: Path, found: TaskGuess) -> TaskGuess:
    """Numbers as tags get the names that the file says they have."""
    column = next((value for key, value, _ in found.keys if key == "tags"), "")
    names = names_of_numbers(path, column)
    if not names:
        return found
    listed = f"[{', '.join(map(scalar, names))}]"
    return replace(found, keys=(*found.keys, ("tag_names", listed, "the file says so")))


def _columns(path: Path, given: DataFields, surely: bool) -> TaskGuess | None:
    """A CoNLL file whose last column, or else one before it, holds tags of entities.

    Without any, the last one holds classes of words; that needs a file that is `surely` CoNLL.
    """
    data = given.model_copy(update={"format": "conll"})
    file = open_file(path.name, path, data, ())
    delimiter = given.delimiter or find_delimiter(path, file.encoding)
    with path.open(encoding=file.encoding) as lines:
        rows = [split_line(line, delimiter) for line in islice(lines, _LOOKED_AT)]
    words = [f for f in rows if f and not f[0].startswith("#") and f[0] != "-DOCSTART-"]
    width = len(words[0]) if words else 0
    # A line of another width is named by the check of the spec, where the file is CoNLL surely.
    even = [fields for fields in words if len(fields) == width]
    if width < 2 or len(even) < (len(words) * _MOSTLY if surely else len(words)):
        return None
    words = even
    first = 1 if all(_NUMBER.fullmatch(fields[0]) for fields in words) else 0
    is_conllu = first == 1 and width == _CONLLU_WIDTH
    words = [fields for fields in words if not is_conllu or fields[0].isdigit()]
    sentences, texts = 1 + sum(not fields for fields in rows), tuple(f[first] for f in words)
    tokens = ("tokens", str(first), f"the words, of {width} columns")
    for place in range(width - 1, first, -1):
        if count_tags([[fields[place] for fields in words]]).prefixed:
            tags = str(-1 if place == width - 1 else place)
            why = f"the last of the columns with tags such as {_example(words, place)}"
            return TaskGuess(_KIND, (tokens, ("tags", tags, why)), sentences, texts)
    if count_tags([[fields[first] for fields in words]]).prefixed:
        return _tags_first(words, first, sentences)
    filled = [i for i in range(width) if any(fields[i] for fields in words)]
    place = _UPOS if is_conllu else filled[-1]
    classes = {fields[place] for fields in words}
    few = 2 <= len(classes) <= max(2, len(words) // 4)
    if not surely or not is_conllu and (sentences < 2 or not few):
        return None
    tags = str(-1 if place == width - 1 else place)
    why = f"{len(classes)} classes of words such as {_example(words, place)}"
    plain = ("scheme", "plain", "the tags have no B- and I-")
    # What looks like entities in another way of writing is left to the check of the spec.
    is_plain = look_like_others(sorted(classes)) is None
    keys = (tokens, ("tags", tags, why), *([plain] if is_plain else []))
    return TaskGuess(_KIND, keys, sentences, texts)


def _tags_first(words: Sequence[Sequence[str]], first: int, sentences: int) -> TaskGuess:
    """A file whose words stand behind their tags."""
    place = len(words[0]) - 1
    tokens = ("tokens", str(place), f"the words, of {len(words[0])} columns")
    tags = ("tags", str(first), f"tags such as {_example(words, first)}")
    return TaskGuess(_KIND, (tokens, tags), sentences, tuple(fields[place] for fields in words))


def _example(words: Sequence[Sequence[str]], place: int) -> str:
    return next(f[place] for f in words if f[place] != "O")


def _rows(items: Sequence[dict[str, Any]]) -> TaskGuess | None:
    """A text and spans, or two lists that are equally long in each row."""
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
    numbers = {n: w for n, w in words.items() if w and all(type(part) is int for part in w)}
    for tags, values in (strings | numbers).items():
        is_named = _TAGS.search(tags) is not None
        if tags in numbers and not is_named:
            continue
        if not is_named and not count_tags([values]).prefixed:
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
