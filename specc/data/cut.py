"""Which rows of `train` become validation and test rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import as_mask
from specc.data.findings import Findings, plural
from specc.data.marks import check_groups
from specc.data.position import cut_text
from specc.data.room import data_side
from specc.data.rows import Rows, shared_strings
from specc.data.split import Parts, split_rows
from specc.diagnostics.rules import data as rules
from specc.diagnostics.rules import data_files
from specc.language.data import SplitName, held_out
from specc.language.packed import Packed
from specc.language.spec import Spec

_ORDER: tuple[SplitName, ...] = ("train", "validation", "test")

RAW_GROUP = "\x1fgroup"
"""The group as it is in the file, where it is a text that is cleaned."""


def cut_train(
    spec: Spec, found: Any, splits: Mapping[SplitName, Rows], findings: Findings
) -> tuple[dict[SplitName, Rows], bool]:
    """All splits in the order train, validation, test, and whether the cut was stratified.

    `found` is what the task's room examined.
    """
    shares = held_out(spec.data)
    train = splits["train"]
    if not any(shares.values()):
        return dict(splits), False
    if is_cut_by_position(spec, train):
        return _pieces(spec, splits, findings), False
    group = spec.group
    group = RAW_GROUP if RAW_GROUP in train.table.column_names else group
    if group and pa.types.is_list(train.table[group].type):
        findings.add(
            data_files.UNSUITABLE_TYPE,
            f"`split.group` names a column of lists, `{spec.data.split.group}`",
            *("data", "split", "group"),
            help="name a column that holds one text or number a row",
        )
        return dict(splits), False
    groups = shared_strings(train.table[group]) if group else None
    if groups and spec.data.split.group:
        check_groups(spec.data.split.group, groups, train, findings)
    needed = 1 + sum(1 for share in shares.values() if share)
    side = data_side(spec.task.kind)
    strata = None if groups else side.strata(spec, found, train, needed, findings)
    parts = _deal(spec, train, shares, strata, groups)
    if strata and spec.data.split.stratified is None and _lacking(parts, shares):
        # Nobody asked for strata: of few rows, a plain cut still gives each split some.
        strata = None
        parts = _deal(spec, train, shares, None, None)
    for name in _lacking(parts, shares):
        _report_empty(spec, name, len(train), shares, findings)
    cut = {name: train.keep(as_mask(marks)) for name, marks in parts.items() if 1 in marks}
    merged = {**splits, **cut}
    return {name: merged[name] for name in _ORDER if name in merged}, strata is not None


def is_cut_by_position(spec: Spec, train: Rows) -> bool:
    """Whether the splits are pieces of the one document that there is."""
    is_cut = any(held_out(spec.data).values())
    return is_cut and isinstance(spec.task, Packed) and len(train) == 1


def _pieces(
    spec: Spec, splits: Mapping[SplitName, Rows], findings: Findings
) -> dict[SplitName, Rows]:
    """The first piece is `train`, the last one `test`."""
    train, shares = splits["train"], held_out(spec.data)
    text = train.table[spec.task.texts[0]].chunk(0)
    pieces = cut_text(text, shares["validation"], shares["test"])
    parts: dict[SplitName, Rows] = {}
    for name in _ORDER:
        if name != "train" and not shares[name]:
            if name in splits:
                parts[name] = splits[name]
        elif not pc.binary_length(pieces[name])[0].as_py():
            _report_short(spec, name, text, findings)
        else:
            column = pa.chunked_array([pieces[name]])
            parts[name] = Rows(train.files, pa.table({spec.task.texts[0]: column}))
    return parts


def _report_short(spec: Spec, name: SplitName, text: Any, findings: Findings) -> None:
    findings.add(
        rules.EMPTY_SPLIT,
        f"`{name}` would be empty: the one document has "
        f"{plural(pc.binary_length(text)[0].as_py(), 'byte')}",
        *("data", "split"),
        help="give more text, or write larger shares in `split`",
    )


def _deal(
    spec: Spec,
    train: Rows,
    shares: Mapping[SplitName, float],
    strata: Sequence[str] | None,
    groups: Sequence[str] | None,
) -> Parts:
    seed = spec.data.split.seed
    return split_rows(
        len(train), shares["validation"], shares["test"], strata, groups, seed
    )  # fmt: skip


def _lacking(parts: Parts, shares: Mapping[SplitName, float]) -> list[SplitName]:
    wanted: list[SplitName] = ["train", *(name for name, share in shares.items() if share)]
    return [name for name in wanted if 1 not in parts[name]]


def _report_empty(
    spec: Spec,
    name: SplitName,
    rows: int,
    shares: Mapping[SplitName, float],
    findings: Findings,
) -> None:
    share = shares.get(name)
    reason = f"a share of {share:g} of {plural(rows, 'row')}" if share else "nothing is left"
    pinned = name != "train" and getattr(spec.data.split, name) is not None
    findings.add(
        rules.EMPTY_SPLIT,
        f"`{name}` would have no row: {reason}",
        *(("data", "split", name) if pinned else ("data", "split")),
        help=f"write a larger share, for example `split: {{{name}: {_enough(rows)}}}`"
        if name != "train"
        else "hold out less, or keep rows of more groups in `train`",
    )


def _enough(rows: int) -> float:
    """A share of which at least one row comes, in whole tenths."""
    return next((tenth / 10 for tenth in range(1, 6) if round(rows * tenth / 10)), 0.5)
