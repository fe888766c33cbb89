"""What the pairs hold: scripts, lengths of targets, pairs that look odd."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal, cast

from specc.data.facts import DataFacts

Script = Literal["english", "words", "chinese", "characters"]

LOOKED_AT = 5000
"""Rows of a split that are looked at, evenly spread."""

_LETTER = re.compile(r"[^\W\d_]")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SENTENCE_END = re.compile(r"[.!?。！？](?=\s|$|[\u3000-\u9fff])")


@dataclass(frozen=True)
class TextFacts:
    """What was counted of the training pairs; None where the rows are on the hub.

    `script` is that of the targets: `english` has no letters but a to z, `words` are set apart by
    spaces, `chinese` and `characters` are not. Medians are of the targets.
    """

    script: Script
    script_reason: str
    median_words: int
    median_sentences: int

    def describe(self) -> str:
        unit = "words" if self.script in ("english", "words") else "characters"
        return f"targets of some {self.median_words} {unit}"

    def payload(self) -> dict[str, Any]:
        return {}


def facts_of(facts: DataFacts) -> TextFacts:
    """What was counted of the targets."""
    return cast(TextFacts, facts.task)


def find_script(targets: Sequence[str]) -> tuple[Script, str]:
    """How words are told apart in the targets, and why that is thought."""
    text = " ".join(targets)
    letters = len(_LETTER.findall(text)) or 1
    unspaced, han = len(_UNSPACED.findall(text)), len(_HAN.findall(text))
    if unspaced > letters / 2:
        if han > 0.9 * unspaced:
            return "chinese", f"{han / letters:.0%} of the letters of the targets are Chinese"
        return "characters", f"{unspaced / letters:.0%} of the letters have no spaces between words"
    foreign = sum(1 for letter in _LETTER.findall(text) if not letter.isascii())
    if foreign:
        return "words", f"{foreign / letters:.1%} of the letters are other than a to z"
    return "english", "all letters of the targets are a to z"


def count_words(text: str, script: Script) -> int:
    """Words, or characters where words are not set apart."""
    if script in ("english", "words"):
        return len(text.split())
    return sum(not character.isspace() for character in text)


def text_facts(targets: Sequence[str]) -> TextFacts:
    """The facts of some training targets."""
    script, reason = find_script(targets)
    words = round(median(count_words(text, script) for text in targets))
    sentences = round(median(max(1, len(_SENTENCE_END.findall(text))) for text in targets))
    return TextFacts(script, reason, max(1, words), sentences)


def unseen_facts(target_language: str | None) -> TextFacts:
    """What can be said of targets on the hub."""
    code = (target_language or "").lower().replace("_", "-").partition("-")[0]
    named: dict[str, Script] = {"zh": "chinese", "chinese": "chinese", "zho": "chinese"}
    named |= dict.fromkeys(("ja", "japanese", "th", "thai", "lo", "km", "my"), "characters")
    script = named.get(code, "words")
    return TextFacts(script, "the rows are on the hub and are not read here", 30, 1)
