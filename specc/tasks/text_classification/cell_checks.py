"""Whether each label is written as one: filled, and 0 or 1 where columns are labels."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import flags, string_array, string_scalar
from specc.data.findings import Findings, plural, shown
from specc.data.rows import Rows
from specc.diagnostics.rules import cross_task, data_labels
from specc.language.data import SplitName
from specc.tasks.text_classification.facts import NO, YES
from specc.tasks.text_classification.language import TextClassification


def check_cells(
    task: TextClassification, splits: Mapping[SplitName, Rows], findings: Findings
) -> None:
    """Look at each label as it is written: empty, or not 0 or 1 in several columns."""
    for name, rows in splits.items():
        for column in task.label:
            values = rows.table[column]
            if pa.types.is_list(values.type):
                _check_items(rows, column, name, findings)
                continue
            if len(task.label) > 1:
                _check_zero_or_one(rows, column, name, findings)
                continue
            empty = pc.equal(pc.trim(values), string_scalar(""))
            number = pc.count_true(empty)
            if number and task.separator is None:
                findings.add(
                    data_labels.EMPTY_LABEL,
                    f"{plural(number, 'row')} of `{name}` {_have(number)} no label in `{column}`",
                    "data",
                    name,
                    help="label these rows, or take them out of the file",
                    notes=[f"first at {rows.first(empty)}"],
                )


def check_separator(
    task: TextClassification, splits: Mapping[SplitName, Rows], findings: Findings
) -> None:
    """A separator has nothing to split where the column holds lists."""
    column = task.label[0]
    lists = [n for n, rows in splits.items() if pa.types.is_list(rows.table[column].type)]
    if task.separator is not None and lists:
        findings.add(
            cross_task.SEPARATOR_WITH_COLUMNS,
            f"`separator` has no effect: `{column}` of `{lists[0]}` holds lists",
            "task",
            "separator",
            help="delete `separator`",
        )


def _check_items(rows: Rows, column: str, split: SplitName, findings: Findings) -> None:
    """Entries of lists that are null or blank."""
    cells = rows.table[column].to_pylist()
    empty = [i for i, cell in enumerate(cells) if any(not (item or "").strip() for item in cell)]
    if empty:
        findings.add(
            data_labels.EMPTY_LABEL,
            f"{plural(len(empty), 'row')} of `{split}` {_have(len(empty))} an empty label or a "
            f"null in the list `{column}`",
            "data",
            split,
            help="take these entries out of the lists; a text without a label has the list []",
            notes=[f"first at {rows.first(flags(empty, len(rows)))}"],
        )


def _check_zero_or_one(rows: Rows, column: str, split: SplitName, findings: Findings) -> None:
    wrong = pc.invert(pc.is_in(rows.table[column], string_array([*YES, *NO])))
    number = pc.count_true(wrong)
    if number:
        example = rows.table[column][pc.first_true(wrong)].as_py()
        findings.add(
            data_labels.LABEL_NOT_ZERO_OR_ONE,
            f"`{column}` holds {shown(example)} where `{split}` needs 0 or 1",
            "data",
            split,
            help="write 1 where the label applies and 0 where it does not",
            notes=[f"{plural(number, 'row')} in all, first at {rows.first(wrong)}"],
        )


def _have(number: int) -> str:
    return "has" if number == 1 else "have"
