"""The cut is the same for ever: its rows are written down here."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from specc.data import split

LABELS = ["a", "b", "b", "a", "b", "b", "b", "a", "b", "b", "b", "b"]
GROUPED = {"train": [3, 4, 5, 6, 7], "validation": [2, 10, 11], "test": [0, 1, 8, 9]}
GROUPS = ["x", "x", "y", "z", "z", "z", "w", "w", "v", "v", "u", "t"]


def split_rows(*arguments: Any) -> dict[str, list[int]]:
    """The row numbers of each split."""
    marked = split.split_rows(*arguments)
    return {name: [i for i, mark in enumerate(marks) if mark] for name, marks in marked.items()}


def test_plain_cut() -> None:
    assert split_rows(10, 0.2, 0.2, None, None, 0) == {
        "train": [0, 2, 3, 4, 6, 9],
        "validation": [1, 5],
        "test": [7, 8],
    }


def test_other_seed() -> None:
    assert split_rows(10, 0.2, 0.1, None, None, 7)["test"] == [8]


def test_stratified_cut() -> None:
    assert split_rows(12, 0.25, 0.25, LABELS, None, 0) == {
        "train": [1, 3, 5, 6, 8, 10],
        "validation": [2, 4, 7],
        "test": [0, 9, 11],
    }


def test_grouped_cut() -> None:
    assert split_rows(12, 0.25, 0.25, None, GROUPS, 0) == GROUPED


def test_groups_win_over_strata() -> None:
    assert split_rows(12, 0.25, 0.25, LABELS, GROUPS, 0) == GROUPED


shares = st.floats(0, 0.5)
names = st.lists(st.sampled_from(["a", "b", "c", "ä", ""]), max_size=80)


@given(names, shares, shares, st.booleans(), st.booleans(), st.integers(0, 2**32))
def test_partition(
    rows: list[str], validation: float, test: float, strata: bool, groups: bool, seed: int
) -> None:
    arguments = (validation, test, rows if strata else None, rows if groups else None, seed)
    parts = split_rows(len(rows), *arguments)
    assert sorted(sum(parts.values(), [])) == list(range(len(rows)))
    assert all(part == sorted(part) for part in parts.values())
    assert split_rows(len(rows), *arguments) == parts


@given(names, st.integers(0, 99))
def test_strata_keep_shares(rows: list[str], seed: int) -> None:
    parts = split_rows(len(rows), 0.2, 0.3, rows, None, seed)
    for label, count in Counter(rows).items():
        held = Counter(rows[i] for i in parts["test"])[label]
        assert held == round(count * 0.3)


@given(names, st.integers(0, 99))
def test_groups_stay_together(rows: list[str], seed: int) -> None:
    parts = split_rows(len(rows), 0.2, 0.3, None, rows, seed)
    seen = [{rows[i] for i in part} for part in parts.values()]
    assert sum(map(len, seen)) == len(set(rows))
    assert len(parts["test"]) >= round(len(rows) * 0.3)
