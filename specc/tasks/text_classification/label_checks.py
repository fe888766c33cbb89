"""Whether the labels can be learned: everything that is wrong with them, with file and row."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import flags, string_scalar
from specc.data.findings import Findings, plural, quoted, shown
from specc.data.rows import NUMBER, Rows
from specc.diagnostics.rules import data_files, data_labels
from specc.language.data import SplitName
from specc.tasks.text_classification.facts import (
    Counts,
    LabelSet,
    all_numbers,
    count_labels,
    infer_problem,
    is_numbered,
    label_values,
    sort_labels,
)
from specc.tasks.text_classification.label_words import is_absent
from specc.tasks.text_classification.language import TextClassification

_TAGS = re.compile(r"(?:O|[BIOESLU]-\S+)(?:[ ,]+(?:O|[BIOESLU]-\S+))+")
_NEARLY_NUMBER = re.compile(r"\s*[^\w\s]?\s?[+-]?\d[\d.,' ]*\s?[^\w\s]?\s*")
"""A number with a sign of a currency or percentage, or with marks between its thousands."""

_FEW = 20
_LARGE = r"[eE]\+?\d{3,}|\d{300,}"


def check_labels(
    task: TextClassification,
    label_set: LabelSet,
    splits: Mapping[SplitName, Rows],
    findings: Findings,
) -> None:
    """Look at the label set, and at each split that has files of its own."""
    if _are_tags(label_set.found):
        findings.add(
            data_files.TAG_SEQUENCES,
            f"`{task.label[0]}` holds tags of single words such as {quoted(label_set.found, 1)}",
            "task",
            "label",
            help="name a column with one label for the whole text; a tag for each word, in lists "
            "or in CoNLL files, is `kind: token-classification`",
        )
        return
    if not _check_fit(task, label_set, findings):
        return
    if label_set.problem == "regression":
        for name, rows in splits.items():
            _check_numbers(task, name, rows, findings)
        _check_single(label_set, findings)
        return
    _check_set(task, label_set, findings)
    for name, rows in splits.items():
        _check_split(task, label_set, name, rows, findings)


def _are_tags(found: Counts) -> bool:
    tagged = sum(count for name, count in found.items() if _TAGS.fullmatch(name.strip()))
    return tagged > sum(found.values()) / 2


def _check_fit(task: TextClassification, label_set: LabelSet, findings: Findings) -> bool:
    """Whether a pinned problem goes with the labels that the files hold."""
    shape, reason = infer_problem(task, label_set.found, label_set.as_list)
    pinned = label_set.problem
    if (shape == "multi-label") != (pinned == "multi-label"):
        message = f"`problem: {pinned}` does not fit: {reason}"
        help = "write `problem: multi-label`, or leave it out"
        if pinned == "multi-label":
            message = (
                f"`problem: multi-label` does not fit: `{task.label[0]}` holds one label a row"
            )
            help = 'say what stands between the labels: `separator: ","`, or leave out `problem`'
    elif pinned == "binary" and len(label_set.labels) > 2:
        message = f"`problem: binary` does not fit: there are {plural_labels(label_set.labels)}"
        help = "write `problem: multi-class`, or leave it out"
    else:
        return True
    findings.add(data_labels.PROBLEM_DOES_NOT_FIT, message, "task", "problem", help=help)
    return False


def _check_numbers(
    task: TextClassification, split: SplitName, rows: Rows, findings: Findings
) -> None:
    column = rows.table[task.label[0]]
    filled = pc.not_equal(pc.trim(column), string_scalar(""))
    wrong = pc.and_(filled, pc.invert(pc.matches(column, NUMBER)))
    wrong = pc.or_(wrong, _out_of_range(column))
    number = pc.count_true(wrong)
    if not number:
        return
    example = column[pc.first_true(wrong)].as_py()
    findings.add(
        data_labels.LABEL_NOT_A_NUMBER,
        f"`{task.label[0]}` holds {shown(example)}, and regression needs a number",
        "data",
        split,
        help=_number_help(example.strip()),
        notes=[f"{plural(number, 'row')} of `{split}` in all, first at {rows.first(wrong)}"],
    )


def _number_help(example: str) -> str:
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", example):
        return "write numbers without commas between the thousands, and decimals with a point"
    if re.fullmatch(r"-?\d+,\d+", example):
        return "write decimals with a point"
    if re.fullmatch(r"[^\w\s]?\s?[+-]?\d[\d.,]*\s?[^\w\s]?", example):
        return "write the numbers alone, without signs such as %"
    if re.fullmatch(NUMBER, example):
        return "correct these rows: the largest number of a computer is 1.8e308"
    return "correct these rows, or leave out `problem: regression`"


def _out_of_range(column: pa.ChunkedArray) -> pa.Array:
    """True for decimals that are larger than any number a computer computes with."""
    suspects = pc.indices_nonzero(pc.and_(pc.matches(column, NUMBER), pc.matches(column, _LARGE)))
    large = [i for i in suspects.to_pylist() if math.isinf(float(column[i].as_py()))]
    return flags(large, len(column))


def _check_single(label_set: LabelSet, findings: Findings) -> None:
    """Training rows that all have one label or number."""
    if len(label_set.found) != 1:
        return
    rows = plural(sum(label_set.found.values()), "row")
    is_number = label_set.problem == "regression"
    findings.add(
        data_labels.SINGLE_CLASS,
        f"all {rows} of `train` have the {'number' if is_number else 'label'} "
        f"{quoted(label_set.found)}",
        "task",
        "label",
        help=f"add rows of another {'number' if is_number else 'class'}, or name another column",
    )


def _check_set(task: TextClassification, label_set: LabelSet, findings: Findings) -> None:
    found, rows = label_set.found, sum(label_set.found.values())
    column = f"`{task.label[0]}`"
    if label_set.single and len(found) == 1:
        _check_single(label_set, findings)
    elif not task.labels and len(task.label) == 1 and len(found) > max(_FEW, rows / 2):
        findings.add(
            data_labels.TOO_MANY_CLASSES,
            f"{column} holds {len(found):,} different labels in {plural(rows, 'row')}: this looks "
            "like free text or an identifier",
            "task",
            "label",
            help="name the column that holds the class" + _regression_help(found),
        )
    alike = defaultdict(list)
    for label in found if len(task.label) == 1 else ():
        alike[_seen(label)].append(label)
    for group in (sorted(group) for group in alike.values() if len(group) > 1):
        findings.add(
            data_labels.SIMILAR_LABELS,
            f"the labels {quoted(group)} of {column} are different classes",
            "task",
            "label",
            help="give them one spelling",
            notes=[", ".join(f"{_told(label)}: {plural(found[label], 'row')}" for label in group)],
            severity="warning",
        )


def _regression_help(found: Counts) -> str:
    if all_numbers(found):
        return ", or write `problem: regression`"
    if all(map(_NEARLY_NUMBER.fullmatch, found)):
        return ", or write plain numbers such as `12.5`, without signs and commas, to learn numbers"
    return ""


def _seen(label: str) -> str:
    """What a reader sees of it: no matter which code points, spaces and letters of which case."""
    visible = "".join(c for c in label if unicodedata.category(c) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", visible).casefold().split())


def _told(label: str) -> str:
    """The label, with the code points of what cannot be told apart by eye."""
    odd = [f"U+{ord(c):04X}" for c in label if unicodedata.category(c) in {"Cf", "Mn", "Mc", "Zs"}]
    odd = [name for name in odd if name != "U+0020"]
    return shown(label) + (f" (with {', '.join(odd)})" if odd else "")


def _check_split(
    task: TextClassification,
    label_set: LabelSet,
    split: SplitName,
    rows: Rows,
    findings: Findings,
) -> None:
    """Labels that no row may have, or that no training row has."""
    found = count_labels(rows.table, task)
    if is_numbered(found, label_set, task):
        found = {label_set.labels[int(number)]: count for number, count in found.items()}
    unknown = {label: n for label, n in found.items() if label not in label_set.labels}
    unused = [label for label in label_set.labels if not found.get(label)]
    if unknown:
        _report_unknown(task, label_set, split, rows, unknown, findings)
    elif split == "train" and unused:
        columns = len(task.label) > 1
        findings.add(
            data_labels.UNUSED_LABEL,
            f"no row of `train` has {'a 1 in' if columns else 'the label'} {quoted(unused)}",
            "task",
            "label" if columns else "labels",
            help="leave it out, or add rows of it",
            severity="warning",
        )


def _report_unknown(
    task: TextClassification,
    label_set: LabelSet,
    split: SplitName,
    rows: Rows,
    unknown: Counts,
    findings: Findings,
) -> None:
    names = sort_labels(unknown)
    it = "it" if len(names) == 1 else "them"
    if task.labels:
        rule, path = data_labels.UNLISTED_LABEL, ("task", "labels")
        lacks, help = "which `task.labels` does not list", f"add {it} to `task.labels`"
        if any(is_absent(name, unknown | label_set.found) for name in names):
            values = json.dumps(names, ensure_ascii=False)
            help = f"add `drop_labels: {values}` to `task`, which leaves these rows out: such "
            help += "labels mostly stand for no label"
    else:
        rule, path = data_labels.LABEL_NOT_IN_TRAIN, ("data", split)
        lacks, there = "which no row of `train` has", quoted(label_set.labels)
        help = f"correct {it}, or add rows of {it} to `train`, which has {there}"
        if all_numbers(unknown) and not all_numbers(label_set.found):
            help = "list the names in the order of the class numbers in `task.labels`"
    what = "the label" if len(names) == 1 else f"{plural(len(names), 'label')}:"
    number = sum(unknown.values())
    findings.add(
        rule,
        f"`{split}` holds {what} {quoted(names)}, {lacks}",
        *path,
        help=help,
        notes=[f"{plural(number, 'row')}, first at {_first_with(task, rows, names[0])}"],
    )


def _first_with(task: TextClassification, rows: Rows, label: str) -> str:
    values = label_values(rows.table, task)
    for position, value in enumerate(values):
        held = value.as_py()
        if held == label or (isinstance(held, list) and label in held):
            return rows.where(position)
    return rows.where(0)


def plural_labels(labels: Sequence[str]) -> str:
    """`3 labels: a, b, c`."""
    return f"{plural(len(labels), 'label')}: {quoted(labels)}"
