"""The largest micro-batch that fits, and whether layers have to be computed again for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specc.fit.budget import Budget
from specc.trace.run import Trace

_BUSY = 8
"""Sequences below which a device waits for its own launches: then recomputing layers is cheaper."""

_TRIES = 4
"""Measurements of a micro-batch after the line through two of them has said what should fit."""

Measure = Callable[[Sequence[tuple[int, bool]]], list[Trace]]
"""From micro-batches, each with or without recomputed layers, to what they need."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to take a step: `trace` is what it needs."""

    micro_batch: int
    checkpointing: bool
    trace: Trace

    @property
    def words(self) -> str:
        """For the reason of another choice."""
        again = "layers computed again" if self.checkpointing else "all activations kept"
        return f"{self.micro_batch} at a time, {again}"

    @property
    def peak(self) -> int:
        """Bytes of all tensors at the worst moment of training and evaluation."""
        return max(self.trace.peak, self.trace.evaluation_peak)


@dataclass(frozen=True, slots=True)
class Fit:
    """The way that is taken and the next best; where none fits, `least` is what needs least."""

    budget: Budget
    chosen: Choice | None
    runner_up: Choice | None
    least: Choice


def find_fit(
    budget: Budget,
    batch_size: int,
    measure: Measure,
    micro_batch: int | None = None,
    checkpointing: bool | None = None,
) -> Fit:
    """Tries the whole batch, then what two measurements say should fit, and measures that.

    Args:
        budget: of the device.
        batch_size: examples of an optimizer step.
        measure: traces steps.
        micro_batch: examples at a time, where the spec pins them.
        checkpointing: whether layers are computed again, where the spec pins that.
    """
    largest = micro_batch or batch_size
    smallest = micro_batch or 1
    fitting, least = list[Choice](), list[Choice]()
    for way in [False, True] if checkpointing is None else [checkpointing]:
        sizes = dict.fromkeys((largest, smallest))
        tried = [
            Choice(n, way, t)
            for n, t in zip(sizes, measure([(n, way) for n in sizes]), strict=True)
        ]
        whole, single = tried[0], tried[-1]
        least.append(single)
        if whole.peak <= budget.for_tensors:
            fitting.append(whole)
            break
        if single.peak <= budget.for_tensors:
            fitting.append(_between(budget, whole, single, measure))
    fitting.sort(key=lambda choice: _worth(choice, batch_size), reverse=True)
    chosen, runner_up = [*fitting, None, None][:2]
    return Fit(budget, chosen, runner_up, min(least, key=lambda choice: choice.peak))


def _between(budget: Budget, whole: Choice, single: Choice, measure: Measure) -> Choice:
    """The largest micro-batch below the whole that fits: memory grows with it in a line."""
    each = (whole.peak - single.peak) / (whole.micro_batch - single.micro_batch)
    guess = single.micro_batch + int((budget.for_tensors - single.peak) / max(each, 1))
    parts = max(2, math.ceil(whole.micro_batch / min(guess, whole.micro_batch)))
    for more in range(_TRIES):
        size = math.ceil(whole.micro_batch / (parts + more))
        if size <= single.micro_batch:
            break
        choice = Choice(size, single.checkpointing, measure([(size, single.checkpointing)])[0])
        if choice.peak <= budget.for_tensors:
            return choice
    return single


def _worth(choice: Choice, batch_size: int) -> tuple[bool, bool, int]:
    """Enough at a time to keep the device busy comes first, then to compute nothing twice."""
    busy = choice.micro_batch >= min(_BUSY, batch_size)
    return busy, not choice.checkpointing, choice.micro_batch
