"""The outputs of a base's head are found by name, and refused where the names do not tell them."""

from __future__ import annotations

from typing import Any

import pytest

from specc.plan.kept_head import labels_of_base, match_rows


@pytest.mark.parametrize(
    ("theirs", "labels", "rows"),
    [
        (("good", "bad"), ("bad", "good"), (1, 0)),
        (("NEG", "Pos"), ("neg", "pos"), (0, 1)),
        (("a", "A"), ("A", "a"), (1, 0)),
        (("a", "A"), ("a", "b"), None),
        (("a", "b"), ("a", "A"), None),
        (("x", "x"), ("x", "y"), None),
        (("x", "x"), ("x", "x"), None),
        (("LABEL_0", "LABEL_1"), ("0", "1"), (0, 1)),
        (("LABEL_1", "LABEL_0"), ("0", "1"), (1, 0)),
        (("LABEL_0", "LABEL_1"), ("bad", "good"), None),
        (("LABEL_0", "LABEL_1"), ("1", "2"), None),
        (("LABEL_0", "LABEL_1", "LABEL_2"), ("0", "1"), None),
        (("a", "b", "c"), ("a", "b"), None),
        (("a",), ("a", "b"), None),
    ],
)
def test_rows_are_matched_by_name(
    theirs: tuple[str, ...], labels: tuple[str, ...], rows: tuple[int, ...] | None
) -> None:
    assert match_rows(theirs, labels) == rows


@pytest.mark.parametrize(
    ("config", "labels"),
    [
        ({"id2label": {"1": "b", "0": "a"}}, ("a", "b")),
        ({"id2label": {str(n): f"l{n}" for n in range(11)}}, tuple(f"l{n}" for n in range(11))),
        ({}, ("LABEL_0", "LABEL_1")),
        ({"id2label": {"1": "a", "2": "b"}}, None),
        ({"id2label": {"zero": "a"}}, None),
        ({"id2label": ["a", "b"]}, None),
        ({"id2label": {}}, None),
    ],
)
def test_names_of_outputs(config: dict[str, Any], labels: tuple[str, ...] | None) -> None:
    assert labels_of_base(config) == labels
