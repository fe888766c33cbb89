"""Whether a file holds questions, contexts and answers: SQuAD's JSON, or a row per question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from specc.data.facts import DataFile
from specc.data.files import open_file
from specc.data.findings import FileProblem
from specc.data.squad import read_squad
from specc.diagnostics.diagnostic import SpecError
from specc.language.data import DataFields
from specc.new.guess import TaskGuess
from specc.new.rows import first_rows
from specc.new.write import scalar
from specc.tasks.question_answering.answers import START_NAMES

_KIND = "question-answering"
_NAMES = {
    "question": ("question", "query"),
    "context": ("context", "passage", "paragraph", "document", "article", "text"),
    "answers": ("answers", "answer", "answer_text", "answers_text", "answer_texts"),
}


def guess(path: Path, wanted: bool, given: DataFields) -> TaskGuess | None:
    """The section for SQuAD's nested JSON, or for rows with its columns."""
    del wanted
    try:
        if path.suffix.lower() in (".json", ".jsonl"):
            file = open_file(path.name, path, given, ())
            if file.format == "squad":
                return _nested(file)
        return _rows(first_rows(path, given))
    except (FileProblem, SpecError, OSError, UnicodeError):
        return None


def _nested(file: DataFile) -> TaskGuess:
    table = read_squad(file, ("question",))[1]
    questions = tuple(table["question"].to_pylist())
    return TaskGuess(_KIND, (), len(questions), questions)


def _rows(rows: Sequence[dict[str, Any]]) -> TaskGuess | None:
    """Columns by their names; those of SQuAD need no key."""
    lower = {name.strip().lower(): name for name in (rows[0] if rows else ())}
    found = {
        key: next((lower[name] for name in names if name in lower), None)
        for key, names in _NAMES.items()
    }
    question, context, answers = found.values()
    if question is None or context is None or answers is None:
        return None
    if not all(isinstance(row.get(name), str) for row in rows for name in (question, context)):
        return None
    good = sum(_answers(row.get(answers), row[context]) for row in rows)
    if 2 * good < len(rows):
        return None
    start = next((lower[name] for name in START_NAMES if name in lower), None)
    if start is not None and all(isinstance(row.get(answers), str | list) for row in rows):
        found["answer_start"] = start
    keys = tuple(
        (key, scalar(name), "by its name")
        for key, name in found.items()
        if name and (name != key or key == "answer_start")
    )
    return TaskGuess(_KIND, keys, len(rows), tuple(row[question] for row in rows))


def _answers(value: Any, context: str) -> bool:
    """Whether it is an answer from the context, or an object that says where it stands."""
    if isinstance(value, list):
        return all(isinstance(part, dict) or _answers(part, context) for part in value)
    if isinstance(value, str) and not value.lstrip().startswith(("{", "[")):
        return value.strip() in context
    return isinstance(value, dict | str)
