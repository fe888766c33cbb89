"""Spec and data facts to Plan: every open question is answered here, with its reason."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.rules import plan as rules
from specc.plan import choices
from specc.plan.architectures import FAMILIES, Family
from specc.plan.base import Base
from specc.plan.freezing import freezes_encoder, frozen_patterns
from specc.plan.hardware import plan_hardware
from specc.plan.kernels import plan_kernels
from specc.plan.ledger import Ledger
from specc.plan.lengths import (
    TokenLengths,
    UnusableTokenizer,
    broken_tokenizer,
    count_tokens,
    letters_per_token,
)
from specc.plan.packing import Packing, plan_packing
from specc.plan.plan import Plan
from specc.source.source import Source
from specc.spec.checks_training import due_too_late
from specc.spec.data import SplitName
from specc.spec.ground import Ground
from specc.spec.spec import Spec
from specc.tasks.packed import Packed
from specc.tasks.room import plan_side

COPY_LIMIT_BYTES = 20_000_000
"""`data.copy: auto` copies local files into the project up to this size in all."""


def make_plan(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None
) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """Resolves everything; the second value holds warnings.

    Raises:
        SpecError: SP253, SP254, SP405 to SP409 and SP412, all that apply.
    """
    ledger, found = Ledger(), list[Diagnostic]()
    family = _family(spec, base)
    num_layers = base.layers if base else getattr(spec.model, "layers", None)
    found += choices.check_architecture(spec, source, family, num_layers)
    found += choices.check_validation(spec, source, facts)
    task = plan_side(spec.task.kind)
    metrics, best = task.plan_metrics(spec, facts, ledger)
    if any(item.severity == "error" for item in found):
        raise SpecError(tuple(found))

    name = ledger.choose(
        "name", spec.name, choices.name_of(source.path), "the spec's", "the spec file's name"
    )
    splits, final = _splits(spec, facts)
    rows = {split: facts.splits[split].rows for split in splits} if not facts.hub else None
    choices.record_splits(spec, facts, splits, ledger)
    packing: Packing | None = None
    lengths: TokenLengths | None = None
    typical: int | None
    if isinstance(spec.task, Packed):
        packing, length_findings = plan_packing(spec, spec.task, source, facts, base, ledger)
        rows, max_length, typical = None, packing.block_size, packing.block_size
    else:
        lengths, max_length, length_findings = _lengths(spec, source, facts, base, ledger)
        typical = min(lengths.quantile(0.5), max_length) if lengths else None
    found += length_findings
    frozen = frozen_patterns(spec.model, family, ledger)
    caches = spec.task.NETWORK.pools and freezes_encoder(spec.model) and family is not None
    if caches:
        ledger.derive(
            "model.features",
            "encoded once",
            "the encoder is frozen whole: each text passes it once, without dropout",
        )
    hardware = plan_hardware(spec.hardware, ledger)
    windows = lengths.windows(max_length) if lengths and spec.task.WINDOW else 1.0
    num_epochs, num_steps = choices.plan_length(spec, rows, ledger, windows, packing)
    if num_steps is not None and spec.training.steps is None:
        found += due_too_late(Ground(source, spec), num_steps, f"the {num_steps} steps")
    choices.record_model(spec, base, ledger)
    choices.record_training(spec, ledger)
    kernels = plan_kernels(
        spec.model,
        family,
        spec.training,
        hardware,
        pools=spec.task.NETWORK.pools,
        caches_features=caches,
        typical_tokens=typical,
        frozen=frozen,
        ledger=ledger,
    )
    task_plan, task_findings = task.plan_task(spec, source, facts, base, ledger)
    found += task_findings
    if any(item.severity == "error" for item in found):
        raise SpecError(tuple(found))
    plan = Plan(
        spec=spec,
        name=name,
        spec_text=source.text,
        facts=facts,
        base=base,
        hardware=hardware,
        kernels=kernels,
        entries=(),
        splits=splits,
        final_split=final,
        split_rows=rows,
        copies_files=_copies(spec, facts, ledger),
        lengths=lengths,
        max_length=max_length,
        frozen=frozen,
        caches_features=caches,
        task=task_plan,
        num_epochs=num_epochs,
        num_steps=num_steps,
        eval_batch_size=ledger.derive(
            "evaluation.batch_size",
            2 * spec.training.batch_size,
            "twice the training batch: no gradients are kept",
        ),
        log_every=ledger.derive(
            "training.log_every",
            max(1, min(50, (num_steps or 500) // 50)),
            "about 50 lines a run, at most 50 steps apart",
        ),
        metrics=metrics,
        best=best,
        stop_metric=choices.stop_metric(spec, best, ledger),
        resamples=choices.resamples(spec, rows, final, ledger),
        packing=packing,
    )
    # The entries last: the arguments above still write into the ledger.
    return replace(plan, entries=tuple(ledger.entries)), tuple(found)


def _family(spec: Spec, base: Base | None) -> Family | None:
    if base is not None:
        return base.family
    return FAMILIES[spec.model.architecture] if spec.model.architecture else None


def _splits(spec: Spec, facts: DataFacts) -> tuple[tuple[SplitName, ...], SplitName]:
    """The splits there are, in order, and the one whose scores are the result."""
    names: tuple[SplitName, ...] = ("train", "validation", "test")
    if spec.data.hub:
        there = {n for n in names if getattr(spec.data.hub.splits, n) is not None}
    else:
        there = set(facts.splits)
    splits = tuple(name for name in names if name in there)
    return splits, "test" if "test" in there else "validation"


def _copies(spec: Spec, facts: DataFacts, ledger: Ledger) -> bool:
    if facts.hub:
        return False
    files = {file.path: file for split in facts.splits.values() for file in split.files}
    size = sum(file.size_bytes for file in files.values())
    said = {"always": True, "never": False, "auto": None}[spec.data.copy_files]
    return bool(
        ledger.choose(
            "data.copy",
            said,
            size <= COPY_LIMIT_BYTES,
            "pinned in the spec",
            f"{len(files)} file(s), {size:,} bytes; the limit is {COPY_LIMIT_BYTES:,}",
        )
    )


def _lengths(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None, ledger: Ledger
) -> tuple[TokenLengths | None, int, list[Diagnostic]]:
    """Token lengths, `max_length`, and what is to be said about it."""
    limit = _position_limit(spec, base)
    found: list[Diagnostic] = []
    if spec.data.max_length != "auto" and limit and spec.data.max_length > limit:
        found.append(
            Diagnostic(
                rules.TOO_LONG,
                f"`max_length: {spec.data.max_length}` is more than the {limit} tokens that the "
                "model has positions for",
                source.file,
                source.span("data", "max_length"),
                f"write `max_length: {limit}` or less",
            )
        )
        raise SpecError(tuple(found))
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
            found.append(_truncates(source, spec.task.UNIT, said or auto, share, lengths.exact))
    max_length = ledger.choose(
        "data.max_length", said, auto, f"tokens{shared}", f"{reason}{shared}"
    )
    return lengths, int(max_length), found


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
    family = _family(spec, base)
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
    rounded = max(32 if window else 16, 8 * math.ceil(wanted / 8))
    if rounded > most and window:
        return most, f"tokens of a window; the longest has {lengths.longest}"
    if rounded > most:
        return most, f"tokens; the longest has {lengths.longest}, and the limit is {most}"
    longest = (
        f"tokens; the longest of {len(lengths.tokens):,} training {unit} has {lengths.longest}"
    )
    if not lengths.exact:
        longest = f"tokens; estimated from characters: the longest has about {lengths.longest}"
    return rounded, longest


def _truncates(source: Source, unit: str, limit: int, share: float, exact: bool) -> Diagnostic:
    about = "" if exact else "about "
    return Diagnostic(
        rules.TRUNCATES_MUCH,
        f"{about}{share:.0%} of the training {unit} have more than {limit} tokens and are "
        "truncated",
        source.file,
        source.span("data", "max_length"),
        "raise `data.max_length`, or choose the side to cut with `data.truncation`",
        severity="warning",
    )
