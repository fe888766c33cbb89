"""What to change in a spec that does not fit: each an exact edit, with what it then needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from specc.diagnostics.diagnostic import SpecError
from specc.fit.fit import Fit
from specc.fit.question import Make, setting_of
from specc.fit.wording import gib
from specc.hardware.catalogue import catalogue
from specc.plan.memory import MemoryPlan
from specc.plan.plan import Plan
from specc.spec.spec import Spec
from specc.spec.training import Adafactor
from specc.tasks.packed import Packed
from specc.trace.run import trace

_SHORTEST = 32
"""Tokens below which no text is cut for the sake of memory."""


def fixes(plan: Plan, fit: Fit, make: Make, folder: Path) -> list[str]:
    """The edits that make a step fit, the smallest change first.

    Raises:
        TraceFailed: if an edited project cannot be traced.
    """
    found = _unpin(plan.spec)
    for edit, spec in _edits(plan):
        try:
            edited, _ = make(spec, MemoryPlan(1, not plan.caches_features))
        except SpecError:
            continue
        needed = fit.budget.needed(trace(edited, [setting_of(edited, 1)], folder)[0].peak)
        if needed <= fit.budget.total:
            found.append(f"`{edit}` needs {gib(needed)}")
    return [*found, *_larger(plan, fit)]


def _unpin(spec: Spec) -> list[str]:
    """What the spec pins and could leave open."""
    pins = []
    if spec.training.micro_batch not in ("auto", 1):
        pins.append("write `training.micro_batch: auto`")
    if spec.training.gradient_checkpointing is False:
        pins.append("write `training.gradient_checkpointing: auto`")
    return pins


def _edits(plan: Plan) -> Iterator[tuple[str, Spec]]:
    """Specs that need less: shorter texts, an optimizer with less state, fewer trained layers."""
    spec, half = plan.spec, plan.max_length // 2
    if half >= _SHORTEST and isinstance(spec.task, Packed):
        yield f"task.block_size: {half}", _with(spec, "task", block_size=half)
    elif half >= _SHORTEST:
        yield f"data.max_length: {half}", _with(spec, "data", max_length=half)
    if spec.training.optimizer.kind != "adafactor":
        smaller = Adafactor(kind="adafactor")
        yield "training.optimizer: adafactor", _with(spec, "training", optimizer=smaller)


def _with(spec: Spec, section: str, **values: Any) -> Spec:
    changed = getattr(spec, section).model_copy(update=values)
    return spec.model_copy(update={section: changed})


def _larger(plan: Plan, fit: Fit) -> list[str]:
    """The smallest GPUs of the same kind of device on which the step fits."""
    needed = fit.budget.needed(fit.least.peak)
    able = [
        (gpu.usable_bytes, gpu.year, gpu.id)
        for gpu in catalogue().values()
        if gpu.device == plan.hardware.device
        and gpu.usable_bytes
        and gpu.usable_bytes >= needed
        and plan.hardware.rate in (*gpu.precisions, "fp32")
    ]
    return [f"`hardware: {name}` has {gib(size)}" for size, _, name in sorted(able)[:3]]
