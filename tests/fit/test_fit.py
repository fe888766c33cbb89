"""The choice of micro-batch and recomputed layers, on steps whose memory is a line."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.fit.budget import Budget, step_seconds
from specc.fit.fit import Fit, Measure, find_fit
from specc.hardware.catalogue import find
from specc.plan.hardware import HardwarePlan
from specc.trace.run import Trace

MIB = 2**20


def trace_of(size: int, evaluation: int = 0) -> Trace:
    return Trace({"activations": size}, {"activations": evaluation}, 10**12, 10**9, 1, 1)


def line(
    fixed: int, each: int, each_again: int, asked: list[tuple[int, bool]] | None = None
) -> Measure:
    """Memory that grows with the micro-batch, less where layers are computed again."""

    def measure(sizes: Sequence[tuple[int, bool]]) -> list[Trace]:
        if asked is not None:
            asked.extend(sizes)
        return [trace_of(fixed + size * (each_again if way else each)) for size, way in sizes]

    return measure


def budget(size: int) -> Budget:
    return Budget(size, 0, 0.0)


def way(fit: Fit) -> tuple[int, bool] | None:
    return fit.chosen and (fit.chosen.micro_batch, fit.chosen.checkpointing)


def test_a_batch_that_fits_stays_whole_and_nothing_else_is_tried() -> None:
    asked: list[tuple[int, bool]] = []
    fit = find_fit(budget(100 * MIB), 32, line(10 * MIB, MIB, MIB // 8, asked))
    assert way(fit) == (32, False)
    assert fit.runner_up is None
    assert asked == [(32, False), (1, False)]


def test_parts_come_before_computing_twice() -> None:
    fit = find_fit(budget(30 * MIB), 32, line(10 * MIB, MIB, MIB // 8))
    assert way(fit) == (16, False)  # 20 would fit, and leave a short rest
    assert fit.runner_up is not None
    assert (fit.runner_up.micro_batch, fit.runner_up.checkpointing) == (32, True)


def test_few_at_a_time_are_worse_than_computing_twice() -> None:
    fit = find_fit(budget(14 * MIB), 32, line(10 * MIB, MIB, MIB // 16))
    assert way(fit) == (32, True)
    assert fit.runner_up is not None and fit.runner_up.micro_batch == 4


def test_what_the_spec_pins_is_kept() -> None:
    assert way(find_fit(budget(30 * MIB), 32, line(10 * MIB, MIB, 0), 7)) == (7, False)
    assert way(find_fit(budget(30 * MIB), 32, line(10 * MIB, MIB, MIB // 8), None, True)) == (
        32,
        True,
    )
    assert way(find_fit(budget(14 * MIB), 32, line(10 * MIB, MIB, 0), None, False)) == (4, False)
    assert way(find_fit(budget(14 * MIB), 32, line(10 * MIB, MIB, MIB), 8, False)) is None


def test_nothing_fits() -> None:
    fit = find_fit(budget(5 * MIB), 32, line(10 * MIB, MIB, MIB // 2))
    assert fit.chosen is None
    assert (fit.least.micro_batch, fit.least.checkpointing) == (1, True)


def test_an_evaluation_counts_too() -> None:
    def measure(sizes: Sequence[tuple[int, bool]]) -> list[Trace]:
        return [trace_of(MIB, evaluation=50 * MIB) for _ in sizes]

    assert find_fit(budget(30 * MIB), 8, measure).chosen is None


@given(st.integers(2, 512), st.integers(0, 10**9), st.integers(1, 10**8), st.integers(1, 10**10))
def test_the_choice_fits_and_a_larger_one_of_its_way_does_not(
    batch: int, fixed: int, each: int, room: int
) -> None:
    fit = find_fit(budget(room), batch, line(fixed, each, max(1, each // 6)))
    for choice in filter(None, (fit.chosen, fit.runner_up)):
        assert choice.peak <= room
        cost = max(1, each // 6) if choice.checkpointing else each
        if choice.micro_batch < batch:
            fewer_parts = math.ceil(batch / choice.micro_batch) - 1
            assert fixed + math.ceil(batch / fewer_parts) * cost > room
    if fit.chosen is None:
        assert fit.least.peak > room


def test_a_budget_leaves_room_for_the_process_and_the_allocator() -> None:
    given_ = Budget(16 * 2**30, 2**29, 0.05)
    assert given_.needed(given_.for_tensors) == pytest.approx(given_.total, abs=2)
    assert Budget(2**20, 2**29, 0.05).for_tensors == 0


def test_times_follow_rates_and_traffic() -> None:
    def plan_on(name: str, precision: str) -> HardwarePlan:
        return HardwarePlan("cuda", precision, "", None, find(name))  # type: ignore[arg-type]

    step = trace_of(1)
    t4, h100 = plan_on("t4", "fp16"), plan_on("h100", "bf16")
    low, high = step_seconds(t4, step, 4) or (0, 0)
    assert low == pytest.approx(4e12 / (0.6 * 65e12))
    assert high == pytest.approx(4e12 / (0.3 * 65e12) + 4e9 / (0.6 * 320e9), rel=0.01)
    faster = step_seconds(h100, step, 4)
    assert faster is not None and faster[1] < low
    assert step_seconds(plan_on("m3-max", "fp32"), step, 1) is None
