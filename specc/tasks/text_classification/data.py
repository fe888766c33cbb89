"""The task's side of the data stage: labels of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from specc.data.facts import DataFile
from specc.data.findings import Findings, plural, shown
from specc.data.rows import Rows, shared_strings
from specc.diagnostics.rules import data as rules
from specc.diagnostics.rules import data_files, data_labels
from specc.language.data import SplitName
from specc.language.spec import Spec
from specc.tasks.text_classification.cell_checks import check_cells, check_separator
from specc.tasks.text_classification.dropped import drop_labels, unwrap_lists
from specc.tasks.text_classification.facts import (
    LabelFacts,
    LabelSet,
    find_labels,
    label_facts,
    pinned_facts,
)
from specc.tasks.text_classification.label_checks import check_labels
from specc.tasks.text_classification.label_words import check_words
from specc.tasks.text_classification.language import task_of
from specc.tasks.text_classification.setting_checks import check_cut, check_scored, check_settings

SMALLEST_CLASS = 3
"""Rows that a class needs to be in all three splits."""


def check_columns(
    spec: Spec,
    split: SplitName,
    files: Sequence[DataFile],
    tables: Sequence[pa.Table],
    findings: Findings,
) -> bool:
    """Whether the texts are texts, and all files of a split hold labels of one kind."""
    task = task_of(spec)
    label = task.label[0]
    for file, table in zip(files, tables, strict=True):
        lists = [c for c in table.column_names if pa.types.is_list(table.schema.field(c).type)]
        wrong = [name for name in lists if name != label or len(task.label) > 1]
        if wrong and label in lists:
            findings.add(
                data_files.TAG_SEQUENCES,
                f"`{wrong[0]}` and `{label}` of `{file.name}` both hold lists: words and their "
                "tags",
                *("task", "label"),
                help=f"did you mean `kind: token-classification, tokens: {wrong[0]}, tags: "
                f"{label}`?",
            )
        elif wrong:
            findings.add(
                data_files.UNSUITABLE_TYPE,
                f"column `{wrong[0]}` of `{file.name}` holds lists",
                *("task", "text") if wrong[0] in task.text else ("data", split),
                help="name a column that holds texts",
            )
        if wrong:
            return False
        if not tables[0].schema.equals(table.schema):
            findings.add(
                data_files.UNSUITABLE_TYPE,
                f"`{label}` holds lists in one of `{files[0].name}`, `{file.name}` and single "
                "values in the other",
                *("data", split),
                help="write the labels of all files in the same way",
            )
            return False
    return True


def examine(spec: Spec, splits: dict[SplitName, Rows], findings: Findings) -> LabelSet | None:
    """The label set of the training rows; None where there are none."""
    task = task_of(spec)
    unwraps = unwrap_lists(task, splits)
    drop_labels(task, splits, findings)
    check_separator(task, splits, findings)
    check_cells(task, splits, findings)
    if not len(splits["train"]):
        return None
    label_set = replace(find_labels(task, splits["train"]), unwraps=unwraps)
    if not any(d.rule is data_labels.LABEL_NOT_ZERO_OR_ONE for d in findings.diagnostics):
        check_words(task, label_set, splits, findings)
        check_labels(task, label_set, splits, findings)
    check_settings(spec, label_set, findings)
    return label_set


def strata(
    spec: Spec, found: LabelSet, train: Rows, needed: int, findings: Findings
) -> list[str] | None:
    """The class of each row, where each row has one and no class is too small to be cut."""
    pinned = spec.data.split.stratified
    if pinned is False or not found.single:
        if pinned and found.problem == "multi-label":
            findings.add(
                data_labels.STRATIFIED_LABELS,
                "`stratified` needs one class a row, and here a row has several labels",
                *("data", "split", "stratified"),
                help="take out `stratified: true`",
                notes=[f"{found.problem}, because {found.problem_reason}"],
            )
        return None
    classes = shared_strings(train.table[task_of(spec).label[0]])
    label, rows = min(Counter(classes).items(), key=lambda pair: (pair[1], pair[0]))
    if pinned and rows < needed:
        findings.add(
            rules.CLASS_TOO_SMALL,
            f"class {shown(label)} has {plural(rows, 'row')}, and a stratified cut into "
            f"{needed} splits needs {needed}",
            *("data", "split", "stratified"),
            help="write `stratified: false`, or add rows of the class",
        )
    return classes if pinned or rows >= SMALLEST_CLASS else None


def facts(
    spec: Spec, found: LabelSet, parts: Mapping[SplitName, Rows], findings: Findings
) -> LabelFacts:
    """Rows by label and split."""
    tables = {name: rows.table for name, rows in parts.items()}
    labels = label_facts(task_of(spec), found, tables)
    check_cut(labels, findings)
    if found.single:
        check_scored(labels, [name for name in parts if not getattr(spec.data, name)], findings)
    return labels


def hub_facts(spec: Spec, findings: Findings) -> LabelFacts | None:
    """The labels as the spec pins them."""
    labels = pinned_facts(task_of(spec))
    if labels is None:
        findings.add(
            data_labels.UNPINNED_HUB_LABELS,
            "the labels of a hub data set have to be listed: its rows are not read here",
            "data",
            "hub",
            help="add `labels: [...]` to `task`, in the order of the class numbers; "
            "or `problem: regression`",
        )
    return labels
