"""Windows, the threshold for no answer, and how answers are measured."""

from __future__ import annotations

from dataclasses import dataclass

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic
from specc.language.ground import Ground
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.plan.ledger import Ledger
from specc.plan.metrics import choose_metrics
from specc.tasks.question_answering.checks import (
    longest_question,
    room_for_context,
    usual_stride,
    window_fits,
)
from specc.tasks.question_answering.facts import answers_of
from specc.tasks.question_answering.language import task_of
from specc.tasks.question_answering.metrics import METRICS
from specc.yaml.source import Source

__all__ = ["METRICS", "AnswerPlan", "plan_metrics", "plan_task"]


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """`stride` and `max_question_length` are tokens."""

    stride: int
    max_question_length: int


def plan_metrics(spec: Spec, facts: DataFacts, ledger: Ledger) -> tuple[tuple[str, ...], str]:
    """Metrics in order, and the one that chooses the checkpoint."""
    answers = answers_of(facts)
    ledger.choose(
        "task.unanswerable",
        task_of(spec).unanswerable,
        answers.unanswerable,
        answers.unanswerable_reason,
        answers.unanswerable_reason,
    )
    ledger.derive(
        "evaluation.tokenization",
        "characters" if answers.by_character else "words",
        "most letters of the answers are of a script without spaces: each is compared by itself"
        if answers.by_character
        else "answers are compared word by word, as SQuAD's script does",
    )
    usual: tuple[str, ...] = ("exact_match", "f1")
    if answers.unanswerable:
        usual = (*usual, "has_ans_exact", "has_ans_f1", "no_ans_exact")
        reason = "the usual one; at the threshold for no answer that is best on the split"
    else:
        reason = "the usual one: it counts answers that are nearly right"
    return choose_metrics(spec, ledger, usual, "f1", "question answering", reason)


def plan_task(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None, ledger: Ledger
) -> tuple[AnswerPlan, list[Diagnostic]]:
    """How contexts are cut into windows."""
    task = task_of(spec)
    max_length = next(e.value for e in ledger.entries if e.key == "data.max_length")
    found = list(window_fits(Ground(source, spec), max_length))
    usual = usual_stride(max_length)
    stride = ledger.choose(
        "task.stride",
        task.stride,
        usual,
        "tokens that two windows share",
        "the usual tokens that two windows share"
        if usual == 128
        else f"tokens that two windows share: a third of the window of {max_length}",
    )
    question = ledger.derive(
        "task.max_question_length",
        longest_question(max_length),
        "tokens; a longer question is cut off, so that each window has room for "
        f"{room_for_context(max_length)} tokens of context",
    )
    ledger.take(task, "task", "max_answer_length", "tokens of the longest answer")
    ledger.take(task, "task", "n_best", "answers that predict.py lists")
    return AnswerPlan(int(stride), int(question)), found
