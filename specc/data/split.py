"""How rows are dealt out where a split has no file of its own.

The generated projects hold the same lines: a change here is a change of everyone's test set.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from specc.spec.data import SplitName

Parts = dict[SplitName, list[int]]


def split_rows(
    num_rows: int,
    validation: float,
    test: float,
    strata: Sequence[str] | None,
    groups: Sequence[str] | None,
    seed: int,
) -> Parts:
    """Row numbers by split, each sorted; together they are `range(num_rows)`.

    `strata` (a class for each row) keeps each class's share, `groups` (a name for each row) keeps
    equal names in one split; groups win over strata.
    """
    rng = random.Random(seed)
    if groups is not None:
        return _by_group(num_rows, validation, test, groups, rng)
    strata = strata if strata is not None else [""] * num_rows
    members: dict[str, list[int]] = {}
    for row, label in enumerate(strata):
        members.setdefault(label, []).append(row)
    parts: Parts = {"train": [], "validation": [], "test": []}
    for label in sorted(members):
        rows = members[label]
        rng.shuffle(rows)
        num_test = round(len(rows) * test)
        num_validation = round(len(rows) * validation)
        parts["test"] += rows[:num_test]
        parts["validation"] += rows[num_test : num_test + num_validation]
        parts["train"] += rows[num_test + num_validation :]
    return {name: sorted(rows) for name, rows in parts.items()}


def _by_group(
    num_rows: int, validation: float, test: float, groups: Sequence[str], rng: random.Random
) -> Parts:
    """Whole groups in random order: test is filled first, then validation, the rest is train."""
    members: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    names = sorted(members)
    rng.shuffle(names)
    num_test, num_validation = round(num_rows * test), round(num_rows * validation)
    parts: Parts = {"train": [], "validation": [], "test": []}
    for name in names:
        if len(parts["test"]) < num_test:
            parts["test"] += members[name]
        elif len(parts["validation"]) < num_validation:
            parts["validation"] += members[name]
        else:
            parts["train"] += members[name]
    return {name: sorted(rows) for name, rows in parts.items()}
