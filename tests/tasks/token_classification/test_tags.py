"""Schemes are told apart, and converted to BIO without losing an entity: seqeval says which."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import BILOU, IOB1, IOB2, IOBES, Entities, Token

from specc.tasks.token_classification.language import Scheme
from specc.tasks.token_classification.tags import (
    bad_tags,
    bio_tags,
    breaks,
    count_tags,
    find_scheme,
    look_like_others,
    split_tag,
    to_bio,
    types_of,
)

Entity = tuple[int, int, str]
SCHEMES: dict[str, tuple[Scheme, type[Token]]] = {
    "bio": ("bio", IOB2),
    "iob1": ("iob1", IOB1),
    "iobes": ("iobes", IOBES),
    "bilou": ("iobes", BILOU),
}


@st.composite
def entities(draw: st.DrawFn) -> tuple[int, list[Entity]]:
    """Number of words, and entities that do not overlap: start, end (not inside) and type."""
    found: list[Entity] = []
    end = 0
    for _ in range(draw(st.integers(0, 6))):
        start = end + draw(st.integers(0, 2))
        end = start + draw(st.integers(1, 4))
        found.append((start, end, draw(st.sampled_from(["PER", "LOC", "a-b", "人"]))))
    return end + draw(st.integers(0, 2)), found


def written(length: int, found: Sequence[Entity], style: str) -> list[str]:
    """The tags of these entities in a scheme."""
    tags = ["O"] * length
    single, last = {"iobes": ("S", "E"), "bilou": ("U", "L")}.get(style, ("B", "I"))
    for start, end, kind in found:
        tags[start:end] = [f"I-{kind}"] * (end - start)
        follows = start and split_tag(tags[start - 1])[1] == kind
        if style != "iob1" or follows:
            tags[start] = f"B-{kind}"
        if end - start == 1 and style in ("iobes", "bilou"):
            tags[start] = f"{single}-{kind}"
        elif style in ("iobes", "bilou"):
            tags[end - 1] = f"{last}-{kind}"
    return tags


def by_seqeval(tags: Sequence[str], scheme: type[Token]) -> list[Entity]:
    found = Entities([list(tags)], scheme).entities[0]
    return [(entity.start, entity.end, entity.tag) for entity in found]


@pytest.mark.parametrize("style", SCHEMES)
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(made=entities())
def test_conversion_keeps_the_entities(style: str, made: tuple[int, list[Entity]]) -> None:
    scheme, theirs = SCHEMES[style]
    tags = written(*made, style)
    assert by_seqeval(tags, theirs) == made[1]
    assert by_seqeval(to_bio(tags, scheme), IOB2) == made[1]
    assert breaks(tags, scheme) == 0
    assert not bad_tags(tags, scheme)
    assert types_of(tags, scheme) == {kind for _, _, kind in made[1]}


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(["O", "B-a", "I-a", "B-b", "I-b"]), max_size=12))
def test_broken_bio_is_repaired_as_the_scorer_reads_it(tags: list[str]) -> None:
    repaired = to_bio(tags, "bio")
    assert get_entities(repaired) == get_entities(tags)
    assert breaks(repaired, "bio") == 0
    assert (repaired != tags) == (breaks(tags, "bio") > 0)
    assert to_bio(tags, "iob1") == repaired


LETTERS = [f"{letter}-{kind}" for letter in "BIES" for kind in "ab"]


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(["O", *LETTERS]), max_size=12))
def test_broken_iobes_is_counted_and_becomes_legal_bio(tags: list[str]) -> None:
    strict = by_seqeval(tags, IOBES)
    marked = sum(1 for tag in tags if tag != "O")
    inside = sum(end - start for start, end, _ in strict)
    assert (breaks(tags, "iobes") == 0) == (marked == inside)
    repaired = to_bio(tags, "iobes")
    assert breaks(repaired, "bio") == 0
    assert [tag == "O" for tag in repaired] == [tag == "O" for tag in tags]


@pytest.mark.parametrize(
    ("sentences", "scheme"),
    [
        (["O B-a I-a O", "B-b O"], "bio"),
        (["B-a O", "O B-a"], "bio"),
        (["I-a I-a O", "I-a B-a O"], "iob1"),
        (["I-a O I-b"], "iob1"),
        (["I-a O", "B-a O B-a"], "bio"),
        (["S-a O B-a E-a"], "iobes"),
        (["U-a O B-a I-a L-a"], "iobes"),
        (["B-a M-a E-a O"], "iobes"),
        (["NN VB NN", "DT NN"], "plain"),
        (["O O"], "plain"),
        (["O B-a I-a", "O BPER O", "B-a O"], "bio"),
        (["O B-a-b I-a-b"], "bio"),
    ],
)
def test_scheme_is_found(sentences: list[str], scheme: str) -> None:
    assert find_scheme(count_tags([line.split() for line in sentences]))[0] == scheme


def test_bmes_is_iobes_of_other_letters() -> None:
    tags = ["B-a", "M-a", "E-a", "S-b", "O"]
    assert to_bio(tags, "iobes") == ["B-a", "I-a", "I-a", "B-b", "O"]
    assert (breaks(tags, "iobes"), bad_tags(tags, "iobes")) == (0, [])


def test_tags_that_the_scheme_has_not() -> None:
    tags = ["O", "B-a", "S-a", "BPER", "B-", "o", "-a", "", "PER"]
    assert bad_tags(tags, "bio") == ["S-a", "BPER", "B-", "o", "-a", "", "PER"]
    assert bad_tags(tags, "iobes") == ["BPER", "B-", "o", "-a", "", "PER"]
    assert bad_tags(["NN", " ", ""], "plain") == [" ", ""]


@pytest.mark.parametrize(
    ("tags", "meant"),
    [
        ("0 1 2", "numbers"),
        ("0 -100", "numbers"),
        ("O b-per i-per", "entities"),
        ("O B_PER I_PER", "entities"),
        ("O PER-B PER-I", "entities"),
        ("NN B-x VB", None),
        ("A-B C-D", None),
        ("O PER LOC", None),
    ],
)
def test_classes_that_were_meant_otherwise(tags: str, meant: str | None) -> None:
    assert look_like_others(tags.split()) == meant


def test_what_is_counted_of_a_sequence() -> None:
    found = count_tags([["B-a", "B-a", "I-a", "O", "I-b", "B-a"]])
    assert (found.begins, found.joined, found.others) == (1, 1, 2)
    assert breaks(["O", "I-a", "I-b", "B-a", "I-a"], "bio") == 2
    assert breaks(["B-a", "O", "I-a", "E-a", "S-a"], "iobes") == 2


def test_plain_tags_stay_and_entities_have_two_outputs_each() -> None:
    rng = random.Random(0)
    tags = [rng.choice("xyz") for _ in range(20)]
    assert to_bio(tags, "plain") == tags
    assert bio_tags(["a", "b"]) == ("O", "B-a", "I-a", "B-b", "I-b")
