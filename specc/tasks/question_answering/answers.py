"""Answers as files write them, and where they stand in their context.

The generated projects hold the same rule for finding an answer: a change here is a change there.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from specc.data.clean import clean_text
from specc.data.json_types import is_list_type
from specc.language.data import Clean

Form = Literal[
    "objects",
    "lists",
    "texts",
    "text",
    "json",
    "literal",
    "arrays",
    "placed",
    "placed lists",
    "any",
]
"""How a file writes the answers of a row; `any`: one of them, with parts left out here and there.

`objects`: [{text, answer_start}, …]; `lists`: {text: […], answer_start: […]}; `texts`: […];
`json`: one of these as JSON in a text, as CSV files hold it; `literal`: as Python prints it, which
is what pandas writes; `arrays`: likewise with NumPy's arrays. `placed`: a text, with its offset in
a column of its own; `placed lists`: texts, with their offsets there.
"""

START_NAMES = (
    *("answer_start", "answers_start", "answer_starts", "answers.answer_start", "start"),
    *("start_char", "char_start", "start_position", "answer_offset", "answer_begin"),
)
"""What tables call a column of offsets, in lower case."""

IMPOSSIBLE_NAMES = ("is_impossible", "impossible", "unanswerable", "is_unanswerable", "no_answer")
ANSWERABLE_NAMES = ("answerable", "is_answerable", "has_answer", "has_answers")
"""What tables call a column that says whether the context holds an answer, in lower case."""

_WHOLE = re.compile(r"(-?[0-9]{1,15}(\.0*)?)?")
_CALL = re.compile(r"\b[a-z][a-z0-9.]*\(")

Pairs = list[tuple[str, int | None]]
"""Answers and the offsets that the file gives."""


class NoAnswers(ValueError):
    """A cell is of no known form; the message completes "the answers …"."""


@dataclass(frozen=True, slots=True)
class Row:
    """The answers of one row before their context is cleaned.

    `texts` are clean and not blank. `nears` are the offsets in the cleaned context that the file's
    offsets become, -1 where it gives none. `moved`: an answer is not where the file says.
    """

    texts: list[str]
    nears: list[int]
    moved: bool


def pairs(value: Any) -> Pairs:
    """What a cell says, whatever its form.

    Raises:
        NoAnswers: if it is of none.
    """
    if value is None:
        return []
    if isinstance(value, str):
        return [(value, None)]
    if isinstance(value, dict):
        return _of_object(value)
    if isinstance(value, list) and all(isinstance(item, str | dict) for item in value):
        return [pair for item in value for pair in pairs(item)]
    raise NoAnswers("are neither texts nor objects with `text`")


def _of_object(value: dict[str, Any]) -> Pairs:
    if "text" not in value:
        raise NoAnswers("are an object without `text`")
    text, start = value["text"], value.get("answer_start")
    if text is None:
        return []
    if isinstance(text, str):
        texts, starts = [text], [start]
    else:
        texts = text
        starts = [None] * len(text) if start is None else start
    if not isinstance(texts, list) or not all(isinstance(item, str) for item in texts):
        raise NoAnswers("have a `text` that is no text")
    if not isinstance(starts, list) or not all(map(_is_offset, starts)):
        raise NoAnswers("have an `answer_start` that is no whole number")
    if len(starts) != len(texts):
        raise NoAnswers(f"have {len(texts)} texts and {len(starts)} offsets")
    return list(zip(texts, starts, strict=True))


def _is_offset(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def placed(value: Any, start: Any) -> Pairs:
    """What two cells say: a text and its offset, or lists of both.

    Raises:
        NoAnswers: if they are of no such form.
    """
    said = pairs(value)
    if not said:
        return []
    if any(offset is not None for _, offset in said):
        raise NoAnswers("hold offsets of their own, so `answer_start` has to go")
    if isinstance(value, list):
        return _of_object({"text": value, "answer_start": start or []})
    if isinstance(start, str) and not _WHOLE.fullmatch(start):
        raise NoAnswers(f"have the offset `{start}`, which is no whole number")
    if not isinstance(start, str):
        raise NoAnswers("are a text with a list of offsets")
    return [(text, int(float(start)) if start else None) for text, _ in said]


class Lists(ast.NodeTransformer):
    """Calls such as `array([9], dtype=int32)` and `np.int64(9)` become what they hold."""

    def visit_Call(self, node: ast.Call) -> Any:
        return self.visit(node.args[0])


def from_json(cell: str) -> Any:
    """The value of a text that is JSON."""
    return json.loads(cell)


def from_literal(cell: str) -> Any:
    """The value of a text that Python printed."""
    return ast.literal_eval(Lists().visit(ast.parse(cell, mode="eval")))


Parser = Callable[[str], Any]
_UNREADABLE = (ValueError, SyntaxError, IndexError, RecursionError, MemoryError)


def parser_of(cells: Sequence[Any]) -> Parser | None:
    """How the first answer of a column of texts is written; None: as it is."""
    first = next(filter(None, cells), "")
    for parser in (from_json, from_literal) if first[:1] in ("[", "{") else ():
        try:
            pairs(parser(first))
        except _UNREADABLE:
            continue
        return parser
    return None


def parse(cell: str, parser: Parser) -> Any:
    """The value of a text that may be JSON or a literal.

    Raises:
        NoAnswers: if it starts as these do and is none.
    """
    if cell[:1] not in ("[", "{"):
        return cell or None
    try:
        return parser(cell)
    except _UNREADABLE:
        form = "JSON" if parser is from_json else "a literal of Python"
        raise NoAnswers(f"start as {form} and are none") from None


def form_of_texts(cells: Sequence[str], parser: Parser) -> Form:
    """The form of cells that `parser` reads."""
    if parser is from_json:
        return "json"
    return "arrays" if any(map(_CALL.search, cells)) else "literal"


def form_of(kind: pa.DataType, cells: list[Any]) -> Form:
    """The form that all `cells` of a column have."""
    if pa.types.is_struct(kind):
        whole = all(cell and None not in cell.values() for cell in cells)
        return "lists" if whole and _has_lists(kind) else "any"
    if is_list_type(kind):
        if not pa.types.is_struct(kind.value_type):
            return "texts"
        return "objects" if kind.value_type.get_field_index("answer_start") >= 0 else "any"
    return "text"


def _has_lists(kind: pa.DataType) -> bool:
    fields = [kind.get_field_index(name) for name in ("text", "answer_start")]
    return all(i >= 0 and is_list_type(kind.field(i).type) for i in fields)


def read_row(context: str, said: Pairs, clean: Clean) -> Row:
    """Clean answers of one row; `context` is as the file has it."""
    row, moved = Row([], [], False), False
    for answer, start in said:
        text = clean_text(answer, clean).strip()
        if not text:
            continue
        row.texts.append(text)
        if start is None:
            row.nears.append(-1)
            continue
        moved = moved or start < 0 or not context.startswith(answer, start)
        row.nears.append(len(clean_text(context[: max(start, 0)], clean)))
    return Row(row.texts, row.nears, moved)


def find(context: str, answer: str, near: int) -> int:
    """Where `answer` begins: the occurrence nearest to `near`, the first if -1; -1: nowhere."""
    if context.startswith(answer, near) and near >= 0:
        return near
    starts = (match.start() for match in re.finditer(f"(?={re.escape(answer)})", context))
    return min(starts, key=lambda start: abs(start - max(near, 0)), default=-1)


def learned(context: str, texts: list[str], nears: list[int]) -> tuple[int, int] | None:
    """First and last character (exclusive) of the first answer that stands in the context."""
    for text, near in zip(texts, nears, strict=True):
        start = find(context, text, near)
        if start >= 0:
            return start, start + len(text)
    return None
