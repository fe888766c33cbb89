"""The line of evaluate.py that computes each metric, from counts that only have to be added up.

Names in scope: `right`, `predicted`, `true` (by type), `f1`, `occurs`, `right_words`, `num_words`,
`ratio`. The definitions are seqeval's and scikit-learn's; tests hold them against both.
"""

from __future__ import annotations

_SUMS = {
    "f1": "float(ratio(2 * right.sum(), predicted.sum() + true.sum()))",
    "precision": "float(ratio(right.sum(), predicted.sum()))",
    "recall": "float(ratio(right.sum(), true.sum()))",
    "accuracy": "float(right_words / num_words)",
    "f1_macro": "float(f1[occurs].mean()) if occurs.any() else 0.0",
    "f1_weighted": "float(ratio((f1 * true).sum(), true.sum()))",
}
_EACH = {
    "f1_per_class": "f1",
    "precision_per_class": "ratio(right, predicted)",
    "recall_per_class": "ratio(right, true)",
}

BY_KIND = ("f1_macro", "f1_weighted", "f1_per_class")
"""Metrics that need `f1`; the mean over types also needs `occurs`."""


def expression(name: str, kinds: str) -> str:
    """A float, or a dictionary by type; `kinds` is the expression of the types in order."""
    if name in _SUMS:
        return _SUMS[name]
    return f"dict(zip({kinds}, {_EACH[name]}.tolist(), strict=True))"
