"""What a plain YAML scalar means: the core schema of YAML 1.2."""

from __future__ import annotations

import re

LONGEST_INTEGER = 300
"""Digits; Python itself refuses to read more than 4300."""

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"[-+]?\.(inf|Inf|INF)")
_NOT_A_NUMBER = frozenset({".nan", ".NaN", ".NAN"})

Scalar = str | int | float | bool | None


class TooLong(ValueError):
    """An integer of more digits than `LONGEST_INTEGER`."""


def resolve(text: str) -> Scalar:
    """The value of a scalar that stands without quotes.

    Why not PyYAML's resolver: it follows YAML 1.1, where `2e-5` is a text, `no` is false, `1_000`
    is a number and `2024-01-01` a date.

    Raises:
        TooLong: if it is an integer that no setting can need.
    """
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if text[0] not in "+-.0123456789":
        return text
    return _number(text)


def _number(text: str) -> Scalar:
    for pattern, base in ((_INTEGER, 10), (_OCTAL, 8), (_HEXADECIMAL, 16)):
        if pattern.fullmatch(text):
            if len(text) > LONGEST_INTEGER:
                raise TooLong
            return int(text, base) if base == 10 else int(text[2:], base)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITY.fullmatch(text):
        return float(text.replace(".", ""))
    return float("nan") if text in _NOT_A_NUMBER else text
