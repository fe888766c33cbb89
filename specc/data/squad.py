"""SQuAD's nested JSON: articles hold paragraphs, paragraphs hold questions (Rajpurkar et al.,
arXiv:1606.05250 and, with questions that have no answer, arXiv:1806.03822).

The articles are the list `data`, or the file is that list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from specc.data.arrays import string_array
from specc.data.columns import require_columns
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, shown
from specc.diagnostics.rules import data_files as rules

COLUMNS = ("id", "title", "context", "question", "answers")

_ANSWERS = pa.list_(pa.struct([("text", pa.string()), ("answer_start", pa.int64())]))


def read_squad(file: DataFile, asked: Sequence[str]) -> tuple[DataFile, pa.Table]:
    """A row a question, in the file's order.

    Raises:
        FileProblem: if the file is no such JSON, with the place of what is not.
    """
    try:
        whole = json.loads(file.path.read_text(file.encoding))
    except (ValueError, RecursionError) as error:
        line = f" line {error.lineno:,}" if isinstance(error, json.JSONDecodeError) else ""
        raise FileProblem(rules.UNREADABLE_FILE, f"`{file.name}`{line} is not valid JSON") from None
    require_columns(file.name, COLUMNS, asked)
    articles: list[Any] = whole if file.is_list else _list(whole, "data", file.name, "the file")
    rows = list(_rows(articles, file.name))
    columns: dict[str, Any] = {
        name: string_array(str(row[name]) for row in rows) for name in COLUMNS[:-1]
    }
    columns["answers"] = pa.array([row["answers"] for row in rows], _ANSWERS)
    return replace(file, columns=COLUMNS), pa.table({name: columns[name] for name in asked})


def _rows(articles: list[Any], file: str) -> Iterator[dict[str, Any]]:
    for a, article in enumerate(articles, start=1):
        at = f"article {a}"
        for p, paragraph in enumerate(_list(article, "paragraphs", file, at), start=1):
            at = f"article {a}, paragraph {p}"
            context = _text(paragraph, "context", file, at)
            for q, question in enumerate(_list(paragraph, "qas", file, at), start=1):
                at = f"article {a}, paragraph {p}, question {q}"
                yield {
                    "id": question.get("id", "") if isinstance(question, dict) else "",
                    "title": article.get("title", ""),
                    "context": context,
                    "question": _text(question, "question", file, at),
                    "answers": _answers(question, file, at),
                }


def _answers(question: dict[str, Any], file: str, at: str) -> list[dict[str, Any]]:
    """None for a question that is marked impossible, whatever plausible answers it lists."""
    impossible = question.get("is_impossible")
    if impossible not in (None, 0, 1):
        raise _wrong(
            file,
            at,
            f"`is_impossible` is {shown(json.dumps(impossible, ensure_ascii=False))}, and neither "
            "true nor false",
            "write `true` or `false` without quotes",
        )
    if impossible:
        return []
    answers = []
    for answer in _list(question, "answers", file, at):
        start = answer.get("answer_start") if isinstance(answer, dict) else None
        if start is not None and (not isinstance(start, int) or isinstance(start, bool)):
            raise _wrong(file, at, f"`answer_start` is {shown(json.dumps(start))}, no whole number")
        answers.append({"text": _text(answer, "text", file, at), "answer_start": start})
    return answers


def _list(holder: Any, key: str, file: str, at: str) -> list[Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, list):
        raise _wrong(file, at, f"there is no list `{key}`")
    return value


def _text(holder: Any, key: str, file: str, at: str) -> str:
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, str):
        raise _wrong(file, at, f"there is no text `{key}`")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _wrong(file, at, f"`{key}` holds half of a character") from None
    return value


def _wrong(file: str, at: str, what: str, help: str = "") -> FileProblem:
    return FileProblem(
        rules.UNREADABLE_FILE,
        f"`{file}` is no SQuAD file, {at}: {what}",
        help
        or "a SQuAD file holds `data`, a list of articles with `paragraphs`, each with its "
        "`context` and a list `qas` of questions with their `answers`",
    )
