"""Bytes, times and breakdowns in words."""

from __future__ import annotations

from specc.hardware.catalogue import GIB
from specc.sizing.budget import Budget
from specc.trace.run import Trace

KIND_WORDS = {
    "weights": "weights",
    "gradients": "gradients",
    "optimizer": "optimizer state",
    "gathered": "layers put together",
    "best": "the best weights",
    "copies": "weights in half precision",
    "activations": "activations",
    "batch": "the batch",
    "temporary": "temporary",
    "cache": "keys and values",
}


def gib(size: int) -> str:
    """With as many digits as tell sizes apart."""
    return f"{size / GIB:.1f} GiB" if size >= GIB else f"{size / GIB:.2f} GiB"


def breakdown(trace: Trace, budget: Budget) -> str:
    """What the worst moment consists of, the largest first."""
    peak = trace.train if trace.peak >= trace.evaluation_peak else trace.evaluate
    parts = sorted(peak.items(), key=lambda part: -part[1])
    words = [f"{gib(size)} {KIND_WORDS[kind]}" for kind, size in parts if size > budget.total / 500]
    slack = int(sum(peak.values()) * budget.slack)
    return ", ".join([*words, f"{gib(budget.context)} process", f"{gib(slack)} allocator"])


def time_span(low: float, high: float) -> str:
    """Two times in the unit that suits the longer one."""
    units = {"h": 3600.0, "min": 60.0, "s": 1.0, "ms": 1e-3}
    unit = next((name for name, seconds in units.items() if high >= 2 * seconds), "ms")
    return f"{low / units[unit]:.2g} to {high / units[unit]:.2g} {unit}"
