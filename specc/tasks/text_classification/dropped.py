"""Before labels are looked at: rows that the spec leaves out, and lists of one label."""

from __future__ import annotations

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import string_array
from specc.data.findings import Findings, quoted
from specc.data.rows import Rows
from specc.diagnostics.rules import data_labels
from specc.language.data import SplitName
from specc.tasks.text_classification.language import TextClassification


def drop_labels(
    task: TextClassification, splits: dict[SplitName, Rows], findings: Findings
) -> None:
    """Put in place of each split its rows without the labels of `task.drop_labels`."""
    if not task.drop_labels or any(
        pa.types.is_list(rows.table[task.label[0]].type) for rows in splits.values()
    ):
        return
    unused = set(task.drop_labels)
    for name, rows in splits.items():
        column = rows.table[task.label[0]]
        dropped = pc.is_in(column, string_array(task.drop_labels))
        if pc.count_true(dropped):
            unused -= set(pc.unique(column).to_pylist())
            splits[name] = rows.keep(pc.invert(dropped))
    if unused:
        found = pc.unique(splits["train"].table[task.label[0]]).to_pylist()
        findings.add(
            data_labels.NOTHING_TO_DROP,
            f"no row has the label {quoted(sorted(unused))}",
            "task",
            "drop_labels",
            help=f"write a label as the file has it; it has {quoted(sorted(found))}",
            severity="warning",
        )


def unwrap_lists(task: TextClassification, splits: dict[SplitName, Rows]) -> bool:
    """Put each label in place of its list, where the spec asks for one class and lists hold one.

    Returns:
        Whether that was done, in all splits.
    """
    name = task.label[0]
    columns = [rows.table[name] for rows in splits.values()]
    wants_one = task.problem in ("binary", "multi-class") and len(task.label) == 1
    if not wants_one or not all(pa.types.is_list(column.type) for column in columns):
        return False
    if not all(len(cell) == 1 for column in columns for cell in column.to_pylist()):
        return False
    for split, rows in splits.items():
        position = rows.table.schema.get_field_index(name)
        flat = string_array([cell[0] for cell in rows.table[name].to_pylist()])
        splits[split] = Rows(rows.files, rows.table.set_column(position, name, flat))
    return True
