"""Weighs a plan against the memory of its target: the step that is taken, or what would fit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from specc.diagnostics.diagnostic import Diagnostic, Note, SpecError
from specc.diagnostics.rules import plan as rules
from specc.language.spec import Spec
from specc.plan.devices import Strategy
from specc.plan.memory import MemoryPlan
from specc.plan.plan import Plan
from specc.plan.step import StepPlan
from specc.sizing.budget import Budget, budget_of, step_seconds
from specc.sizing.fit import Choice, Fit, Way, find_fit
from specc.sizing.fixes import allowed, fixes
from specc.sizing.question import Make, setting_of
from specc.sizing.wording import breakdown, gib
from specc.trace.run import Trace, TraceFailed, trace
from specc.trace.workers import warm
from specc.yaml.source import Source


def weigh(make: Make, spec: Spec, source: Source) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan that fits into its target's memory, with what it needs; all else as it was.

    Raises:
        SpecError: SP414 if no way fits.
    """
    plan, found = make(spec, None)
    budget = budget_of(plan.hardware, plan.devices)
    if budget is None:
        return plan, found
    try:
        with warm():
            fit = fit_plan(plan, budget, make, source)
            edits = [] if fit.chosen else fixes(plan, fit, make, source)
    except TraceFailed as error:
        return plan, (*found, _not_planned(source, str(error)))
    if fit.chosen is None:
        raise SpecError((_too_little(plan, fit, edits, source),))
    way = fit.chosen.way
    chooses_strategy = len(strategies_of(plan, source)) > 1
    if chooses_strategy or way != Way(
        plan.micro_batch, plan.gradient_checkpointing, plan.devices.strategy
    ):
        plan, found = make(spec, memory_plan(way, reason(fit), strategy_reason(fit)))
    return replace(plan, step=step_of(plan, budget, fit.chosen)), found


def fit_plan(plan: Plan, budget: Budget, make: Make, source: Source) -> Fit:
    """Traces the ways to take a step and chooses one."""
    training, own = plan.spec.training, (plan.gradient_checkpointing, plan.devices.strategy)

    def measure(asked: Sequence[Way]) -> list[Trace]:
        way = asked[0]  # all differ in their micro-batch alone
        same = (way.checkpointing, way.strategy) == own
        whole = memory_plan(replace(way, micro_batch=plan.share))
        variant = plan if same else make(plan.spec, whole)[0]
        settings = [setting_of(variant, each.micro_batch) for each in asked]
        return trace(variant, settings, source.path.parent)

    def seconds(way: Way, taken: Trace) -> float:
        devices = replace(plan.devices, strategy=way.strategy)
        parts = math.ceil(plan.share / way.micro_batch)
        return (step_seconds(plan.hardware, devices, taken, parts) or (0.0, 0.0))[1]

    pinned = None if training.micro_batch == "auto" else training.micro_batch
    said = training.gradient_checkpointing
    again = False if plan.caches_features else None if said == "auto" else said
    strategies = strategies_of(plan, source)
    return find_fit(budget, plan.share, measure, pinned, again, strategies, seconds)


def strategies_of(plan: Plan, source: Source) -> tuple[Strategy, ...]:
    """What the spec allows, the simplest first."""
    hardware = plan.spec.hardware
    if not plan.devices.many or hardware.strategy != "auto" or hardware.shards:
        return (plan.devices.strategy,)
    sharded = hardware.model_copy(update={"strategy": "fsdp"})
    spec = plan.spec.model_copy(update={"hardware": sharded})
    return ("ddp", "fsdp") if allowed(spec, source) else ("ddp",)


def step_of(plan: Plan, budget: Budget, chosen: Choice) -> StepPlan:
    """The numbers of the step that is taken."""
    taken, gpu = chosen.trace, plan.hardware.accelerator
    parts = math.ceil(plan.share / chosen.way.micro_batch)
    num_devices = plan.devices.num_processes
    seconds = step_seconds(plan.hardware, plan.devices, taken, parts)
    hours = cost = None
    if seconds and plan.num_steps:
        hours = (seconds[0] * plan.num_steps / 3600, seconds[1] * plan.num_steps / 3600)
        if price := plan.hardware.price_per_hour:
            cost = (hours[0] * price * num_devices, hours[1] * price * num_devices)
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
        num_devices=num_devices,
        strategy=plan.devices.strategy,
        sent=taken.sent,
        host=taken.host * plan.devices.count,
        sent_within=taken.sent_within,
        saved=taken.saved,
        weights_saved=taken.weights_saved,
        checkpoints=plan.spec.training.checkpoint.keep,
        seconds=seconds,
        hours=hours,
        cost=cost,
    )


def memory_plan(way: Way, why: str = "", why_strategy: str = "") -> MemoryPlan:
    """The decision for a way, as a plan takes it."""
    strategy = None if way.strategy == "single" else way.strategy
    return MemoryPlan(way.micro_batch, way.checkpointing, why, strategy, why_strategy)


def reason(fit: Fit) -> str:
    """What the way needs of what there is, and the next best."""
    assert fit.chosen is not None
    words = f"needs {gib(fit.budget.needed(fit.chosen.peak))} of {gib(fit.budget.total)}"
    if fit.runner_up:
        words += f"; next best: {fit.runner_up.words}"
    return words


def strategy_reason(fit: Fit) -> str:
    """Why the weights are spread, or are not."""
    assert fit.chosen is not None
    taken = fit.chosen.way.strategy
    words = f"{fit.chosen.words} {reason(fit)}"
    others = [choice for name, choice in fit.least_of.items() if name != taken]
    for other in others:
        needed = fit.budget.needed(other.peak)
        verdict = "fits and takes longer" if needed <= fit.budget.total else "does not fit"
        words += f"; {other.words}: {gib(needed)}, {verdict}"
    return words if others else f"{words}; fsdp holds less and sends more"


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
    name, each = (f"each {name}", " of each device") if plan.devices.many else (f"the {name}", "")
    needed = gib(budget.needed(least.peak))
    return Diagnostic(
        rules.NOT_ENOUGH_MEMORY,
        f"a step needs {needed}{each}, {least.words}, and {name} has {gib(budget.total)}",
        source.file,
        source.key_span("hardware"),
        "; or ".join(edits[:3]) or "choose a smaller model",
        (Note(breakdown(least.trace, budget)), *(Note(edit) for edit in edits[3:])),
    )
