"""What is wrong with questions and answers is told, with file, row and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .workbench import findings_in, squad

BAD: dict[str, tuple[str, Any]] = {
    "no object": ("SP305", [1, 2]),
    "context is a number in a list": (
        "SP315",
        [{"question": "q", "context": {"a": 1}, "answers": "x"}],
    ),
    "question is missing": ("SP312", [{"query": "q", "context": "c", "answers": "c"}]),
    "answers are missing": ("SP312", [{"question": "q", "context": "c"}]),
    "answers are true": ("SP371", [{"question": "q", "context": "c", "answers": True}]),
    "answers are lists of numbers": ("SP370", [{"question": "q", "context": "c", "answers": [1]}]),
    "an object without text": ("SP370", [{"question": "q", "context": "c", "answers": {"a": 1}}]),
    "text is a number": ("SP370", [{"question": "q", "context": "c", "answers": {"text": [1]}}]),
    "offset is a text": (
        "SP370",
        [{"question": "q", "context": "c", "answers": {"text": ["c"], "answer_start": ["0"]}}],
    ),
    "more offsets than texts": (
        "SP370",
        [{"question": "q", "context": "c", "answers": {"text": ["c"], "answer_start": [0, 0]}}],
    ),
    "text is a number here and there": (
        "SP315",
        [{"question": "q", "context": "1", "answers": [{"text": text}]} for text in (1, "c")],
    ),
    "text is a number in one row": (
        "SP315",
        [{"question": "q", "context": "1", "answers": [{"text": 1}, {"text": "c"}]}],
    ),
    "no row has an answer": ("SP387", [{"question": "q", "context": "c", "answers": []}]),
    "offsets beside the answers": (
        "SP388",
        [{"question": "q", "context": "c", "answers": "c", "answer_start": 0}],
    ),
    "a column that says impossible": (
        "SP345",
        [{"question": "q", "context": "c", "answers": "c", "is_impossible": True}],
    ),
    "a column that says no answer": (
        "SP345",
        [{"question": "q", "context": "c", "answers": "c", "has_answer": "no"}],
    ),
    "answers of two kinds": (
        "SP315",
        [
            {"question": "q", "context": "c", "answers": "c"},
            {"question": "q", "context": "c", "answers": ["c"]},
        ],
    ),
    "tokens for a context": ("SP379", [{"question": "q", "context": ["c"], "answers": "c"}]),
    "every context is empty": ("SP340", [{"question": "q", "context": "", "answers": []}]),
    "no answer anywhere in its context": (
        "SP371",
        [{"question": "q", "context": "c", "answers": ["d"]}],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_rows_are_told(name: str, tmp_path: Path) -> None:
    code, rows = BAD[name]
    (tmp_path / "qa.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows * 6))
    found = findings_in(tmp_path, "qa.jsonl")
    assert code in {d.code for d in found if d.severity == "error"}, found
    assert all(d.help for d in found)


def broken(*path: Any, value: Any = None) -> dict[str, Any]:
    """SQuAD's JSON with one value replaced, or taken out where it is None."""
    whole = squad(impossible=(3,))
    here: Any = whole
    for key in path[:-1]:
        here = here[key]
    if value is None:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return whole


FIRST = ("data", 0, "paragraphs", 0)
NOT_SQUAD = {
    "there is no list `data`": broken("data", value={}),
    "article 1: there is no list `paragraphs`": broken("data", 0, "paragraphs", value="none"),
    "article 1, paragraph 1: there is no text `context`": broken(*FIRST, "context"),
    "article 1, paragraph 1: there is no list `qas`": broken(*FIRST, "qas", value="none"),
    "article 1, paragraph 1, question 1: there is no text `question`": broken(
        *FIRST, "qas", 0, "question"
    ),
    "article 1, paragraph 1, question 2: there is no list `answers`": broken(
        *FIRST, "qas", 1, "answers"
    ),
    "question 1: there is no text `text`": broken(*FIRST, "qas", 0, "answers", 0, "text", value=3),
    "question 1: `answer_start` is `true`, no whole number": broken(
        *FIRST, "qas", 0, "answers", 0, "answer_start", value=True
    ),
    'question 1: `is_impossible` is `"false"`, and neither true nor false': broken(
        *FIRST, "qas", 0, "is_impossible", value="false"
    ),
    "question 1: `context` holds": broken(*FIRST, "context", value="half \ud83d"),
}


@pytest.mark.parametrize("message", NOT_SQUAD)
def test_broken_squad_files_are_told_with_their_place(message: str, tmp_path: Path) -> None:
    (tmp_path / "qa.json").write_text(json.dumps(NOT_SQUAD[message]))
    (found,) = findings_in(tmp_path, "{train: qa.json, format: squad}")
    assert found.code == "SP305"
    assert message.removeprefix("question 1: `context`").split(": ")[-1] in found.message


PLACES: dict[str, dict[str, Any]] = {
    "have the offset `here`": {"answers": "c", "answer_start": "here"},
    "hold offsets of their own": {"answers": {"text": ["c"], "answer_start": [0]}},
    "have 1 texts and 2 offsets": {"answers": ["c"], "answer_start": [0, 1]},
    "are a text with a list of offsets": {"answers": "c", "answer_start": [0]},
}


@pytest.mark.parametrize("message", PLACES)
def test_offsets_that_go_with_no_answer_are_told(message: str, tmp_path: Path) -> None:
    row = {"question": "q", "context": "c", "answer_start": 0} | PLACES[message]
    (tmp_path / "qa.jsonl").write_text((json.dumps(row) + "\n") * 6)
    (found,) = findings_in(tmp_path, "qa.jsonl", "answer_start: answer_start")
    assert found.code == "SP370" and message in found.message


@pytest.mark.parametrize("text", ["{", '{"data": [', "[]", '{"data": []}', "", "\0\0"])
def test_no_file_makes_a_traceback(text: str, tmp_path: Path) -> None:
    (tmp_path / "qa.json").write_text(text)
    for data in ("qa.json", "{train: qa.json, format: squad}"):
        assert findings_in(tmp_path, data)
