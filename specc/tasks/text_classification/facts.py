"""What the labels are: which problem they pose, which classes there are, how many rows each has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import string_array, string_lists
from specc.data.facts import DataFacts
from specc.data.findings import quoted
from specc.data.rows import NUMBER, Rows
from specc.language.data import SplitName
from specc.tasks.text_classification.language import Problem, TextClassification
from specc.tasks.text_classification.positive import positive_last

MOST_NUMBERED_CLASSES = 20
"""More distinct integers than this are a quantity, not class numbers."""

YES = ("1", "1.0", "True", "true", "TRUE")
NO = ("0", "0.0", "False", "false", "FALSE")
"""How tables say in several label columns whether a label applies."""

_CLASS_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
_DIGITS = re.compile(r"[0-9]+")

_LABELS_SHOWN = 4

Counts = dict[str, int]


@dataclass(frozen=True)
class LabelFacts:
    """What the labels are, for classification and regression.

    `labels` is the label set in id order (empty for regression). `counts` is rows by label and
    split, in the order of `labels`. `numbered` names the splits whose file holds class numbers
    0..k-1 while the label set holds names. `target` is (mean, standard deviation, min, max) of the
    training targets, regression only. `as_list` says that the column holds lists (JSON, Parquet).
    `majority` is the commonest training label. `unwraps`: each label stands in a list of its own.
    """

    problem: Literal["binary", "multi-class", "multi-label", "regression"]
    problem_reason: str
    labels: tuple[str, ...]
    labels_reason: str
    counts: dict[SplitName, tuple[int, ...]]
    numbered: tuple[SplitName, ...] = ()
    target: tuple[float, float, float, float] | None = None
    as_list: bool = False
    majority: str | None = None
    unwraps: bool = False

    def describe(self) -> str:
        if self.problem == "regression":
            low, high = self.target[2:] if self.target else (None, None)
            return "regression" + (f": {low:g} to {high:g}" if self.target else "")
        shown = ", ".join(self.labels[:_LABELS_SHOWN])
        more = ", …" if len(self.labels) > _LABELS_SHOWN else ""
        positive = f" (positive: {self.labels[-1]})" if self.problem == "binary" else ""
        return f"{self.problem}, {len(self.labels)} labels: {shown}{more}{positive}"

    def payload(self) -> dict[str, Any]:
        return {"problem": self.problem, "labels": list(self.labels)}


def labels_of(facts: DataFacts) -> LabelFacts:
    """What was counted of the labels."""
    return cast(LabelFacts, facts.task)


@dataclass(frozen=True, slots=True)
class LabelSet:
    """`LabelFacts` before the cut. `found` counts the labels of all training rows as written."""

    problem: Problem
    problem_reason: str
    labels: tuple[str, ...]
    labels_reason: str
    as_list: bool
    found: Counts
    unwraps: bool = False

    @property
    def single(self) -> bool:
        """Whether each row has exactly one class."""
        return self.problem in ("binary", "multi-class")


def label_values(table: pa.Table, task: TextClassification) -> pa.ChunkedArray:
    """The one label column: strings, or lists of strings where a row can have several.

    Parts between separators are stripped of white space, and empty ones are left out.
    """
    column = table[task.label[0]]
    if task.separator is None or pa.types.is_list(column.type):
        return column
    encoded = pc.dictionary_encode(column.combine_chunks())
    parts = [
        [part for piece in text.split(task.separator) if (part := piece.strip())]
        for text in encoded.dictionary.to_pylist()
    ]
    return pa.chunked_array([pc.take(string_lists(parts), encoded.indices)])


def count_labels(table: pa.Table, task: TextClassification) -> Counts:
    """Rows by label as written, the commonest first; with several columns: rows that hold a 1.

    Rows without a label are not counted.
    """
    if len(task.label) > 1:
        return {
            name: pc.count_true(pc.is_in(table[name], string_array(YES))) for name in task.label
        }
    values = label_values(table, task)
    if pa.types.is_list(values.type):
        values = pc.list_flatten(values)
    counted = pc.value_counts(values)
    names, numbers = counted.field("values").to_pylist(), counted.field("counts").to_pylist()
    pairs = [pair for pair in zip(names, numbers, strict=True) if pair[0] and pair[0].strip()]
    return dict(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def find_labels(task: TextClassification, train: Rows) -> LabelSet:
    """The problem and the label set, from what is pinned or else from the training rows."""
    found = count_labels(train.table, task)
    as_list = len(task.label) == 1 and pa.types.is_list(train.table[task.label[0]].type)
    problem, reason = infer_problem(task, found, as_list)
    if task.problem:
        problem, reason = task.problem, "`task.problem` says so"
    labels, labels_reason = _label_set(task, problem, found)
    return LabelSet(problem, reason, labels, labels_reason, as_list, found)


def infer_problem(task: TextClassification, found: Counts, as_list: bool) -> tuple[Problem, str]:
    """What the shape of the labels suggests, and why."""
    column = f"`{task.label[0]}`"
    if len(task.label) > 1:
        return "multi-label", f"`task.label` names {len(task.label)} columns"
    if task.separator is not None:
        return "multi-label", f"`task.separator` gives a row several labels in {column}"
    if as_list:
        return "multi-label", f"{column} holds lists"
    if task.labels:
        number = len(task.labels)
        return "binary" if number == 2 else "multi-class", f"`task.labels` lists {number} labels"
    if len(found) == 2:
        return "binary", f"{column} holds two different labels: {quoted(sort_labels(found))}"
    if found and all_numbers(found):
        fraction = next((name for name in sort_labels(found) if float(name) % 1), None)
        if fraction is not None:
            return "regression", f"{column} holds numbers with fractions such as {fraction}"
        if len(found) > MOST_NUMBERED_CLASSES:
            return "regression", f"{column} holds {len(found):,} different whole numbers"
    return "multi-class", f"{column} holds {len(found):,} different labels"


def all_numbers(names: Counts) -> bool:
    """Whether each label is a decimal number."""
    pattern = re.compile(NUMBER)
    return all(pattern.match(name) for name in names)


def sort_labels(names: Counts) -> list[str]:
    """Numbers by value, everything else by the alphabet."""
    if all_numbers(names):
        return sorted(names, key=lambda name: (float(name), name))
    return sorted(names)


def _label_set(
    task: TextClassification, problem: Problem, found: Counts
) -> tuple[tuple[str, ...], str]:
    if problem == "regression":
        return (), "a regression has no classes"
    if len(task.label) > 1:
        return task.label, "the columns of `task.label`"
    if task.labels:
        return task.labels, "`task.labels` lists them"
    if problem == "binary" and len(found) == 2 and not all_numbers(found):
        pair, reason = positive_last(found)
        return pair, f"the labels of the training rows, {reason}"
    order = "numbers in order" if all_numbers(found) else "in alphabetical order"
    last = "; positive class last" if problem == "binary" else ""
    return tuple(sort_labels(found)), f"the labels of the training rows, {order}{last}"


def is_numbered(found: Counts, label_set: LabelSet, task: TextClassification) -> bool:
    """Whether a split holds class numbers 0..k-1 where names are listed in `task.labels`.

    Numbers as they are counted, not `00` or `+1`; and never where a name is a number itself.
    """
    if not task.labels or not found or len(task.label) > 1 or set(found) & set(label_set.labels):
        return False
    if any(_DIGITS.fullmatch(name.strip()) for name in label_set.labels):
        return False
    return all(_CLASS_NUMBER.fullmatch(name) and int(name) < len(task.labels) for name in found)


def label_facts(
    task: TextClassification, label_set: LabelSet, splits: Mapping[SplitName, pa.Table]
) -> LabelFacts:
    """Counts by split for a label set that has passed the checks."""
    counts: dict[SplitName, tuple[int, ...]] = {}
    numbered: list[SplitName] = []
    if label_set.problem == "regression":
        target = _target(splits["train"][task.label[0]])
        return _facts(label_set, counts, (), target, None)
    for name, table in splits.items():
        found = count_labels(table, task)
        if is_numbered(found, label_set, task):
            numbered.append(name)
            found = {label_set.labels[int(number)]: count for number, count in found.items()}
        counts[name] = tuple(found.get(label, 0) for label in label_set.labels)
    train = counts["train"]
    majority = label_set.labels[train.index(max(train))]
    return _facts(label_set, counts, tuple(numbered), None, majority)


def _facts(
    label_set: LabelSet,
    counts: dict[SplitName, tuple[int, ...]],
    numbered: tuple[SplitName, ...],
    target: tuple[float, float, float, float] | None,
    majority: str | None,
) -> LabelFacts:
    return LabelFacts(
        label_set.problem,
        label_set.problem_reason,
        label_set.labels,
        label_set.labels_reason,
        counts,
        numbered,
        target,
        label_set.as_list,
        majority,
        label_set.unwraps,
    )


def _target(column: pa.ChunkedArray) -> tuple[float, float, float, float]:
    """Mean, standard deviation (of the rows, not of a sample), least and greatest."""
    plain = pc.replace_regex(pc.trim(column), r"^\+", "")
    numbers = pc.cast(plain, pa.float64())
    values = (pc.mean(numbers), pc.stddev(numbers), pc.minimum(numbers), pc.maximum(numbers))
    mean, deviation, least, greatest = (float(value.as_py()) for value in values)
    return mean, deviation, least, greatest


def pinned_facts(task: TextClassification) -> LabelFacts | None:
    """What can be said without rows; None where `task` pins neither labels nor a regression."""
    if task.problem != "regression" and not task.labels and len(task.label) == 1:
        return None
    problem, reason = infer_problem(task, {}, False)
    if task.problem:
        problem, reason = task.problem, "`task.problem` says so"
    labels, labels_reason = _label_set(task, problem, {})
    return LabelFacts(problem, reason, labels, labels_reason, {})
