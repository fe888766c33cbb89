"""`data.max_length`: how many tokens of a text a model reads."""

from __future__ import annotations

import math
from functools import partial

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.rules import plan as rules
from specc.language.spec import Spec
from specc.plan.base import Base, family_of
from specc.plan.ledger import Ledger
from specc.plan.lengths import (
    HEADROOM,
    TokenLengths,
    UnusableTokenizer,
    broken_tokenizer,
    count_tokens,
    letters_per_token,
)
from specc.yaml.source import Source


def plan_max_length(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None, ledger: Ledger
) -> tuple[TokenLengths | None, int, list[Diagnostic]]:
    """Token lengths, `max_length`, and what is to be said about it."""
    limit = _position_limit(spec, base)
    found: list[Diagnostic] = []
    if over := over_positions(spec, source, base):
        raise SpecError(tuple(over))
    lengths = None
    if not facts.hub:
        lengths = _count(spec, source, facts, base)
    said = None if spec.data.max_length == "auto" else spec.data.max_length
    auto, reason = _auto_length(lengths, limit, spec.task.UNIT, spec.task.WINDOW)
    shared = ""
    if lengths:
        share = lengths.share_over(said or auto)
        measured = "" if lengths.exact else " (estimated from characters)"
        windows = ", and read in several windows" if spec.task.WINDOW and share else ""
        shared = f"; {share:.1%} of the training {spec.task.UNIT} are longer{windows}{measured}"
        if share > 0.1 and spec.task.WINDOW is None:
            found.append(_truncates(spec, source, said or auto, limit, lengths))
    max_length = ledger.choose(
        "data.max_length", said, auto, f"tokens{shared}", f"{reason}{shared}"
    )
    return lengths, int(max_length), found


def over_positions(spec: Spec, source: Source, base: Base | None) -> list[Diagnostic]:
    """SP407: more tokens of a text are asked for than the model has positions for."""
    limit, said = _position_limit(spec, base), spec.data.max_length
    if said == "auto" or not limit or said <= limit:
        return []
    return [
        Diagnostic(
            rules.TOO_LONG,
            f"`max_length: {said}` is more than the {limit} tokens that the model has positions "
            "for",
            source.file,
            source.span("data", "max_length"),
            f"write `max_length: {limit}` or less",
        )
    ]


def _count(spec: Spec, source: Source, facts: DataFacts, base: Base | None) -> TokenLengths:
    tokenizer = base.tokenizer if base else None
    letters = letters_per_token(spec.model)
    try:
        family = base.family.name if base and base.family else None
        as_read = partial(spec.task.as_read, family=family)
        return count_tokens(facts, spec.task.inputs, tokenizer, letters, as_read)
    except UnusableTokenizer as error:
        raise broken_tokenizer(spec, source, error) from None


def _position_limit(spec: Spec, base: Base | None) -> int | None:
    family = family_of(spec, base)
    if base is not None or family is None:
        return base.max_positions if base else None
    return getattr(spec.model, "max_positions", None) if "max_positions" in family.sizes else None


def _auto_length(
    lengths: TokenLengths | None, limit: int | None, unit: str, window: int | None = None
) -> tuple[int, str]:
    """The 99.5 % quantile, rounded up to a multiple of 8; padding makes short texts no dearer.

    Where long texts are read in windows, at most the usual `window`.
    """
    most = min(limit or 512, window or 512)
    if lengths is None:
        return most, "what the model reads: the data is on the hub, so its lengths are not known"
    wanted = (
        lengths.longest
        if lengths.longest <= 1.5 * lengths.quantile(0.995)
        else (lengths.quantile(0.995))
    )
    room = 1 if lengths.exact or window else HEADROOM
    rounded = max(32 if window else 16, 8 * math.ceil(room * wanted / 8))
    if rounded > most and window:
        return most, f"tokens of a window; the longest has {lengths.longest}"
    if rounded > most:
        return most, f"tokens; the longest has {lengths.longest}, and the limit is {most}"
    longest = (
        f"tokens; the longest of {len(lengths.tokens):,} training {unit} has {lengths.longest}"
    )
    if not lengths.exact:
        longest = (
            f"tokens; twice the estimate from characters: the longest has about {lengths.longest}"
        )
    return rounded, longest


def _truncates(
    spec: Spec, source: Source, length: int, limit: int | None, lengths: TokenLengths
) -> Diagnostic:
    wanted = lengths.enough
    if limit and wanted > limit:
        help_ = (
            f"the base has {limit} positions: choose one with {wanted}, cut the texts up, or "
            "choose the side to cut with `data.truncation`"
        )
    else:
        help_ = (
            f"write `max_length: {wanted}` in `data`, or choose the side to cut with "
            "`data.truncation`"
        )
    about = "" if lengths.exact else "about "
    return Diagnostic(
        rules.TRUNCATES_MUCH,
        f"{about}{lengths.share_over(length):.0%} of the training {spec.task.UNIT} have more than "
        f"{length} tokens and are truncated",
        source.file,
        source.span("data", "max_length"),
        help_,
        severity="warning",
    )
