"""What the questions and answers are: counts, the form of the answers, the script they are in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from specc.data.facts import DataFacts
from specc.data.rows import Rows, count_repeated
from specc.data.words import UNSPACED
from specc.language.data import SplitName
from specc.tasks.question_answering.answers import Form
from specc.tasks.question_answering.language import QuestionAnswering

_LETTERS = re.compile(r"\w")
_ENGLISH = ("what", "who", "when", "where", "which", "why", "how", "whose", "whom")
_CHINESE = ("什么", "谁", "哪", "几", "多少", "为什么", "怎么", "何时", "何", "吗")
_MOST_WORDS = 10


@dataclass(frozen=True)
class AnswerFacts:
    """Counts by split, and what decides how answers are read, measured and reported.

    `forms` are those of the files. `by_character`: the answers are in a script without spaces.
    `answer_words` is the median number of words (characters) of the training answers.
    """

    unanswerable: bool
    unanswerable_reason: str
    questions: dict[SplitName, int]
    without_answer: dict[SplitName, int]
    contexts: dict[SplitName, int]
    forms: tuple[Form, ...]
    by_character: bool
    answer_words: int
    question_words: tuple[str, ...]
    question_words_reason: str

    def describe(self) -> str:
        questions, contexts = sum(self.questions.values()), sum(self.contexts.values())
        if not questions:
            return "questions, " + ("some without an answer" if self.unanswerable else "answered")
        without = sum(self.without_answer.values())
        rest = f"{without:,} without an answer" if without else "all with an answer"
        return f"{questions:,} questions about {contexts:,} contexts, {rest}"

    def payload(self) -> dict[str, Any]:
        return {
            "problem": "extractive" + (" with unanswerable" if self.unanswerable else ""),
            "labels": [],
        }


def answers_of(facts: DataFacts) -> AnswerFacts:
    """What was counted of questions and answers."""
    return cast(AnswerFacts, facts.task)


@dataclass(frozen=True, slots=True)
class Found:
    """What is known before the cut."""

    unanswerable: bool
    reason: str
    forms: tuple[Form, ...]


def answer_facts(
    task: QuestionAnswering, found: Found, parts: Mapping[SplitName, Rows]
) -> AnswerFacts:
    """Counts by split."""
    train = parts["train"].table
    first = [texts[0] for texts in train[task.answer].to_pylist() if texts]
    by_character = is_unspaced(first)
    words = sorted(len(tokens(text, by_character)) for text in first) or [1]
    question_words, reason = find_question_words(train[task.question].to_pylist())
    empty = {name: rows.table[task.answer].to_pylist().count([]) for name, rows in parts.items()}
    return AnswerFacts(
        unanswerable=found.unanswerable,
        unanswerable_reason=found.reason,
        questions={name: len(rows) for name, rows in parts.items()},
        without_answer=empty,
        contexts={
            name: len(rows) - count_repeated(rows.table, (task.context,))
            for name, rows in parts.items()
        },
        forms=found.forms,
        by_character=by_character,
        answer_words=max(1, words[len(words) // 2]),
        question_words=question_words,
        question_words_reason=reason,
    )


@cache
def _has_no_spaces(character: str) -> bool:
    """Whether it is of a script without spaces between words, as in the generated squad.py."""
    return unicodedata.name(character, "").startswith(UNSPACED)


def is_unspaced(texts: Sequence[str]) -> bool:
    """Whether more than half of the letters are of scripts without spaces between words."""
    whole = " ".join(texts)
    return 2 * sum(map(_has_no_spaces, whole)) > len(_LETTERS.findall(whole))


def tokens(text: str, by_character: bool) -> list[str]:
    """Words, and each letter of an unspaced script by itself where answers are compared so."""
    if by_character:
        text = "".join(f" {c} " if _has_no_spaces(c) else c for c in text)
    return text.split()


def find_question_words(questions: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """What the report sorts questions by: the words that ask, or the commonest first words."""
    folded = [question.casefold() for question in questions]
    asks = sum(not set(_ENGLISH).isdisjoint(re.findall(r"\w+", text)) for text in folded)
    if 2 * asks >= len(folded):
        return _ENGLISH, "the words that ask in English"
    if 2 * sum(any(word in text for word in _CHINESE) for text in folded) >= len(folded):
        return _CHINESE, "the words that ask in Chinese"
    first = Counter(words[0] for text in folded if (words := re.findall(r"\w+", text)))
    common = sorted(first, key=lambda word: (-first[word], word))[:_MOST_WORDS]
    return tuple(common), "the commonest first words of the training questions"


def pinned_facts(task: QuestionAnswering) -> AnswerFacts | None:
    """What can be said without rows; None where the spec leaves open what they are."""
    if task.unanswerable is None:
        return None
    return AnswerFacts(
        unanswerable=task.unanswerable,
        unanswerable_reason="`task.unanswerable` says so",
        questions={},
        without_answer={},
        contexts={},
        forms=("lists",),
        by_character=False,
        answer_words=3,
        question_words=_ENGLISH,
        question_words_reason="the words that ask in English",
    )
