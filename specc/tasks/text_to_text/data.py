"""The task's side of the data stage: pairs of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.facts import DataFile
from specc.data.findings import Findings, plural, shown
from specc.data.rows import Rows, count_repeated, spaced
from specc.data.stored import Home, concatenated
from specc.diagnostics.rules import data_files
from specc.language.data import SplitName
from specc.language.spec import Spec
from specc.tasks.text_to_text import rules
from specc.tasks.text_to_text.facts import LOOKED_AT, TextFacts, text_facts, unseen_facts
from specc.tasks.text_to_text.language import task_of

FEW_TARGETS, MANY_ROWS = 20, 100
"""So few different targets in so many rows are labels."""

ODD_FACTOR, SHORT = 4.0, 20
"""How far from the median ratio a pair is odd; characters below which a ratio says nothing."""

_LONGEST_LABEL = 60


def check_columns(
    spec: Spec,
    split: SplitName,
    files: Sequence[DataFile],
    tables: Sequence[pa.Table],
    findings: Findings,
) -> bool:
    """Whether sources and targets are texts."""
    task = task_of(spec)
    for file, table in zip(files, tables, strict=True):
        lists = [c for c in table.column_names if pa.types.is_list(table.schema.field(c).type)]
        if not lists:
            continue
        if len(lists) > 1:
            help = "lists of words and lists of tags are the data of `token-classification`"
        elif lists[0] == task.target:
            help = "write a row for each of several targets, or join the parts of one"
        else:
            help = "name a column that holds texts"
        findings.add(
            data_files.UNSUITABLE_TYPE,
            f"column `{lists[0]}` of `{file.name}` holds lists, and text-to-text needs texts",
            *task.place_of(lists[0]),
            help=help,
        )
        return False
    _check_empty(spec, split, files, tables, findings)
    return True


def examine(spec: Spec, splits: Mapping[SplitName, Rows], findings: Findings) -> TextFacts | None:
    """What the training pairs look like; warns about pairs that do not look like pairs."""
    if not len(splits["train"]):
        return None
    for name, rows in splits.items():
        _check_copies(spec, name, rows, findings)
    sources, targets = _pairs(spec, splits["train"])
    _check_labels(spec, targets, len(splits["train"]), findings)
    _check_ratios(spec, splits["train"], sources, targets, findings)
    _check_repeated_sources(spec, splits["train"], findings)
    return text_facts(targets)


def strata(spec: Spec, found: TextFacts, train: Rows, needed: int, findings: Findings) -> None:
    """There are no classes."""


def facts(
    spec: Spec, found: TextFacts, parts: Mapping[SplitName, Rows], findings: Findings
) -> TextFacts:
    """What the training pairs look like, whichever of them the cut left in training."""
    return found


def hub_facts(spec: Spec, findings: Findings) -> TextFacts:
    """What the spec alone says of rows on the hub."""
    return unseen_facts(task_of(spec).target_language)


def _stride(rows: Rows) -> int:
    return -(-len(rows) // LOOKED_AT)


def _pairs(spec: Spec, rows: Rows) -> tuple[list[str], list[str]]:
    """Joined sources, and targets, of rows evenly spread over a split."""
    task, stride = task_of(spec), _stride(rows)
    table = spaced(rows.table.select([*task.source, task.target]), stride)
    columns = [table[name].to_pylist() for name in table.column_names]
    *sources, targets = columns
    return [task.separator.join(parts) for parts in zip(*sources, strict=True)], targets


def _check_empty(
    spec: Spec,
    split: SplitName,
    files: Sequence[DataFile],
    tables: Sequence[pa.Table],
    findings: Findings,
) -> None:
    """How many rows lack which side, where they are dropped for it."""
    task, rows = task_of(spec), Rows(tuple(files), concatenated(tables, Home()))
    masks = {name: pc.matches(rows.table[name], r"^\s*$") for name in task.required}
    counts = {name: number for name, mask in masks.items() if (number := pc.count_true(mask))}
    if not counts or not spec.clean.drop_empty:
        return
    share = sum(counts.values()) / len(rows)
    named = " and ".join(f"{number:,} without `{name}`" for name, number in counts.items())
    findings.add(
        rules.EMPTY_SIDE,
        f"{plural(sum(counts.values()), 'pair')} of `{split}` lack a side and are dropped: {named}",
        *("data", split),
        help="complete these rows, or take them out of the file",
        notes=[f"first at {rows.first(masks[next(iter(counts))])}"],
        severity="warning" if share > 0.1 else "note",
    )


def _check_copies(spec: Spec, name: SplitName, rows: Rows, findings: Findings) -> None:
    task = task_of(spec)
    if len(task.source) > 1 or not len(rows):
        return
    same = pc.equal(rows.table[task.source[0]], rows.table[task.target])
    number = pc.count_true(same)
    if not number:
        return
    share = number / len(rows)
    text = rows.table[task.target][pc.first_true(same)].as_py()
    findings.add(
        rules.TARGET_IS_SOURCE,
        f"{plural(number, 'row')} of `{name}` ({share:.1%}) {'has' if number == 1 else 'have'} a "
        "target that is the source",
        *("data", name if getattr(spec.data, name) else "train"),
        help="look whether the right columns are named, and whether all rows are translated",
        notes=[f"first at {rows.first(same)}: {shown(text)}"],
        severity="error" if number == len(rows) else "warning" if share > 0.1 else "note",
    )


def _check_labels(spec: Spec, targets: Sequence[str], num_rows: int, findings: Findings) -> None:
    different = set(targets)
    if num_rows < MANY_ROWS or len(different) > FEW_TARGETS:
        return
    if max(map(len, different)) > _LONGEST_LABEL:
        return
    findings.add(
        rules.TARGETS_LIKE_LABELS,
        f"`{task_of(spec).target}` holds {len(different)} different texts in {num_rows:,} rows, as "
        "labels do",
        *("task", "target"),
        help="did you mean `kind: text-classification`?",
        severity="warning",
    )


def _check_ratios(
    spec: Spec, rows: Rows, sources: Sequence[str], targets: Sequence[str], findings: Findings
) -> None:
    """Of translations: a summary may be of any length."""
    if task_of(spec).preset != "translation":
        return
    ratios = {
        row: len(target) / len(source)
        for row, (source, target) in enumerate(zip(sources, targets, strict=True))
        if len(source) >= SHORT or len(target) >= SHORT
        if source and target
    }
    if not ratios:
        return
    usual = median(ratios.values())
    odd = [r for r, x in ratios.items() if x > ODD_FACTOR * usual or x < usual / ODD_FACTOR]
    if odd:
        places = [rows.where(row * _stride(rows)) for row in odd[:3]]
        findings.add(
            rules.ODD_LENGTHS,
            f"{plural(len(odd), 'pair')} of `train` {'is' if len(odd) == 1 else 'are'} of odd "
            f"lengths: the target has usually {usual:.2f} times the characters of its source",
            *("data", "train"),
            help="look whether these rows belong together",
            notes=[f"first at {'; '.join(places)}: {shown(sources[odd[0]])}"],
            severity="note",
        )


def _check_repeated_sources(spec: Spec, rows: Rows, findings: Findings) -> None:
    task = task_of(spec)
    pairs = count_repeated(rows.table, (*task.source, task.target))
    more = count_repeated(rows.table, task.source) - pairs
    if more:
        findings.add(
            rules.MANY_TARGETS,
            f"{plural(more, 'row')} of `train` {'gives' if more == 1 else 'give'} another target "
            "for a source that has one already",
            *("data", "train"),
            help="keep one target a source, if the others are mistakes",
            severity="note",
        )
