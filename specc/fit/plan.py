"""Weighs a plan against the memory of its target: the step that is taken, or what would fit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from specc.diagnostics.diagnostic import Diagnostic, Note, SpecError
from specc.diagnostics.rules import plan as rules
from specc.fit.budget import Budget, budget_of, step_seconds
from specc.fit.fit import Choice, Fit, find_fit
from specc.fit.fixes import fixes
from specc.fit.question import Make, setting_of
from specc.fit.wording import breakdown, gib
from specc.plan.memory import MemoryPlan
from specc.plan.plan import Plan
from specc.plan.step import StepPlan
from specc.source.source import Source
from specc.spec.spec import Spec
from specc.trace.run import Trace, TraceFailed, trace


def weigh(make: Make, spec: Spec, source: Source) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan that fits into its target's memory, with what it needs; all else as it was.

    Raises:
        SpecError: SP414 if no way fits.
    """
    plan, found = make(spec, None)
    budget = budget_of(plan.hardware)
    if budget is None:
        return plan, found
    try:
        fit = fit_plan(plan, budget, make, source.path.parent)
        edits = [] if fit.chosen else fixes(plan, fit, make, source.path.parent)
    except TraceFailed as error:
        return plan, (*found, _not_planned(source, str(error)))
    if fit.chosen is None:
        raise SpecError((_too_little(plan, fit, edits, source),))
    chosen = fit.chosen
    way = chosen.micro_batch, chosen.checkpointing
    if way != (plan.micro_batch, plan.gradient_checkpointing):
        plan, found = make(spec, MemoryPlan(*way, _reason(fit)))
    return replace(plan, step=step_of(plan, budget, chosen)), found


def fit_plan(plan: Plan, budget: Budget, make: Make, folder: Path) -> Fit:
    """Traces the ways to take a step and chooses one."""
    training = plan.spec.training

    def measure(asked: Sequence[tuple[int, bool]]) -> list[Trace]:
        way = asked[0][1]  # all are of one way
        same = way == plan.gradient_checkpointing
        variant = plan if same else make(plan.spec, MemoryPlan(training.batch_size, way))[0]
        return trace(variant, [setting_of(variant, size) for size, _ in asked], folder)

    pinned = None if training.micro_batch == "auto" else training.micro_batch
    said = training.gradient_checkpointing
    again = False if plan.caches_features else None if said == "auto" else said
    return find_fit(budget, training.batch_size, measure, pinned, again)


def step_of(plan: Plan, budget: Budget, chosen: Choice) -> StepPlan:
    """The numbers of the step that is taken."""
    taken, gpu = chosen.trace, plan.hardware.accelerator
    parts = math.ceil(plan.spec.training.batch_size / chosen.micro_batch)
    seconds = step_seconds(plan.hardware, taken, parts)
    hours = cost = None
    if seconds and plan.num_steps:
        hours = (seconds[0] * plan.num_steps / 3600, seconds[1] * plan.num_steps / 3600)
        if price := plan.hardware.price_per_hour:
            cost = (hours[0] * price, hours[1] * price)
    return StepPlan(
        device=gpu.name if gpu else plan.hardware.device,
        total=budget.total,
        memory=dict(taken.train),
        context=budget.context,
        slack=int(taken.peak * budget.slack),
        evaluation=taken.evaluation_peak,
        flops=parts * taken.flops,
        parameters=taken.parameters,
        trainable=taken.trainable,
        seconds=seconds,
        hours=hours,
        cost=cost,
    )


def _reason(fit: Fit) -> str:
    assert fit.chosen is not None
    room = gib(fit.budget.total)
    words = f"needs {gib(fit.budget.needed(fit.chosen.peak))} of {room}"
    if fit.runner_up:
        words += f"; next best: {fit.runner_up.words}"
    return words


def _not_planned(source: Source, said: str) -> Diagnostic:
    return Diagnostic(
        rules.MEMORY_NOT_PLANNED,
        f"whether a step fits into memory is not known: {said[:200]}",
        source.file,
        source.key_span("hardware"),
        "that takes torch and transformers, and a model in a folder, in the hub's cache, on the "
        "hub or of a well-known name",
        severity="note",
    )


def _too_little(plan: Plan, fit: Fit, edits: list[str], source: Source) -> Diagnostic:
    least, budget = fit.least, fit.budget
    name = plan.hardware.accelerator.name if plan.hardware.accelerator else plan.hardware.device
    needed = gib(budget.needed(least.peak))
    return Diagnostic(
        rules.NOT_ENOUGH_MEMORY,
        f"a step needs {needed}, {least.words}, and the {name} has {gib(budget.total)}",
        source.file,
        source.key_span("hardware"),
        "; or ".join(edits[:3]) or "choose a smaller model",
        (Note(breakdown(least.trace, budget)), *(Note(edit) for edit in edits[3:])),
    )
