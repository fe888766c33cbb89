"""How rows are dealt out where a split has no file of its own.

The generated projects hold the same lines: a change here is a change of everyone's test set.
"""

from __future__ import annotations

import random
from array import array
from collections import Counter
from collections.abc import Sequence

from specc.language.data import SplitName

Parts = dict[SplitName, bytearray]
"""For each split a byte a row: 1 where it has the row."""


def split_rows(
    num_rows: int,
    validation: float,
    test: float,
    strata: Sequence[str] | None,
    groups: Sequence[str] | None,
    seed: int,
) -> Parts:
    """The rows of each split; together they are all of `num_rows`.

    `strata` (a class for each row) keeps each class's share, `groups` (a name for each row) keeps
    equal names in one split; groups win over strata.
    """
    rng = random.Random(seed)
    if groups is not None:
        return _by_group(num_rows, validation, test, groups, rng)
    members: dict[str, array[int]] = {}
    if strata is None:
        members[""] = array("q", range(num_rows))
    else:
        for row, label in enumerate(strata):
            members.setdefault(label, array("q")).append(row)
    parts = _no_rows(num_rows)
    for label in sorted(members):
        rows = members.pop(label)
        rng.shuffle(rows)
        num_test = round(len(rows) * test)
        num_validation = round(len(rows) * validation)
        for place, row in enumerate(rows):
            held_out: SplitName = "test" if place < num_test else "validation"
            parts[held_out if place < num_test + num_validation else "train"][row] = 1
    return parts


def _by_group(
    num_rows: int, validation: float, test: float, groups: Sequence[str], rng: random.Random
) -> Parts:
    """Whole groups in random order: test is filled first, then validation, the rest is train."""
    sizes = Counter(groups)
    names = sorted(sizes)
    rng.shuffle(names)
    num_test, num_validation = round(num_rows * test), round(num_rows * validation)
    places: dict[str, SplitName] = {}
    filled_test = filled_validation = 0
    for name in names:
        if filled_test < num_test:
            places[name] = "test"
            filled_test += sizes[name]
        elif filled_validation < num_validation:
            places[name] = "validation"
            filled_validation += sizes[name]
    parts = _no_rows(num_rows)
    for row, group in enumerate(groups):
        parts[places.get(group, "train")][row] = 1
    return parts


def _no_rows(num_rows: int) -> Parts:
    return {
        "train": bytearray(num_rows),
        "validation": bytearray(num_rows),
        "test": bytearray(num_rows),
    }
