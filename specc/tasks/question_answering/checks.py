"""What a question-answering task contradicts, in its own section and in the others."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.language.finding import shown
from specc.language.ground import Check, Ground
from specc.language.metric_checks import metric_paths, unknown_metrics
from specc.language.spec import Spec
from specc.tasks.question_answering import rules
from specc.tasks.question_answering.language import task_of
from specc.tasks.question_answering.metrics import METRICS, metrics_for
from specc.yaml.source import Source

SPECIAL_TOKENS = 4
"""At most so many stand around question and context (RoBERTa: `<s>`, two `</s>`, one more)."""

LONGEST_QUESTION = 64
"""Tokens of a question; what goes beyond is cut off (arXiv:1810.04805 takes the same)."""

SMALLEST_WINDOW = 32


def longest_question(max_length: int) -> int:
    """Tokens that a question may take of a window."""
    return min(LONGEST_QUESTION, max_length // 2)


def room_for_context(max_length: int) -> int:
    """Tokens of context that each window has room for, whatever the question."""
    return max_length - longest_question(max_length) - SPECIAL_TOKENS


def usual_stride(max_length: int) -> int:
    """128, or a third of the window."""
    return min(128, max_length // 3)


def metrics_fit(source: Source, spec: Spec, unanswerable: bool) -> list[Diagnostic]:
    """The metrics of a spec that are not defined where all questions have answers."""
    ground = Ground(source, spec)
    return [
        ground.at_value(
            rules.METRIC_WITHOUT_UNANSWERABLE,
            path,
            f"`{name}` needs questions without an answer, and each question has one",
            f"choose from {', '.join(metrics_for(unanswerable))}",
        )
        for path, name in metric_paths(ground)
        if name in METRICS and name not in metrics_for(unanswerable)
    ]


def window_fits(ground: Ground, max_length: int) -> Iterator[Diagnostic]:
    """Whether windows of `max_length` hold a question and more context than they share."""
    stride = task_of(ground.spec).stride
    if max_length < SMALLEST_WINDOW:
        yield ground.at_value(
            rules.WINDOW_TOO_SMALL,
            ("data", "max_length"),
            f"a window of {max_length} tokens is too small for a question and its context",
            f"write `max_length: {SMALLEST_WINDOW}` or more; 384 is usual",
        )
    elif stride is not None and stride >= room_for_context(max_length):
        yield ground.at_value(
            rules.WINDOW_TOO_SMALL,
            ("task", "stride"),
            f"`stride: {stride}` is no less than the {room_for_context(max_length)} tokens of "
            f"context that a window of {max_length} has room for",
            f"write `stride: {usual_stride(max_length)}`, or raise `data.max_length`",
        )


def _columns(ground: Ground) -> Iterator[Diagnostic]:
    task = task_of(ground.spec)
    keys = {"question": task.question, "context": task.context, "answers": task.answer}
    named = keys | ({"answer_start": task.answer_start} if task.answer_start else {})
    first: dict[str, str] = {}
    for key, column in named.items():
        other = first.setdefault(column, key)
        if other != key:
            written = key if ground.given("task", key) else other
            yield ground.at_value(
                rules.COLUMN_TWICE,
                ("task", written),
                f"the column `{shown(column)}` is both {other} and {key}",
                "name different columns",
            )


def _window(ground: Ground) -> Iterator[Diagnostic]:
    length = ground.spec.data.max_length
    if length != "auto":
        yield from window_fits(ground, length)


def _answer_length(ground: Ground) -> Iterator[Diagnostic]:
    length, longest = ground.spec.data.max_length, task_of(ground.spec).max_answer_length
    if length != "auto" and longest > length >= SMALLEST_WINDOW:
        yield ground.at_value(
            rules.ANSWER_LONGER_THAN_WINDOW,
            ("task", "max_answer_length"),
            f"`max_answer_length: {longest}` is more than the {length} tokens of a window",
            f"write `max_answer_length: {min(30, length // 2)}`, or raise `data.max_length`",
        )


def _metrics(ground: Ground) -> Iterator[Diagnostic]:
    unanswerable = task_of(ground.spec).unanswerable
    yield from unknown_metrics(ground, METRICS, metrics_for(unanswerable is not False))
    if unanswerable is False:
        yield from metrics_fit(ground.source, ground.spec, unanswerable)


CHECKS: tuple[Check, ...] = (_columns, _window, _answer_length, _metrics)
"""What the spec alone can tell."""
