"""The largest micro-batch that fits, what is kept of a layer, what a device holds of a model."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specc.plan.devices import Strategy
from specc.sizing.budget import Budget
from specc.trace.run import Trace

_BUSY = 8
"""Sequences below which a device waits for its own launches: then recomputing layers is cheaper."""

_TRIES = 4
"""Measurements of a micro-batch after the line through two of them has said what should fit."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to take a step."""

    micro_batch: int
    checkpointing: bool
    strategy: Strategy = "single"

    @property
    def words(self) -> str:
        """For the reason of another choice."""
        again = "layers computed again" if self.checkpointing else "all activations kept"
        with_whom = "" if self.strategy == "single" else f"{self.strategy}, "
        return f"{with_whom}{self.micro_batch} at a time, {again}"


Measure = Callable[[Sequence[Way]], list[Trace]]
"""From ways that differ in their micro-batch alone to what they need."""

Seconds = Callable[[Way, Trace], float]
"""How long a step takes at most; the same for all where nothing is known of the device."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A way whose needs are measured."""

    way: Way
    trace: Trace

    @property
    def words(self) -> str:
        """Those of the way."""
        return self.way.words

    @property
    def peak(self) -> int:
        """Bytes of all tensors at the worst moment of training and evaluation."""
        return max(self.trace.peak, self.trace.evaluation_peak)

    @property
    def held(self) -> int:
        """Bytes of weights, gradients and optimizer state, whatever else is computed."""
        return sum(self.trace.train.get(kind, 0) for kind in ("weights", "gradients", "optimizer"))


@dataclass(frozen=True, slots=True)
class Fit:
    """The way that is taken and the next best; `least` needs least of those tried."""

    budget: Budget
    chosen: Choice | None
    runner_up: Choice | None
    least_of: dict[Strategy, Choice]

    @property
    def least(self) -> Choice:
        """What needs least of all."""
        return min(self.least_of.values(), key=lambda choice: choice.peak)


def find_fit(
    budget: Budget,
    batch_size: int,
    measure: Measure,
    micro_batch: int | None = None,
    checkpointing: bool | None = None,
    strategies: Sequence[Strategy] = ("single",),
    seconds: Seconds = lambda way, trace: 0.0,
) -> Fit:
    """Tries the whole batch, then what two measurements say should fit, and measures that.

    Args:
        budget: of the device.
        batch_size: examples of an optimizer step that one device has.
        measure: traces steps.
        micro_batch: examples at a time, where the spec pins them.
        checkpointing: whether layers are computed again, where the spec pins that.
        strategies: what may be; the next one is tried where all before cost time to fit.
        seconds: decides between strategies.
    """
    heads, rest = list[Choice](), list[Choice]()
    least_of: dict[Strategy, Choice] = {}
    for strategy in strategies:
        fitting, least = _ways_of(strategy, budget, batch_size, measure, micro_batch, checkpointing)
        least_of[strategy] = least
        fitting.sort(key=lambda choice: _worth(choice.way, batch_size), reverse=True)
        heads += fitting[:1]
        rest += fitting[1:]
        if heads and _costs_nothing(heads[0].way, batch_size, checkpointing):
            break
    heads.sort(key=lambda head: (not _busy(head.way, batch_size), seconds(head.way, head.trace)))
    rest.sort(key=lambda choice: _worth(choice.way, batch_size), reverse=True)
    chosen, runner_up = [*heads, *rest, None, None][:2]
    return Fit(budget, chosen, runner_up, least_of)


def _ways_of(
    strategy: Strategy,
    budget: Budget,
    batch_size: int,
    measure: Measure,
    micro_batch: int | None,
    checkpointing: bool | None,
) -> tuple[list[Choice], Choice]:
    """The ways of one strategy that fit, and the one that needs least of those tried.

    The whole batch comes first; what needs least comes next, for if even what it holds between two
    steps is too much, no other way is looked at.
    """
    known: dict[Way, Choice] = {}

    def tried(size: int, again: bool) -> Choice:
        way = Way(size, again, strategy)
        if way not in known:
            known[way] = Choice(way, measure([way])[0])
        return known[way]

    most, one = micro_batch or batch_size, micro_batch or 1
    options = [False, True] if checkpointing is None else [checkpointing]
    fitting = list[Choice]()
    for again in options:
        least = known.get(Way(one, again, strategy))
        if least and least.peak > budget.for_tensors:
            continue  # then no more at a time fits either
        whole = tried(most, again)
        if whole.peak <= budget.for_tensors:
            fitting.append(whole)
            break
        if tried(one, options[-1]).held > budget.for_tensors:
            break
        single = tried(one, again)
        if single.peak <= budget.for_tensors:
            fitting.append(_between(budget, whole, single, measure))
    return fitting, min(known.values(), key=lambda choice: choice.peak)


def _between(budget: Budget, whole: Choice, single: Choice, measure: Measure) -> Choice:
    """The largest micro-batch below the whole that fits: memory grows with it in a line."""
    most, one = whole.way.micro_batch, single.way.micro_batch
    each = (whole.peak - single.peak) / (most - one)
    guess = one + int((budget.for_tensors - single.peak) / max(each, 1))
    parts = max(2, math.ceil(most / min(guess, most)))
    for more in range(_TRIES):
        size = math.ceil(most / (parts + more))
        if size <= one:
            break
        way = Way(size, single.way.checkpointing, single.way.strategy)
        choice = Choice(way, measure([way])[0])
        if choice.peak <= budget.for_tensors:
            return choice
    return single


def _busy(way: Way, batch_size: int) -> bool:
    return way.micro_batch >= min(_BUSY, batch_size)


def _worth(way: Way, batch_size: int) -> tuple[bool, bool, int]:
    """Enough at a time to keep the device busy comes first, then to compute nothing twice."""
    return _busy(way, batch_size), not way.checkpointing, way.micro_batch


def _costs_nothing(way: Way, batch_size: int, checkpointing: bool | None) -> bool:
    """Whether nothing could be gained: the device is busy and computes nothing twice by choice."""
    return _busy(way, batch_size) and (not way.checkpointing or checkpointing is True)
