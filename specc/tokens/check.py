"""Findings about texts that the base's tokenizer loses, and names of its special tokens in them."""

from __future__ import annotations

import re

from specc.data import kernels as pc
from specc.data.facts import DataFacts
from specc.data.findings import Findings, plural, quoted, shown
from specc.data.rows import joined, spaced
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import tokens as rules
from specc.language.model import Pretrained
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.plan.tokenizer_file import TokenizerFile, find_tokenizer
from specc.tokens.losses import Losses, count_losses
from specc.yaml.source import Source

SAMPLE = 1000
"""Texts of a column that are looked at, evenly spaced over the training split."""

LETTERS = 500_000
"""Characters that are looked at in all: the beginnings of the texts, equally long."""

_NAMED = 5
_FEW, _MUCH, _MOST = 0.001, 0.01, 0.5


def check_tokenizer(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None
) -> tuple[Diagnostic, ...]:
    """What the tokenizer of the base loses of the training texts; it may contain errors."""
    if base is None or facts.hub or not isinstance(spec.model, Pretrained):
        return ()
    file = find_tokenizer(base, spec.model.revision)
    if file is None:
        return ()
    findings = Findings(source)
    if spec.data.unknown_characters == "report":
        _check_losses(spec, facts, file, findings)
    if spec.data.special_tokens is None and file.special:
        _check_names(spec, facts, file, findings)
    return tuple(findings.diagnostics)


def _check_losses(spec: Spec, facts: DataFacts, file: TokenizerFile, findings: Findings) -> None:
    task, table = spec.task, facts.splits["train"].table
    written = set(task.texts) - set(task.inputs) or set(task.texts) if task.WRITES else set()
    some = spaced(table.select(list(task.texts)), -(-table.num_rows // SAMPLE))
    for name in task.texts:
        longest = LETTERS // max(1, some.num_rows)
        texts = pc.first_letters(joined(some[name]), longest).to_pylist()
        try:
            losses = count_losses(file, texts, name in written, spec.reads_special_tokens)
        except Exception:  # the library raises nothing narrower; the plan says what is wrong
            return
        sampled = len(texts) < table.num_rows
        if name in written:
            _report_unwritten(spec, name, losses, sampled, findings)
        else:
            _report_unread(spec, name, losses, sampled, findings)


def _report_unread(
    spec: Spec, name: str, losses: Losses, sampled: bool, findings: Findings
) -> None:
    if losses.share < _FEW and losses.share_of_texts < _MUCH:
        return
    most = losses.share > _MOST
    accept = "write `unknown_characters: accept` in `data`"
    findings.add(
        rules.UNKNOWN_CHARACTERS,
        f"the tokenizer of the base does not know {losses.share:.1%} of the characters in "
        f"`{name}`: {losses.share_of_texts:.0%} of the texts lose some",
        *spec.task.place_of(name),
        help="choose a base that was pretrained on such texts"
        + (f", or {accept} to train all the same" if most else f"; if it is meant, {accept}"),
        notes=_notes(losses, sampled),
        severity="error" if most else "warning",
    )


def _report_unwritten(
    spec: Spec, name: str, losses: Losses, sampled: bool, findings: Findings
) -> None:
    counts = {
        f"lose characters such as {quoted(losses.examples)}": losses.losing,
        "lose line breaks": losses.breaks,
        "lose indentation or repeated spaces": losses.spaces,
    }
    if max(counts.values()) < max(1, _MUCH * losses.texts):
        return
    what = ", ".join(f"{number:,} {how}" for how, number in counts.items() if number)
    most = losses.share > _MOST
    findings.add(
        rules.UNWRITABLE_CHARACTERS,
        f"the tokenizer of the base cannot write all of `{name}`: of {losses.texts:,} texts, "
        f"{what}",
        *spec.task.place_of(name),
        help="choose a base with a byte-level tokenizer, such as that of BART or GPT-2, which "
        "writes every text; if the loss is meant, write `unknown_characters: accept` in `data`",
        notes=_sample_note(losses, sampled),
        severity="error" if most else "warning",
    )


def _notes(losses: Losses, sampled: bool) -> list[str]:
    return [f"unknown are {quoted(losses.examples)}", *_sample_note(losses, sampled)]


def _sample_note(losses: Losses, sampled: bool) -> list[str]:
    return [f"counted in a sample of {losses.texts:,} training texts"] if sampled else []


def _check_names(spec: Spec, facts: DataFacts, file: TokenizerFile, findings: Findings) -> None:
    """Special tokens whose names stand in the texts."""
    table = facts.splits["train"].table
    pattern = "|".join(re.escape(name) for name in sorted(file.special, key=len, reverse=True))
    found: dict[str, int] = {}
    place = example = None
    for column in spec.task.texts:
        for chunk in joined(table[column]).iterchunks():
            if not pc.count_true(mask := pc.matches(chunk, pattern)):
                continue
            for text in pc.filter_rows(chunk, mask).to_pylist():
                for match in re.finditer(pattern, text):
                    found[match[0]] = found.get(match[0], 0) + 1
                    place, example = place or column, example or _around(text, match)
    if place is None or example is None:
        return
    names = ", ".join(f"{shown(name)} {plural(n, 'time')}" for name, n in [*found.items()][:_NAMED])
    findings.add(
        rules.SPECIAL_TOKENS_IN_TEXT,
        f"the texts hold names of special tokens of the base ({names}), which are read as "
        + ("these tokens" if spec.reads_special_tokens else "letters"),
        *spec.task.place_of(place),
        help="write `special_tokens: read` in `data` if they stand for the tokens, or "
        "`special_tokens: letters` if they are text",
        notes=[f"first in {shown(example)}"],
        severity="warning",
    )


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 10) : match.end() + 10]
