"""Whether a file holds questions, contexts and answers: SQuAD's JSON, or a row a question."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from specc.data.facts import DataFile
from specc.data.files import open_file
from specc.data.findings import FileProblem
from specc.data.json_types import json_lines
from specc.data.squad import read_squad
from specc.new.guess import TaskGuess
from specc.spec.data import DataFields

_KIND = "question-answering"
_LOOKED_AT = 2000


def guess(path: Path, wanted: bool) -> TaskGuess | None:
    """The section for SQuAD's nested JSON, or for rows with its columns."""
    del wanted
    try:
        file = open_file(path.name, path, DataFields(train=(str(path),)), ())
        if file.format == "squad":
            return _nested(file)
        return _rows(file) if file.format == "jsonl" else None
    except (FileProblem, OSError, UnicodeError):
        return None


def _nested(file: DataFile) -> TaskGuess:
    table = read_squad(file, ("question",))[1]
    questions = tuple(table["question"].to_pylist())
    return TaskGuess(_KIND, (), len(questions), questions)


def _rows(file: DataFile) -> TaskGuess | None:
    items = [item for _, item in islice(json_lines(file, limit=_LOOKED_AT), _LOOKED_AT)]
    if not items or not all(_is_question(item) for item in items):
        return None
    return TaskGuess(_KIND, (), len(items), tuple(item["question"] for item in items))


def _is_question(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("question"), str)
        and isinstance(item.get("context"), str)
        and isinstance(item.get("answers"), dict | list)
    )
