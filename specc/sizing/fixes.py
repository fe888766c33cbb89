"""What to change in a spec that does not fit: each an exact edit, with what it then needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specc.diagnostics.diagnostic import SpecError
from specc.hardware.catalogue import catalogue
from specc.language.checks import check_spec
from specc.language.packed import Packed
from specc.language.spec import Spec
from specc.language.training import Adafactor, AdamW8bit
from specc.plan.devices import Strategy
from specc.plan.memory import MemoryPlan
from specc.plan.plan import Plan
from specc.sizing.budget import budget_of
from specc.sizing.fit import Fit
from specc.sizing.question import Make, setting_of
from specc.sizing.wording import gib
from specc.trace.run import trace
from specc.yaml.source import Source

_COUNTS = (2, 4, 8)
"""Devices that nodes are sold with."""

_MORE = "hardware.count:"
"""The edit of which the smallest that is enough is told alone."""

_SHORTEST = 32
"""Tokens below which no text is cut for the sake of memory."""


def fixes(plan: Plan, fit: Fit, make: Make, source: Source) -> list[str]:
    """The edits that make a step fit, the smallest change first.

    Raises:
        TraceFailed: if an edited project cannot be traced.
    """
    found = _unpin(plan.spec)
    folder = source.path.parent
    for edit, spec, strategy in _edits(plan):
        pinned = _with(spec, "hardware", strategy="fsdp") if strategy == "fsdp" else spec
        more = edit.startswith(_MORE)
        if (more and any(_MORE in other for other in found)) or not allowed(pinned, source):
            continue
        try:
            edited, _ = make(spec, MemoryPlan(1, not plan.caches_features, strategy=strategy))
        except SpecError:
            continue
        budget = budget_of(edited.hardware, edited.devices)
        assert budget is not None
        peak = trace(edited, [setting_of(edited, 1)], folder)[0]
        needed = budget.needed(max(peak.peak, peak.evaluation_peak))
        if needed <= budget.total:
            each = f" of each of {edited.devices.num_processes}" if edited.devices.many else ""
            found.append(f"`{edit}` needs {gib(needed)}{each}")
    return [*found, *_larger(plan, fit)]


def allowed(spec: Spec, source: Source) -> bool:
    """Whether a spec that was changed in a few keys breaks no rule."""
    return not any(found.severity == "error" for found in check_spec(source, spec))


def _unpin(spec: Spec) -> list[str]:
    """What the spec pins and could leave open."""
    pins = []
    if spec.training.micro_batch not in ("auto", 1):
        pins.append("write `training.micro_batch: auto`")
    if spec.training.gradient_checkpointing is False:
        pins.append("write `training.gradient_checkpointing: auto`")
    return pins


def _edits(plan: Plan) -> Iterator[tuple[str, Spec, Strategy | None]]:
    """Specs that need less: texts, an optimizer with less state, more devices to share a model."""
    spec, half, strategy = plan.spec, plan.max_length // 2, plan.devices.strategy
    same = None if strategy == "single" else strategy
    if strategy == "ddp" and spec.hardware.strategy == "ddp":
        yield "hardware.strategy: fsdp", _with(spec, "hardware", strategy="fsdp"), "fsdp"
    can_offload = plan.devices.many and spec.hardware.target == "cuda"
    if can_offload and not spec.hardware.offload and spec.hardware.strategy != "ddp":
        yield "hardware.offload: true", _with(spec, "hardware", offload=True), "fsdp"
    if half >= _SHORTEST and isinstance(spec.task, Packed):
        yield f"task.block_size: {half}", _with(spec, "task", block_size=half), same
    elif half >= _SHORTEST:
        yield f"data.max_length: {half}", _with(spec, "data", max_length=half), same
    if spec.training.optimizer.kind != "adafactor":
        for smaller in _less_state(spec.training.optimizer.kind):
            edit = f"training.optimizer: {smaller.kind}"
            yield edit, _with(spec, "training", optimizer=smaller), same
    if spec.hardware.strategy != "ddp":
        yield from _shared(spec)


def _shared(spec: Spec) -> Iterator[tuple[str, Spec, Strategy | None]]:
    """Layers that devices hold together, and more devices: the fewest first."""
    hardware = spec.hardware
    for together in (n for n in _COUNTS if hardware.count % n == 0):
        if hardware.tensor_parallel == 1:
            divided = _with(spec, "hardware", tensor_parallel=together)
            yield f"hardware.tensor_parallel: {together}", divided, "fsdp"
    for count in (n for n in _COUNTS if n > hardware.count):
        if hardware.target == "cuda":
            yield f"hardware.count: {count}", _with(spec, "hardware", count=count), "fsdp"


def _less_state(kind: str) -> tuple[AdamW8bit | Adafactor, ...]:
    """Optimizers that hold less than the present one: 2 bytes a weight, then next to none."""
    least = Adafactor(kind="adafactor")
    return (least,) if kind == "adamw-8bit" else (AdamW8bit(kind="adamw-8bit"), least)


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
    key = "hardware.gpu" if plan.devices.many else "hardware"
    return [f"`{key}: {name}` has {gib(size)}" for size, _, name in sorted(able)[:3]]
