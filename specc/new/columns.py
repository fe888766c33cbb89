"""Which column is the text and which the label, as a person would guess from the data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from specc.data.joined import joining_sign, number_with_comma
from specc.new.header import DATE
from specc.new.table import Column, Table

_PAIRS = (
    *(("premise", "hypothesis"), ("question", "sentence"), ("query", "passage")),
    *(("query", "document"), ("claim", "evidence"), ("text", "text_pair"), ("anchor", "positive")),
    *(("headline", "body"), ("question", "answer"), ("context", "response")),
)
_LABEL_NAMES = (
    *("label", "labels", "gold_label", "intent", "class", "target", "score", "stars", "rating"),
    *("sentiment", "category", "topic", "emotion", "emotions", "tag", "tags", "polarity"),
    *("quality", "similarity", "is_duplicate", "duplicate", "spam", "y"),
)
_GROUP_NAMES = re.compile(
    r"(user|author|customer|speaker|session|conversation|dialog(ue)?|thread|patient|doc(ument)?"
    r"|product|group|source)(_?id)?",
    re.IGNORECASE,
)
_PLACES = re.compile(r"(answers?[_.]?)?(start|end|begin|offset|char_?ranges?|span)s?(_?\w+)?", re.I)
"""Names of columns that say where something stands in a text."""

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_ID = re.compile(r"(?=\S*[\d@])(?=\S*[A-Za-z])[!-~]+")
"""A word of ASCII with letters and digits, or an address."""

_FLAGS = ({"0", "1"}, {"0.0", "1.0"}, {"true", "false"}, {"yes", "no"})
_SHORTEST_TEXT = 5
_LEAST_FILLED = 0.5
_MOST_CLASSES = 1000
"""Combinations of several labels in one column count one by one."""


class NoGuess(Exception):
    """Nothing in the table looks like what is wanted; the message says what."""


@dataclass(frozen=True)
class Profile:
    """One column, measured."""

    column: Column

    @property
    def name(self) -> str:
        return self.column.name

    @cached_property
    def values(self) -> list[str]:
        """Those that are not empty; of lists, their items."""
        if self.column.is_list:
            return [str(item) for row in self.column.values for item in row]
        return [str(value) for value in self.column.values if str(value).strip()]

    @cached_property
    def distinct(self) -> set[str]:
        return set(self.values)

    @cached_property
    def mean_length(self) -> float:
        return sum(map(len, self.values)) / max(1, len(self.values))

    @cached_property
    def is_numeric(self) -> bool:
        return bool(self.values) and all(_NUMBER.fullmatch(value) for value in self.distinct)

    @property
    def is_flag(self) -> bool:
        return {value.strip().lower() for value in self.distinct} in _FLAGS

    @cached_property
    def is_date_or_id(self) -> bool:
        kinds = (DATE, _ID)
        return bool(self.values) and any(
            sum(bool(kind.fullmatch(value)) for value in self.values) > 0.9 * len(self.values)
            for kind in kinds
        )

    @property
    def filled(self) -> float:
        """Share of the rows that hold something."""
        rows = max(1, len(self.column.values))
        return sum(bool(str(value).strip()) for value in self.column.values) / rows

    @property
    def varies(self) -> bool:
        """Whether it has values as different as those of texts are."""
        return len(self.distinct) > max(2, 0.02 * len(self.values))

    @property
    def could_be_text(self) -> bool:
        if self.column.is_list or self.is_numeric or self.mean_length < _SHORTEST_TEXT:
            return False
        if self.is_date_or_id or self.filled < _LEAST_FILLED:
            return False
        links = sum(value.startswith(("http://", "https://")) for value in self.values)
        return links < len(self.values) / 2

    @property
    def could_be_label(self) -> bool:
        """A few values that come again; an id has a value of its own in each row."""
        few = len(self.distinct) <= max(2, min(_MOST_CLASSES, len(self.values) / 2))
        return not self.column.is_list and len(self.distinct) >= 2 and few

    @property
    def has_label_name(self) -> bool:
        """A usual one, also at its end: `airline_sentiment`."""
        name = self.name.strip().lower()
        return name in _LABEL_NAMES or re.split(r"[\W_]+", name)[-1] in _LABEL_NAMES


def profiles(table: Table) -> dict[str, Profile]:
    return {column.name: Profile(column) for column in table.columns}


def guess_text(known: dict[str, Profile], label: Sequence[str] = ()) -> tuple[tuple[str, ...], str]:
    """The text column or the two of a pair, and why.

    Raises:
        NoGuess: if no column holds texts.
    """
    texts = {name: p for name, p in known.items() if p.could_be_text and name not in label}
    if pair := _pair([name for name, p in texts.items() if p.varies]):
        return pair, "two columns of a pair, by their names"
    # A column that says what it is needs no look at its values, of which there may be few.
    if (said := _named(known, "text")) and said not in label:
        return (said,), "by its name"
    best = max(
        texts.values(), key=lambda p: (not p.has_label_name, p.varies, p.mean_length), default=None
    )
    if best is None or (best.could_be_label and best.has_label_name):
        raise NoGuess("no column looks like a text")
    return (best.name,), f"the longest texts: {best.mean_length:.0f} characters on average"


def _named(known: dict[str, Profile], name: str) -> str | None:
    """The column of this very name, in any case, if it holds anything."""
    return next((n for n, p in known.items() if n.strip().lower() == name and p.values), None)


def _pair(names: Sequence[str]) -> tuple[str, str] | None:
    """Known names, or names that differ in `1` and `2` or in `a` and `b` alone."""
    lower = {name.lower(): name for name in names}
    for first, second in _PAIRS:
        if first in lower and second in lower:
            return lower[first], lower[second]
    for name in names:
        if re.fullmatch(r"column_\d+", name):
            continue  # made up, so it says nothing
        twins = (name.replace("1", "2"), re.sub(r"(?<![A-Za-z])a(?![A-Za-z])", "b", name))
        for twin in twins:
            if twin != name and twin in names:
                return name, twin
    return None


def guess_label(known: dict[str, Profile], text: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The label column, or the 0/1 columns of several labels, and why.

    Raises:
        NoGuess: if no column holds labels.
    """
    rest = [p for name, p in known.items() if name not in text]
    if (said := _named(known, "label")) and said not in text and not known[said].column.is_list:
        return (said,), f"by its name; {_count(known[said])}"
    lists = [p for p in rest if p.column.is_list and len(p.distinct) >= 2]
    named = [
        p for p in rest if p.has_label_name and len(p.distinct) >= 2 and p.filled >= _LEAST_FILLED
    ]
    named.sort(key=lambda p: p.name.strip().lower() not in _LABEL_NAMES)
    flags = [p for p in rest if p.is_flag]
    if lists:
        return ((named or lists)[0].name,), "it holds lists of labels"
    if named:
        return (named[0].name,), f"by its name; {_count(named[0])}"
    if len(flags) > 1:
        return tuple(p.name for p in flags), f"{len(flags)} columns of yes and no"
    others = (_GROUP_NAMES, _PLACES)
    few = [p for p in rest if p.could_be_label and not any(k.fullmatch(p.name) for k in others)]
    few = [p for p in few if not p.is_date_or_id or len(p.distinct) == 2]
    few = [p for p in few if p.filled > 0.9] or few
    if not few:
        raise NoGuess("no column looks like a label: few values that come again and again")
    best = min(few, key=lambda p: len(p.distinct))
    alike = [f"`{p.name}`" for p in few if p is not best and p.distinct == best.distinct]
    also = f"; {', '.join(alike)} would do as well" if alike else ""
    return (best.name,), f"the fewest values: {_count(best)}{also}"


def _count(profile: Profile) -> str:
    return f"{len(profile.distinct):,} different values"


def guess_separator(profile: Profile) -> str | None:
    """What stands between the names of several labels, if the column holds several."""
    if profile.column.is_list or number_with_comma(profile.distinct):
        return None
    sign = joining_sign(profile.distinct)
    several = sum(sign in value for value in profile.values) if sign else 0
    return sign if several > 0.02 * len(profile.values) else None


def guess_group(known: dict[str, Profile], used: Sequence[str]) -> str | None:
    """A column whose equal values belong together, such as a user or a conversation."""
    for name, profile in known.items():
        comes_again = 3 <= len(profile.distinct) < 0.9 * len(profile.values)
        if name not in used and _GROUP_NAMES.fullmatch(name) and comes_again:
            return name
    return None
