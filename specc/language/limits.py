"""Validation errors about values of the right type: range, choice, length and form."""

from __future__ import annotations

import re
from typing import get_args

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import shape as rules
from specc.hardware.catalogue import near
from specc.language.finding import Finding
from specc.language.values import as_number, empty, quoted_number
from specc.language.vocabulary import FOREIGN_WORDS, annotation_at, listed_words, nearest, words_at


def too_small(finding: Finding) -> Diagnostic:
    """A number below its limit."""
    if "ge" in finding.context:
        limit = finding.context["ge"]
        return finding.report(
            rules.NUMBER_OUT_OF_RANGE,
            f"{finding.subject} must be at least {limit:g}",
            f"write {finding.edit(f'{limit:g}')} or more",
        )
    limit = finding.context["gt"]
    return finding.report(
        rules.NUMBER_OUT_OF_RANGE,
        f"{finding.subject} must be above {limit:g}",
        f"write a number above {limit:g}",
    )


def too_large(finding: Finding) -> Diagnostic:
    """A number above its limit."""
    value, below = finding.value, "lt" in finding.context
    limit = finding.context["lt" if below else "le"]
    words = f"{'below' if below else 'at most'} {limit:.12g}"
    help = f"write a number below {limit:.12g}"
    if limit == 1 and 1 < value <= 100:
        help = f"it is a share: for {value:g} % write {finding.edit(f'{value / 100:g}')}"
    elif not below:
        help = f"write {finding.edit(f'{limit:.12g}')} or less"
    return finding.report(rules.NUMBER_OUT_OF_RANGE, f"{finding.subject} must be {words}", help)


def unknown_choice(finding: Finding) -> Diagnostic:
    """None of the words that a key takes."""
    value = finding.value
    if finding.kind == "union_tag_invalid" and isinstance(value, dict):
        inner = (*finding.path, "kind")
        deeper = Finding(
            finding.source, finding.lines, "literal_error", inner, {}, value.get("kind")
        )
        return _choice(deeper, words_at(finding.location), "")
    if value is None:
        return empty(finding)
    words = words_at(finding.location)
    mixed = finding.location[-1] == "word" and finding.path[-1:] != ("word",)
    others = {
        "stop_words": "a list",
        "class_weights": "a mapping",
        "gradient_checkpointing": "true, false",
    }
    other = f"{others.get(finding.key, 'a number')} or " if mixed else ""
    if (mixed or words == ("1",)) and (number := as_number(str(value))) is not None:
        if isinstance(value, str):
            return quoted_number(finding, number)
        if finding.path == ("spec",) and number > 1:
            return finding.report(
                rules.NEWER_LANGUAGE,
                f"{finding.subject} is newer than version 1, the latest that this specc reads",
                "install a newer specc, or write `spec: 1`",
            )
    return _choice(finding, words, other)


def _choice(finding: Finding, words: tuple[str, ...], other: str) -> Diagnostic:
    if len(words) == 1:
        message = f"{finding.subject} must be {other}`{words[0]}`"
        return finding.report(rules.UNKNOWN_CHOICE, message, f"write {finding.edit(words[0])}")
    near = None
    if isinstance(finding.value, str):
        foreign = FOREIGN_WORDS.get(finding.value.lower())
        near = foreign if foreign in words else nearest(finding.value, words)
    allowed = f"one of {listed_words(words, 'or')}"
    message = f"{finding.subject} must be {other}{allowed}"
    help = f"did you mean `{near}`?" if near else f"write {finding.edit(words[0])}, for example"
    return finding.report(rules.UNKNOWN_CHOICE, message, help)


def unknown_gpu(finding: Finding) -> Diagnostic:
    """A name that the catalogue does not have, or, as a shorthand, maybe a device."""
    value = str(finding.value)
    is_short = finding.path == ("hardware",)
    devices = words_at(("hardware", "device"))
    device = FOREIGN_WORDS.get(value.lower()) or nearest(value, devices) if is_short else None
    what = "is neither a device nor a GPU" if is_short else "is no GPU"
    message = f"{finding.subject} {what} that specc knows"
    if device in devices:
        return finding.report(rules.UNKNOWN_GPU, message, f"did you mean `{device}`?")
    close = near(value)
    meant = f"did you mean {listed_words(close, 'or')}? If not, " if close else ""
    written = "`hardware: {device: cuda, memory: 24GiB}`" if is_short else "`device: cuda`"
    other = f"write {written} instead" + ("" if is_short else ", and `memory: 24GiB` for example")
    return finding.report(rules.UNKNOWN_GPU, message, meant + other)


def wrong_length(finding: Finding) -> Diagnostic:
    """A text or list with too few or too many items."""
    value, context = finding.value, finding.context
    if finding.kind == "missing":
        needed = len(get_args(annotation_at(finding.location[:-1])))
        message = f"{finding.subject} must have {needed} entries"
        return finding.report(rules.WRONG_LENGTH, message, "add entries, or delete the key")
    least, most = context.get("min_length"), context.get("max_length")
    if isinstance(value, str):
        if most is None:
            return finding.report(
                rules.WRONG_LENGTH, f"{finding.subject} is an empty text", "write a text"
            )
        message = f"`{finding.key}` has {len(value)} characters, and may have {most}"
        return finding.report(rules.WRONG_LENGTH, message, "shorten it")
    number = len(value) if isinstance(value, list | dict | tuple) else context["actual_length"]
    noun = "entry" if number == 1 else "entries"
    limit = f"needs at least {least}" if most is None else f"may have at most {most}"
    help = "add entries, or delete the key" if most is None else "delete entries"
    return finding.report(
        rules.WRONG_LENGTH, f"`{finding.key}` has {number or 'no'} {noun}, and {limit}", help
    )


def wrong_form(finding: Finding) -> Diagnostic:
    """A text that a validator of ours refuses; its words are meant for the user."""
    reason, _, help = str(finding.context["error"]).partition("; ")
    return finding.report(rules.WRONG_FORM, f"{finding.subject} {reason}", help or None)


def wrong_pattern(finding: Finding) -> Diagnostic:
    """A text that does not match; `name` is the only one that the language has."""
    kebab = re.sub(r"[^a-z0-9]+", "-", str(finding.value).lower()).strip("-")
    return finding.report(
        rules.WRONG_FORM,
        f"{finding.subject} must be lower-case words joined by single hyphens",
        f"write {finding.edit(kebab or 'my-experiment')}",
    )
