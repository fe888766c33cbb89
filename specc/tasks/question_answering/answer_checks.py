"""Whether the answers can be learned: what is wrong with them, with file and row."""

from __future__ import annotations

import math
from collections.abc import Mapping

from specc.data import kernels as pc
from specc.data.arrays import flags
from specc.data.findings import Findings, plural, quoted, shown
from specc.data.rows import Rows, find_crossing, keys
from specc.language.data import SplitName
from specc.language.spec import Spec
from specc.tasks.question_answering import rules
from specc.tasks.question_answering.answers import learned
from specc.tasks.question_answering.facts import tokens
from specc.tasks.question_answering.hidden import MOVED, NEARS
from specc.tasks.question_answering.language import QuestionAnswering, task_of

_MOST_LOST = 0.1
"""Share of the answered rows from which on it is no accident that their answers are not found."""

_WINDOW = 384
"""Tokens of the longest window by default."""

_MANY_LONG = 0.05


def find_answers(spec: Spec, split: SplitName, rows: Rows, findings: Findings) -> Rows:
    """The rows without an answer, and those with one that stands in the context."""
    task = task_of(spec)
    lost: list[int] = []
    unplaced: list[int] = []
    repeated = 0
    columns = (rows.table[name].to_pylist() for name in (task.context, task.answer, NEARS))
    for number, (context, texts, nears) in enumerate(zip(*columns, strict=True)):
        span = learned(context, texts, nears)
        if texts and span is None:
            lost.append(number)
        elif span is not None and max(nears) < 0:
            unplaced.append(number)
            repeated += context.find(context[span[0] : span[1]], span[0] + 1) >= 0
    answered = len(rows) - rows.table[task.answer].to_pylist().count([])
    _report_lost(spec, split, rows, lost, answered, findings)
    _report_unplaced(split, rows, unplaced, repeated, findings)
    gone = set(lost)
    kept = rows.pick([i for i in range(len(rows)) if i not in gone]) if lost else rows
    _report_moved(split, kept, findings)
    return kept


def _report_lost(
    spec: Spec, split: SplitName, rows: Rows, lost: list[int], answered: int, findings: Findings
) -> None:
    if not lost:
        return
    task, first = task_of(spec), lost[0]
    answer = rows.table[task.answer][first].as_py()[0]
    many = len(lost) > _MOST_LOST * answered
    findings.add(
        rules.ANSWER_NOT_IN_CONTEXT,
        f"{plural(len(lost), 'row')} of `{split}` ({len(lost) / answered:.1%} of those with an "
        f"answer) {'has' if len(lost) == 1 else 'have'} none that stands in the context"
        + ("" if many else f", and {'is' if len(lost) == 1 else 'are'} left out"),
        *("data", split),
        help="look at `task.answers` and `task.context`; an answer that the context does not hold "
        "letter by letter cannot be marked in it",
        notes=[
            f"first at {rows.first(flags(lost, len(rows)))}",
            f"the first of these answers is {shown(answer)}",
        ],
        severity="error" if many else "warning",
    )


def _report_moved(split: SplitName, rows: Rows, findings: Findings) -> None:
    moved = rows.table[MOVED]
    number = pc.count_true(moved)
    if number:
        findings.add(
            rules.ANSWER_MOVED,
            f"{plural(number, 'row')} of `{split}` {'has' if number == 1 else 'have'} an answer "
            "that is not at its offset: the nearest occurrence is taken",
            *("data", split),
            help="offsets count characters of the context, from 0",
            notes=[f"first at {rows.first(moved)}"],
            severity="warning",
        )


def _report_unplaced(
    split: SplitName, rows: Rows, unplaced: list[int], repeated: int, findings: Findings
) -> None:
    if unplaced:
        several = f"; in {repeated:,} of them it occurs more than once" if repeated else ""
        verb = "gives" if len(unplaced) == 1 else "give"
        findings.add(
            rules.ANSWER_WITHOUT_OFFSET,
            f"{plural(len(unplaced), 'row')} of `{split}` {verb} no offset: the first occurrence "
            f"of the answer is taken{several}",
            *("data", split),
            help="add `answer_start` where the first occurrence is not the one that is meant",
            notes=[f"first at {rows.first(flags(unplaced, len(rows)))}"],
            severity="note",
        )


def find_unanswerable(
    task: QuestionAnswering, splits: Mapping[SplitName, Rows]
) -> tuple[bool, str]:
    """Whether questions may have no answer, and why that is thought."""
    if task.unanswerable is not None:
        return task.unanswerable, "`task.unanswerable` says so"
    for name, rows in splits.items():
        number = rows.table[task.answer].to_pylist().count([])
        if number:
            return True, f"{plural(number, 'question')} of `{name}` have no answer"
    return False, "each question has an answer"


def check_unanswerable(
    spec: Spec, splits: Mapping[SplitName, Rows], unanswerable: bool, findings: Findings
) -> None:
    """Questions without an answer where none should be, or none where some are needed."""
    task = task_of(spec)
    empty = {
        name: [i for i, texts in enumerate(rows.table[task.answer].to_pylist()) if not texts]
        for name, rows in splits.items()
    }
    if not unanswerable:
        for name, numbers in empty.items():
            if numbers:
                where = splits[name].first(flags(numbers, len(splits[name])))
                findings.add(
                    rules.MISSING_ANSWERS,
                    f"{plural(len(numbers), 'row')} of `{name}` "
                    f"{'has' if len(numbers) == 1 else 'have'} no answer",
                    *("task", "unanswerable"),
                    help="delete `unanswerable: false`, or take these rows out of the file",
                    notes=[f"first at {where}"],
                )
        return
    if len(empty["train"]) == len(splits["train"]):
        findings.add(
            rules.NO_ANSWER_AT_ALL,
            f"none of the {plural(len(empty['train']), 'question')} of `train` has an answer",
            *("task", "answers"),
            help="name the column that holds the answers, or take a file with answers",
        )
        return
    lacking = [name for name, numbers in empty.items() if name != "test" and not numbers]
    if lacking:
        findings.add(
            rules.NO_ANSWER_IN_TRAIN,
            f"each question of {quoted(lacking)} has an answer, and others have none",
            *("data", lacking[0]),
            help=f"add questions without an answer to {quoted(lacking)}, or take them out of the "
            "other splits",
            severity="warning",
        )


def check_contexts(spec: Spec, parts: Mapping[SplitName, Rows], findings: Findings) -> None:
    """Contexts that stand in two splits."""
    task, names = task_of(spec), list(parts)
    contexts = {name: keys(rows.table, (task.context,)) for name, rows in parts.items()}
    for position, later in enumerate(names):
        for earlier in names[:position]:
            found = find_crossing(contexts[earlier], contexts[later])
            if found.count:
                text = parts[later].table[task.context][found.later].as_py()
                findings.add(
                    rules.CONTEXT_IN_TWO_SPLITS,
                    f"{plural(found.count, 'question')} of `{later}` "
                    f"({found.count / len(parts[later]):.1%}) "
                    f"{'is' if found.count == 1 else 'are'} about a context of `{earlier}`",
                    *("data", later if getattr(spec.data, later) else "train"),
                    help=f"take these contexts out of the file of `{later}` or of `{earlier}`"
                    if getattr(spec.data, later)
                    else "delete `split.group`: questions about one context then stay together",
                    notes=[
                        f"first {parts[later].where(found.later)}, which is "
                        f"{parts[earlier].where(found.earlier)}: {shown(text)}"
                    ],
                    severity="warning",
                )


def check_lengths(spec: Spec, train: Rows, by_character: bool, findings: Findings) -> None:
    """Training answers that are longer than any answer the model may give."""
    task = task_of(spec)
    first = [texts[0] for texts in train.table[task.answer].to_pylist() if texts]
    lengths = sorted(len(tokens(text, by_character)) for text in first)
    long = sum(length > task.max_answer_length for length in lengths)
    if long > _MANY_LONG * len(lengths):
        unit, room = ("characters", 1.25) if by_character else ("words", 2)
        wanted = math.ceil(room * lengths[int(0.99 * len(lengths))])
        window = spec.data.max_length if isinstance(spec.data.max_length, int) else _WINDOW
        fits = wanted <= window
        findings.add(
            rules.LONG_ANSWERS,
            f"{long / len(lengths):.0%} of the training answers have more than "
            f"{task.max_answer_length} {unit}, and no predicted answer has more tokens",
            *("task", "max_answer_length"),
            help=f"write `max_answer_length: {wanted}`"
            if fits
            else f"shorten the answers: 99 % of them would need {wanted} tokens, and a window has "
            f"{window}; or learn to write them with `kind: text-to-text`",
            notes=[
                f"half of the answers have up to {lengths[len(lengths) // 2]:,} {unit}, 95 % up to "
                f"{lengths[int(0.95 * len(lengths))]:,}, 99 % up to "
                f"{lengths[int(0.99 * len(lengths))]:,}"
            ],
            severity="warning",
        )
