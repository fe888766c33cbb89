"""Tags of words: which scheme they are in, what contradicts it, and which entities they mark.

BIO begins each entity with B; IOB1 begins one with B only where it follows another of the same
type at once (Tjong Kim Sang and Veenstra, EACL 1999); IOBES also marks the end E and a single word
S, for which BILOU has L and U, BMES M for what is inside, and BMEWO W for a single word. `plain`
tags are classes of words and mark no entities.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specc.tasks.token_classification.language import Scheme

_TAG = re.compile(r"([BMIESLUW])-(.+)", re.DOTALL)
_LIKE = re.compile(r"[BMIESLUW][-_:|/.].+|.+[-_:|/.][BMIESLUW]", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9]+")
_LETTERS: dict[str, str] = {"bio": "BI", "iob1": "BI", "iobes": "BMIESLUW"}
_LAST = "ESLUW"


def bio_tags(types: Iterable[str]) -> tuple[str, ...]:
    """The outputs of a model for entities: `O`, then B and I of each type."""
    return ("O", *(f"{letter}-{name}" for name in types for letter in "BI"))


@dataclass(frozen=True)
class Found:
    """The tags of all sentences, counted: `begins` are I-tags that continue nothing.

    `joined` are B-tags right behind the same type, where IOB1 would write them and BIO too;
    `others` are B-tags elsewhere, which IOB1 never writes.
    """

    tags: Counter[str]
    begins: int
    joined: int
    others: int

    @property
    def prefixed(self) -> bool:
        """Whether the tags look like those of entities: a few misspelt ones do not hide it."""
        marks = {tag: number for tag, number in self.tags.items() if tag != "O"}
        like = sum(number for tag, number in marks.items() if _TAG.fullmatch(tag))
        return like > sum(marks.values()) / 2


def split_tag(tag: str) -> tuple[str, str]:
    """Letter and type: `B-PER` is B and PER; O and what is no tag have no type."""
    match = _TAG.fullmatch(tag)
    return (match[1], match[2]) if match else ("O", "")


def count_tags(sentences: Iterable[Sequence[str]]) -> Found:
    """Look at each tag and the one before it."""
    tags: Counter[str] = Counter()
    begins = joined = others = 0
    for sentence in sentences:
        tags.update(sentence)
        before = ""
        for tag in sentence:
            letter, name = split_tag(tag)
            begins += letter == "I" and name != before
            joined += letter == "B" and name == before
            others += letter == "B" and name != before
            before = name
    return Found(tags, begins, joined, others)


def find_scheme(found: Found) -> tuple[Scheme, str]:
    """What the tags look like, and why."""
    if not found.prefixed:
        return "plain", f"{len(found.tags)} different tags without B- and I-: classes of words"
    letters = {split_tag(tag)[0] for tag in found.tags if _TAG.fullmatch(tag)}
    if letters & {"M", *_LAST}:
        named = ", ".join(sorted(letters - {"O"}))
        return "iobes", f"the tags begin with {named}"
    if found.begins and not found.others:
        return "iob1", (
            f"{found.begins:,} entities begin with I, and B stands only behind another of its type"
        )
    return "bio", "each entity begins with B"


def to_bio(tags: Sequence[str], scheme: Scheme) -> list[str]:
    """The same entities in BIO, an entity that lacks its beginning repaired as scorers do."""
    if scheme == "plain":
        return list(tags)
    bio, before = [], ""
    for tag in tags:
        letter, name = split_tag(tag)
        begins = letter in "BSUW" or name != before
        bio.append(f"{'B' if begins else 'I'}-{name}" if name else "O")
        before = "" if letter in _LAST else name
    return bio


def breaks(tags: Sequence[str], scheme: Scheme) -> int:
    """How many tags contradict the scheme: an I that continues nothing, an entity without end."""
    if scheme not in ("bio", "iobes"):
        return 0
    wrong, before, is_open = 0, "", False
    for tag in tags:
        letter, name = split_tag(tag)
        follows = is_open and name == before
        goes_on = letter in "MIEL"
        wrong += goes_on and not follows
        # In IOBES an entity stays open until its E.
        wrong += scheme == "iobes" and is_open and not (goes_on and follows)
        before, is_open = name, letter in "BMI"
    return wrong + (scheme == "iobes" and is_open)


def bad_tags(tags: Iterable[str], scheme: Scheme) -> list[str]:
    """Tags that the scheme does not have."""
    if scheme == "plain":
        return [tag for tag in tags if not tag.strip()]
    letters = _LETTERS[scheme]
    return [tag for tag in tags if tag != "O" and split_tag(tag)[0] not in tuple(letters)]


def look_like_others(tags: Iterable[str]) -> str | None:
    """What tags that pass for classes of words may have been meant as: numbers, or entities."""
    seen = set(tags)
    if seen and all(map(_NUMBER.fullmatch, seen)):
        return "numbers"
    marks = seen - {"O", "o", "0"}
    like = sum(bool(_LIKE.fullmatch(tag)) for tag in marks)
    return "entities" if len(marks) < len(seen) and like > len(marks) / 2 else None


def types_of(tags: Iterable[str], scheme: Scheme) -> set[str]:
    """The entity types, or the classes of words."""
    return set(tags) if scheme == "plain" else {name for tag in tags if (name := split_tag(tag)[1])}
