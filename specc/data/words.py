"""Words of a text, and the tags of its spans. The generated projects hold the same pattern."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Thai, Lao, Burmese, Khmer; kana; Han: scripts without spaces, in which a letter is a word.
UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
# What stands on or beside the letter before it, which `\w` leaves out; also joiners, variations.
MARKS = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u06d6-\u06ed\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e"
    r"\u17b4-\u17d3\u200c\u200d\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f"
)
# Indian scripts as a whole: letters, marks and digits, without the two signs that end a sentence.
INDIAN = r"\u0900-\u0963\u0966-\u0dff"
WORD = (
    rf"[{UNSPACED}][{MARKS}]*|(?:(?![{UNSPACED}])[\w{MARKS}{INDIAN}])+"
    rf"|[^\w\s][{MARKS}]*"
)
"""What is taken for a word of a text that nobody has split: letters and digits, or one sign."""

_WORD = re.compile(WORD)


Span = tuple[int, int, str]
"""Characters from start to end (not inside) of a text, and the type of what they name."""


def word_places(text: str) -> list[tuple[int, int]]:
    """Start and end of each word."""
    return [match.span() for match in _WORD.finditer(text)]


def tags_of(places: Sequence[tuple[int, int]], spans: Sequence[Span]) -> tuple[list[str], int]:
    """BIO tags of the words, and how many spans begin or end inside a word.

    A word belongs to the span that holds a part of it; the first where two do.
    """
    tags = ["O"] * len(places)
    inside = 0
    for first, last, kind in sorted(spans):
        met = [i for i, (start, end) in enumerate(places) if start < last and end > first]
        met = [i for i in met if tags[i] == "O"]
        for position, i in enumerate(met):
            tags[i] = f"{'I' if position else 'B'}-{kind}"
        if met:
            inside += places[met[0]][0] < first or places[met[-1]][1] > last
    return tags, inside
