"""Patterns that take for ever, and patterns that only look like it."""

from __future__ import annotations

import pytest

from specc.language.regex import is_catastrophic


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a+)+$", "(a*)*b", r"(\w+\s*)+$", r"(\d+,?)+x", "(a|a)*b", "(.*)*x"),
        *(r"([a-z]+.)+[A-Z]x", r"^(?:\s*\w+\s*)*$", r"(?i)(?:É+é*)+x", r"x(?=(a+)+b)"),
    ],
)
def test_endless(pattern: str) -> None:
    assert is_catastrophic(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"(\d+,)+", "([a-z]+ )*x", r"https?://\S+", r"\s+", "<[^>]+>", r"(-+\s)+"),
        *("(?>a+)+b", "(a++)+b", "(?:ab|cd)+", r"@\w+(\.\w+)*", r"(.|\n)*x", r"(.+)\1+"),
    ],
)
def test_quick(pattern: str) -> None:
    assert not is_catastrophic(pattern)
