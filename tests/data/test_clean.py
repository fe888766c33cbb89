"""Each step, their order, and that the fast way gives what the slow one gives."""

from __future__ import annotations

import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.data.clean import SlowPatternError, clean_column, clean_text
from specc.data.stop_words import ENGLISH
from specc.language.data import Clean
from specc.language.regex import is_catastrophic

STEPS: list[tuple[dict[str, object], str, str]] = [
    ({}, "  a\t b \n", "a b"),
    ({"whitespace": False}, "  a\t b ", "  a\t b "),
    ({"strip_html": True}, "<p>one<br/>two</p> &amp; &lt;3", "one two & <3"),
    (
        {"strip_html": True},
        "I <3 it, 2 < 5 and 7 > 3, x<y and y>z",
        "I <3 it, 2 < 5 and 7 > 3, x<y and y>z",
    ),
    (
        {"strip_html": True},
        "<jo@example.org> at <http://a.b/?x=1&copy=2>",
        "<jo@example.org> at <http://a.b/?x=1&copy=2>",
    ),
    ({"strip_html": True}, "a<!-- b > c -->d<script type='x'>if (a<b) {}</script>e", "a d e"),
    ({"strip_html": True}, "<a href='x>y' title=\"<b>\" hidden>link</a >end<br />", "link end"),
    ({"strip_html": True}, "<!DOCTYPE html><p class=big>x</p", "x</p"),
    ({"unicode": "nfc"}, "e\u0301", "\u00e9"),
    ({"unicode": "nfkc"}, "\uff21\u2460", "A1"),
    ({"unicode": "nfc"}, "\u2460", "\u2460"),
    ({"lower_case": True}, "ÀB ß", "àb ß"),
    ({"replace": [{"pattern": r"\d+", "by": "#"}, {"pattern": "#", "by": "N"}]}, "a 12", "a N"),
    ({"replace": [{"pattern": r"(\w)-(\w)", "by": r"\2-\1"}]}, "a-b", "b-a"),
    ({"stop_words": ["the", "Don't"]}, "The cat don't; other THE", "cat ; other"),
    ({"stop_words": "english"}, "It's a cat and not the dog", "cat not dog"),
    ({"strip_html": True, "lower_case": True}, "&Auml;", "ä"),
    ({"lower_case": True, "replace": [{"pattern": "A", "by": "x"}]}, "Aa", "aa"),
    ({"replace": [{"pattern": "zz", "by": "the"}], "stop_words": ["the"]}, "zz cat", "cat"),
    ({"unicode": "nfkc", "lower_case": True, "stop_words": ["a"]}, "Ａ b", "b"),
]


@pytest.mark.parametrize(("settings", "text", "cleaned"), STEPS)
def test_steps_in_order(settings: dict[str, object], text: str, cleaned: str) -> None:
    assert clean_text(text, Clean.model_validate(settings)) == cleaned


def test_stop_words_are_words() -> None:
    assert len(set(ENGLISH)) == len(ENGLISH) == 139
    assert not {"not", "no", "nor"} & set(ENGLISH)


def test_every_white_space_of_unicode_is_found() -> None:
    spaces = [chr(i) for i in range(sys.maxunicode + 1) if chr(i).isspace()]
    assert len(spaces) == 29
    texts = [f"a{space}{space}b" for space in spaces] + [f"a{space}b" for space in spaces]
    cleaned = clean_column(pa.chunked_array([texts]), Clean())
    assert cleaned.to_pylist() == ["a b"] * len(texts)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_column_agrees_with_text(texts: list[str]) -> None:
    column = pa.chunked_array([pa.array(texts, pa.string())])
    for clean in (Clean(), Clean(lower_case=True), Clean(whitespace=False)):
        expected = [clean_text(text, clean) for text in texts]
        assert clean_column(column, clean).to_pylist() == expected


SLOW = r"(.*),(.*),(.*),(.*)[;:]"
LONG = "7," * 1500


@pytest.mark.parametrize("is_list", [False, True])
def test_a_pattern_that_takes_too_long_ends_with_the_text(is_list: bool) -> None:
    clean = Clean.model_validate({"lower_case": True, "replace": [{"pattern": SLOW, "by": ""}]})
    texts = ["a, b; c", LONG + "A", LONG]
    column = pa.chunked_array([[texts] if is_list else texts])
    with pytest.raises(SlowPatternError) as error:
        clean_column(column, clean)
    assert (error.value.pattern, error.value.text) == (SLOW, LONG + "A")


CLEANERS = {
    r"https?://\S+": ("see http://a.b/c?d now", "see  now"),
    r"[\w.+-]+@[\w-]+\.[\w.-]+": ("write to a.b@c.de.", "write to "),
    r"<[^>]+>": ("a<br/>b", "ab"),
    r"([!?.])\1+": ("what???", "what"),
    r"(?i)re: ?": ("RE: re:x", "x"),
    r"(?<=\d),(?=\d)": ("1,000,000", "1000000"),
    r"[^\x00-\x7F]+": ("añb", "ab"),
    r"(?m)^>.*$": ("> old\nnew", "\nnew"),
    r"\b\d{1,2}/\d{1,2}/\d{2,4}\b": ("on 1/12/2026", "on "),
    r"@\w+|#(\w+)": ("@a #b c", "  c"),
    r"[\U0001F600-\U0001F64F]": ("hi \U0001f600", "hi "),
    r"\s{2,}": ("a  b", "ab"),
}
"""Patterns that people clean texts with, and what they must do."""


@pytest.mark.parametrize("pattern", CLEANERS)
def test_usual_patterns_are_taken(pattern: str) -> None:
    assert not is_catastrophic(pattern)
    text, expected = CLEANERS[pattern]
    clean = Clean.model_validate({"replace": [{"pattern": pattern}], "whitespace": False})
    assert clean_text(text, clean) == expected
