"""Which of two classes is the positive one, where the spec does not order them."""

from __future__ import annotations

import re
from collections.abc import Mapping

AFFIRMING = {
    *(
        "1",
        "y",
        "yes",
        "t",
        "true",
        "pos",
        "positive",
        "spam",
        "toxic",
        "fraud",
        "hate",
        "relevant",
    ),
    *("duplicate", "entailment", "paraphrase", "equivalent", "offensive", "defect", "sarcastic"),
}
"""Names, in lower case, that say that what is looked for is there."""

DENYING = {
    "0",
    "n",
    "no",
    "f",
    "false",
    "neg",
    "negative",
    "ham",
    "none",
    "normal",
    "other",
    "clean",
}
"""Names, in lower case, that say that it is not."""

_PREFIX = re.compile(r"(?:not|non|no|un|in|ir|im|dis)[ _-]?")


def positive_last(found: Mapping[str, int]) -> tuple[tuple[str, str], str]:
    """The two labels, the positive one last, and why.

    Args:
        found: the rows by label, of two labels.
    """
    first, second = sorted(found)
    for negative, positive in ((first, second), (second, first)):
        low, high = negative.strip().casefold(), positive.strip().casefold()
        if low == high:
            continue
        denied = _PREFIX.match(low)
        if high in AFFIRMING or low in DENYING or (denied and low[denied.end() :] == high):
            return (negative, positive), f"positive class last: {positive}, by its name"
    if found[first] == found[second]:
        return (first, second), f"positive class last: {second}, the second by the alphabet"
    rarer = min(first, second, key=lambda label: found[label])
    other = second if rarer == first else first
    return (other, rarer), f"positive class last: {rarer}, the rarer one"
