"""Cells that hold several labels with a sign between them, such as `bad;urgent`."""

from __future__ import annotations

import re
from collections.abc import Collection

_SIGNS = "|;,/"
_WITH_COMMA = re.compile(r"[+-]?\d+,\d+|[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")


def number_with_comma(labels: Collection[str]) -> str | None:
    """One of the labels if all are numbers and some have a comma: `0,14` and `1,000`, not `1,2,3`.

    Whether `1,2` is a number or two labels nobody can see in it.
    """
    bare = [label.strip() for label in labels]
    found = [label for label in bare if _WITH_COMMA.fullmatch(label)]
    others = (label for label in bare if not _WITH_COMMA.fullmatch(label))
    return found[0] if found and all(map(_PLAIN.fullmatch, others)) else None


def joining_sign(labels: Collection[str]) -> str | None:
    """What stands between the parts of several of these different labels, if the parts recur.

    Parts that also stand alone, or in more than two labels on average, are labels themselves;
    those of `Smith, John` or `toys/games` are not.
    """
    for sign in _SIGNS:
        joined = [label for label in labels if sign in label]
        uses = [part.strip() for label in labels for part in label.split(sign)]
        parts = {part.strip() for label in joined for part in label.split(sign)}
        alone = parts & {label.strip() for label in labels}
        recurs = 2 * len(alone) >= len(parts) or sum(u in parts for u in uses) > 2 * len(parts)
        is_one = len(joined) == 1 and alone == parts  # `a;b` beside `a` and `b`
        if "" not in parts and (is_one or len(joined) > 1 and recurs):
            return sign
    return None
