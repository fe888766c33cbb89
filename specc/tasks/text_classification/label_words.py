"""Labels that are no classes, judged by how they are written: missing values, lists, numbers."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import string_scalar
from specc.data.findings import Findings, plural, quoted, shown
from specc.data.joined import joining_sign, number_with_comma
from specc.data.rows import NUMBER, Rows
from specc.diagnostics.rules import data_labels
from specc.language.data import SplitName
from specc.tasks.text_classification.facts import (
    Counts,
    LabelSet,
    count_labels,
    is_numbered,
    label_values,
)
from specc.tasks.text_classification.language import TextClassification

_MISSING = {"nan", "<na>", "#n/a", "null", "nat"}
"""Words that programs write for a missing value, in lower case, and that hardly name a class."""

_PERHAPS_MISSING = {"none", "na", "n/a"}
"""Words that name a class now and then."""

_LIST = re.compile(r"\s*\[.*\]\s*", re.DOTALL)


def check_words(
    task: TextClassification,
    label_set: LabelSet,
    splits: Mapping[SplitName, Rows],
    findings: Findings,
) -> None:
    """Report what is written in the label column and is no class."""
    if len(task.label) > 1:
        return
    if vector := _vector(task, label_set, splits["train"]):
        findings.add(
            data_labels.LIST_AS_TEXT,
            f"`{task.label[0]}` holds vectors with a number for each label, such as "
            f"{shown(vector)}, and the numbers would be read as the labels",
            "task",
            "label",
            help='write the names of the labels that apply, such as `["bad", "urgent"]`; or a '
            "column of 0 and 1 for each label, and name all of these columns in `task.label`",
        )
        return
    if _are_lists(task, label_set.found):
        findings.add(
            data_labels.LIST_AS_TEXT,
            f"`{task.label[0]}` holds lists written as text, such as {quoted(label_set.found, 1)}",
            "task",
            "label",
            help='write the labels as `bad|urgent` and add `separator: "|"` to `task`, or save the '
            "table as JSON Lines or Parquet, which hold lists",
        )
        return
    _check_joined(task, label_set, findings)
    for name, rows in splits.items():
        found = count_labels(rows.table, task)
        _check_missing(task, label_set, name, rows, found, findings)
        _check_numbered(task, label_set, name, found, findings)
    _check_lists_of_one(task, label_set, splits["train"], findings)
    if label_set.problem == "multi-label" and not label_set.found:
        findings.add(
            data_labels.EMPTY_LABEL,
            f"no row of `train` has a label in `{task.label[0]}`",
            "task",
            "label",
            help="name the column that holds the labels, or label the rows",
        )


def _vector(task: TextClassification, label_set: LabelSet, train: Rows) -> str | None:
    """One of the cells if all are equally long lists of 0 and 1, or of fractions.

    Names of labels that apply do not come twice in a list.
    """
    cells = label_values(train.table, task)
    if {"0", "1"} <= set(task.labels or ()):
        return None
    if not pa.types.is_list(cells.type):
        if not _are_lists(task, label_set.found):
            return None
        lists = [_numbers(text) for text in label_set.found if text.strip()]
    elif all(map(_is_number, label_set.found)):
        lists = cells.to_pylist()
    else:
        return None
    if len({len(row) for row in lists}) != 1 or not lists[0]:
        return None
    items = {item for row in lists for item in row}
    repeats = any(len(set(row)) < len(row) for row in lists)
    is_vector = items <= {"0", "1"} and repeats or any(float(item) % 1 for item in items)
    return f"[{', '.join(lists[0])}]" if is_vector else None


def _numbers(text: str) -> list[str]:
    """The items of a list written as text; none where one of them is no number."""
    items = ast.literal_eval(text.strip()) if _is_list(text) else []
    written = [f"{item:g}" for item in items if isinstance(item, int | float)]
    return written if len(written) == len(items) else []


def _is_number(text: str) -> bool:
    return re.match(NUMBER, text) is not None


def _are_lists(task: TextClassification, found: Counts) -> bool:
    """Whether most labels are lists as Python or JSON writes them."""
    listed = sum(count for text, count in found.items() if _is_list(text))
    return task.separator is None and listed > sum(found.values()) / 2


def _is_list(text: str) -> bool:
    if not _LIST.fullmatch(text):
        return False
    try:
        return isinstance(ast.literal_eval(text.strip()), list)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False


def _check_joined(task: TextClassification, label_set: LabelSet, findings: Findings) -> None:
    """Several labels in one cell, of which each combination would be a class."""
    if label_set.as_list or task.separator or task.problem or task.labels:
        return
    if number := number_with_comma(label_set.found):
        findings.add(
            data_labels.LIST_AS_TEXT,
            f"`{task.label[0]}` holds numbers with a comma, such as {shown(number)}, and each is "
            "read as a class of its own",
            "task",
            "label",
            help="write decimals with a point, and nothing between the thousands; if the comma "
            'parts labels, add `separator: ","` to `task`; if they are classes, list all of them '
            "in `task.labels`",
            severity="warning",
        )
        return
    sign = joining_sign(label_set.found)
    if sign is None:
        return
    joined = next(label for label in label_set.found if sign in label)
    findings.add(
        data_labels.LIST_AS_TEXT,
        f"`{task.label[0]}` holds several labels in a cell, such as {shown(joined)}, and each "
        "combination is read as a class of its own",
        "task",
        "label",
        help=f"add `separator: {json.dumps(sign)}` to `task`; if they are classes, list all of "
        "them in `task.labels`",
        severity="warning",
    )


def _check_missing(
    task: TextClassification,
    label_set: LabelSet,
    split: SplitName,
    rows: Rows,
    found: Counts,
    findings: Findings,
) -> None:
    """Words for a missing value, and signs that annotators did not agree on a label."""
    if label_set.problem == "regression":
        return
    listed = set(task.labels or ())
    for label, number in found.items():
        word = label.strip().casefold()
        where = f"{plural(number, 'row')} of `{split}`, first at {_first(rows, task, label)}"
        if label in listed:
            continue
        named = json.dumps(label, ensure_ascii=False)
        leave_out = f"add `drop_labels: [{named}]` to `task`, which leaves these rows out"
        if word in _MISSING:
            findings.add(
                data_labels.EMPTY_LABEL,
                f"`{split}` holds the label {shown(label)}, which stands for a missing value",
                "data",
                split,
                help=f"{leave_out}, or label them; if it is a class, list all classes in "
                "`task.labels`",
                notes=[where],
            )
        elif task.labels is None and (word in _PERHAPS_MISSING or _no_consensus(label, found)):
            findings.add(
                data_labels.DOUBTFUL_LABEL,
                f"{shown(label)} is read as a class, and often it stands for no label",
                "data",
                split,
                help=f"{leave_out}; if it is a class, list all classes in `task.labels`",
                notes=[where],
                severity="warning",
            )


def is_absent(label: str, found: Counts) -> bool:
    """Whether a label probably says that there is none."""
    word = label.strip().casefold()
    return word in _MISSING | _PERHAPS_MISSING or _no_consensus(label, found)


def _no_consensus(label: str, found: Counts) -> bool:
    """`-`, or `-1` beside class numbers 0, 1, 2 and more; -1, 0, 1 are classes of their own."""
    if label.strip() == "-":
        return True
    others = {name for name in found if name != label}
    return label == "-1" and {"0", "1", "2"} <= others and all(map(str.isdigit, others))


def _first(rows: Rows, task: TextClassification, label: str) -> str:
    column = rows.table[task.label[0]]
    if not pa.types.is_list(column.type):
        same = pc.equal(column, string_scalar(label))
        if pc.count_true(same):
            return rows.first(same, 1)
    for position, cell in enumerate(column.to_pylist()):
        if label in cell:
            return rows.where(position)
    return rows.where(0)


def _check_numbered(
    task: TextClassification,
    label_set: LabelSet,
    split: SplitName,
    found: Counts,
    findings: Findings,
) -> None:
    """Class numbers that never are 0 where they count from 0."""
    if "0" in found or not is_numbered(found, label_set, task):
        return
    first = min(found, key=int)
    findings.add(
        data_labels.NUMBERED_WITHOUT_ZERO,
        f"the class numbers of `{split}` start at {first} and are read from 0: {first} is "
        f"{shown(label_set.labels[int(first)])}",
        "data",
        split,
        help="if they are counted from 1, write the names in the file, or subtract 1 from each",
        severity="warning",
    )


def _check_lists_of_one(
    task: TextClassification, label_set: LabelSet, train: Rows, findings: Findings
) -> None:
    column = train.table[task.label[0]]
    if (
        not label_set.as_list
        or task.problem
        or task.separator
        or not label_set.found
        or len(train) < 2
    ):
        return
    if all(len(cell) == 1 for cell in column.to_pylist()):
        findings.add(
            data_labels.LISTS_OF_ONE,
            f"each list in `{task.label[0]}` holds one label, and the problem is multi-label "
            "because they are lists",
            "task",
            "label",
            help="add `problem: multi-class` to `task` if a text has one label only; otherwise add "
            "`problem: multi-label`",
            severity="warning",
        )
