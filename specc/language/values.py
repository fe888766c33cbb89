"""Validation errors about a value → diagnostics: a wrong type."""

from __future__ import annotations

import math

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import shape as rules
from specc.language.base import MEANT_FALSE, MEANT_TRUE
from specc.language.finding import Finding, section_name
from specc.language.vocabulary import (
    FEW,
    example_of,
    listed_words,
    variants_at,
    words_at,
)
from specc.yaml.scalars import TooLong, resolve

SHORTHANDS = {
    "model": "a model's name",
    "data": "a file or a list of files",
    "learning_rate": "a number",
    "early_stopping": "a number of evaluations",
    "optimizer": "a word such as `adamw`",
    "schedule": "a word such as `linear`",
    "hardware": "a device such as `cpu`, a GPU such as `t4`",
}
"""What may stand in place of a mapping."""

_UNITS = {
    "time_limit": ("h", "hours, or use s, min or d"),
    "timeout": ("min", "minutes, or use s, h or d"),
    "memory": ("GiB", "units of 2**30 bytes, or use GB for 10**9"),
}
"""The likely unit of a number that stands without one, and what others there are."""


def as_number(text: str) -> int | float | None:
    """The number that a text was meant to be, if any: "3", "1_000", "10 %"."""
    bare = text.strip().replace("_", "").replace(",", "")
    share = bare.endswith("%")
    try:
        value = resolve(bare.removesuffix("%").strip())
    except TooLong:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value / 100 if share else value


def empty(finding: Finding) -> Diagnostic:
    span = finding.place.key or finding.place.value
    help = f"give it a value, or delete `{finding.key}` to get its default"
    if example := example_of(finding.key):
        help = f"write `{example}`"
    return finding.report(
        rules.EMPTY_VALUE, f"{section_name(finding.path)} has no value", help, span=span
    )


def _or_word(finding: Finding) -> str:
    """`" or `auto`"`, where the key takes a word as well as a number."""
    tag = finding.location[-1] if finding.location else ""
    words = words_at(finding.location[:-1]) if tag in ("number", "list", "switch") else ()
    return f" or {listed_words(words, 'or')}" if words else ""


def quoted_number(finding: Finding, number: int | float) -> Diagnostic:
    text = str(finding.value).strip()
    written = text if resolve(text) == number else repr(number)
    if finding.kind.startswith("int") and isinstance(number, float):
        written = _whole(number)
    if resolve(str(finding.value)) == finding.value and not finding.written.startswith(('"', "'")):
        return finding.report(
            rules.WRONG_TYPE,
            f"{finding.subject} is a text, not a number",
            f"write {finding.edit(written)}",
        )
    return finding.report(
        rules.QUOTED_NUMBER,
        f"{finding.subject} is a text because of its quotes, and must be a number",
        f"drop the quotes: {finding.edit(written)}",
    )


def _whole(number: float) -> str:
    """The nearest whole number, as a person would write it."""
    return str(max(round(number), 1)) if abs(number) < 1e15 else "1000"


def not_a_number(finding: Finding) -> Diagnostic:
    """A value where a number, maybe a whole one, is meant."""
    value, whole = finding.value, finding.kind.startswith("int")
    if value is None:
        return empty(finding)
    if isinstance(value, str) and (number := as_number(value)) is not None:
        return quoted_number(finding, number)
    if isinstance(value, float) and not math.isfinite(value):
        return not_finite(finding)
    kind = ("a whole number" if whole else "a number") + _or_word(finding)
    help = f"write a number, without unit or quotes, in place of `{finding.written}`"
    if isinstance(value, float):
        help = f"write {finding.edit(_whole(value))}"
    elif isinstance(value, dict | list):
        help = f"write {kind} in place of the {'mapping' if isinstance(value, dict) else 'list'}"
    return finding.report(rules.WRONG_TYPE, f"{finding.subject} must be {kind}", help)


def not_text(finding: Finding) -> Diagnostic:
    """A value where a text is meant."""
    if finding.value is None:
        return empty(finding)
    if isinstance(finding.value, dict | list):
        kind = "a mapping" if isinstance(finding.value, dict) else "a list"
        help = "write a single text"
        return finding.report(
            rules.WRONG_TYPE, f"`{finding.key}` must be a text, and is {kind}", help
        )
    if finding.key in _UNITS and isinstance(finding.value, int | float):
        unit, others = _UNITS[finding.key]
        return finding.report(
            rules.WRONG_TYPE,
            f"{finding.subject} has no unit",
            f"write {finding.edit(finding.written + unit)} for {others}",
        )
    quoted = '"' + finding.written + '"'
    help = f"if it is the text that is meant, put it in quotes: {finding.edit(quoted)}"
    kind = "true or false" if isinstance(finding.value, bool) else "a number"
    return finding.report(
        rules.WRONG_TYPE, f"{finding.subject} must be a text, and is read as {kind}", help
    )


def not_bool(finding: Finding) -> Diagnostic:
    """A value where true or false is meant."""
    if finding.value is None:
        return empty(finding)
    word = str(finding.value).lower()
    meant = "true" if word in MEANT_TRUE else "false" if word in MEANT_FALSE else None
    help = f"write {finding.edit(meant)}" if meant else "write true or false, without quotes"
    word = _or_word(finding)
    kind = f"true, false{word}" if word else "true or false"
    return finding.report(rules.WRONG_TYPE, f"{finding.subject} must be {kind}", help)


def not_a_list(finding: Finding) -> Diagnostic:
    """A value where a list is meant."""
    if finding.value is None:
        return empty(finding)
    return finding.report(
        rules.WRONG_TYPE,
        f"{finding.subject} must be a list{_or_word(finding)}",
        f"put it in brackets: {finding.edit('[…]')}",
    )


def not_a_mapping(finding: Finding) -> Diagnostic:
    """A value where a section is meant."""
    value = finding.value
    if value is None:
        return empty(finding)
    shorthand = SHORTHANDS.get(finding.key) if finding.path[-1:] == (finding.key,) else None
    numeric = shorthand and shorthand.startswith("a number")
    if numeric and isinstance(value, str) and (number := as_number(value)) is not None:
        return quoted_number(finding, number)
    kind = f"{shorthand}, or a mapping" if shorthand else "a mapping"
    return finding.report(
        rules.NOT_A_MAPPING,
        f"{finding.subject} must be {kind}{_or_word(finding)}",
        _keys_of(finding),
    )


def _keys_of(finding: Finding) -> str:
    """What may stand in the mapping that is wanted."""
    variants = variants_at(finding.location)
    if any(v.chosen_by_kind for v in variants) and finding.key != "task":
        return f"the kinds are {listed_words(words_at(finding.location))}"
    keys = tuple(dict.fromkeys(k for v in variants for k in v.fields()))
    if 0 < len(keys) <= FEW:
        return f"its keys are {listed_words(keys)}"
    example = keys[0] if keys else "name"
    return f"write its keys below it, indented, such as `{example}: …`"


def not_finite(finding: Finding) -> Diagnostic:
    """Infinity or not-a-number."""
    return finding.report(
        rules.NOT_FINITE, f"{finding.subject} must be a finite number", "write a finite number"
    )
