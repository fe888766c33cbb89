"""Words of a text, and the tags of its spans. Generated projects find words by the same code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

# Scripts without spaces between words, as the Unicode names of their letters begin.
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "MYANMAR", "KHMER")

Span = tuple[int, int, str]
"""Characters from start to end (not inside) of a text, and the type of what they name."""


@cache
def kind_of(character: str) -> str:
    """`m` joins what is before it, `w` joins its like, `1` is a word by itself, a space is none."""
    if unicodedata.category(character)[0] == "M" or character in "\u200c\u200d":
        return "m"  # accents, vowel signs, joiners
    if character.isspace():
        return " "
    is_unspaced = unicodedata.name(character, "").startswith(UNSPACED)
    return "w" if (character.isalnum() or character == "_") and not is_unspaced else "1"


def word_places(text: str) -> list[tuple[int, int]]:
    """Start and end of each word: letters and digits, or one letter without spaces, or one sign."""
    kinds = "".join(map(kind_of, text))
    return [match.span() for match in re.finditer("[wm]+|1m*", kinds)]


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
