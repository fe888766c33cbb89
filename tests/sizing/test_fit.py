"""The choice of micro-batch and recomputed layers, on steps whose memory is a line."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.hardware.catalogue import find
from specc.plan.devices import DevicesPlan, Strategy
from specc.plan.hardware import HardwarePlan
from specc.sizing.budget import Budget, budget_of, message_seconds, step_seconds
from specc.sizing.fit import Fit, Measure, Way, find_fit
from specc.trace.run import Trace

MIB = 2**20


def trace_of(size: int, evaluation: int = 0) -> Trace:
    return Trace({"activations": size}, {"activations": evaluation}, 10**12, 10**9, 1, 1)


def line(fixed: int, each: int, each_again: int, asked: list[Way] | None = None) -> Measure:
    """Memory that grows with the micro-batch, less where layers are computed again.

    Under FSDP a device holds a quarter of what is fixed.
    """

    def measure(ways: Sequence[Way]) -> list[Trace]:
        if asked is not None:
            asked.extend(ways)
        return [
            trace_of(
                fixed // (4 if way.strategy == "fsdp" else 1)
                + way.micro_batch * (each_again if way.checkpointing else each)
            )
            for way in ways
        ]

    return measure


def budget(size: int) -> Budget:
    return Budget(size, 0, 0.0)


def way(fit: Fit) -> tuple[int, bool] | None:
    return fit.chosen and (fit.chosen.way.micro_batch, fit.chosen.way.checkpointing)


def test_a_batch_that_fits_stays_whole_and_nothing_else_is_tried() -> None:
    asked: list[Way] = []
    fit = find_fit(budget(100 * MIB), 32, line(10 * MIB, MIB, MIB // 8, asked))
    assert way(fit) == (32, False)
    assert fit.runner_up is None
    assert asked == [Way(32, False)]


def test_where_the_model_alone_is_too_much_one_more_way_is_tried() -> None:
    asked: list[Way] = []

    def measure(ways: Sequence[Way]) -> list[Trace]:
        asked.extend(ways)
        sizes = {"weights": 10 * MIB, "gradients": 10 * MIB, "optimizer": 20 * MIB}
        return [Trace(sizes | {"activations": way.micro_batch}, {}, 1, 1, 1, 1) for way in ways]

    fit = find_fit(budget(39 * MIB), 32, measure)
    assert fit.chosen is None and fit.least.way == Way(1, True)
    assert asked == [Way(32, False), Way(1, True)]


def test_parts_come_before_computing_twice() -> None:
    fit = find_fit(budget(30 * MIB), 32, line(10 * MIB, MIB, MIB // 8))
    assert way(fit) == (16, False)  # 20 would fit, and leave a short rest
    assert fit.runner_up is not None
    assert fit.runner_up.way == Way(32, True)


def test_few_at_a_time_are_worse_than_computing_twice() -> None:
    fit = find_fit(budget(14 * MIB), 32, line(10 * MIB, MIB, MIB // 16))
    assert way(fit) == (32, True)
    assert fit.runner_up is not None and fit.runner_up.way.micro_batch == 4


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
    assert fit.least.way == Way(1, True)


def test_an_evaluation_counts_too() -> None:
    def measure(ways: Sequence[Way]) -> list[Trace]:
        return [trace_of(MIB, evaluation=50 * MIB) for _ in ways]

    assert find_fit(budget(30 * MIB), 8, measure).chosen is None


BOTH: tuple[Strategy, ...] = ("ddp", "fsdp")


def test_shares_of_the_model_only_where_whole_ones_cost_time_to_fit() -> None:
    asked: list[Way] = []
    fit = find_fit(budget(30 * MIB), 32, line(10 * MIB, MIB, MIB // 8, asked), strategies=BOTH)
    assert fit.chosen and fit.chosen.way == Way(16, False, "ddp")
    assert all(way.strategy == "ddp" for way in asked)
    fit = find_fit(budget(14 * MIB), 32, line(20 * MIB, MIB, MIB // 8), strategies=BOTH)
    assert fit.chosen and fit.chosen.way == Way(8, False, "fsdp")
    assert fit.least_of["ddp"].peak > 14 * MIB
    fit = find_fit(budget(5 * MIB), 32, line(24 * MIB, MIB, MIB), strategies=BOTH)
    assert fit.chosen is None
    assert fit.least.way.strategy == "fsdp"


def test_time_decides_between_recomputed_layers_and_messages() -> None:
    """Whole models fit with layers computed again, shares of them with all activations kept."""
    measure = line(12 * MIB, MIB, MIB // 8)

    def slow_link(way: Way, trace: Trace) -> float:
        return 9.0 if way.strategy == "fsdp" else 1.3

    def fast_link(way: Way, trace: Trace) -> float:
        return 1.1 if way.strategy == "fsdp" else 1.3

    chosen = [
        find_fit(budget(17 * MIB), 32, measure, strategies=BOTH, seconds=seconds).chosen
        for seconds in (slow_link, fast_link)
    ]
    assert chosen[0] and chosen[0].way == Way(32, True, "ddp")
    assert chosen[1] and chosen[1].way.strategy == "fsdp"


@given(st.integers(2, 512), st.integers(0, 10**9), st.integers(1, 10**8), st.integers(1, 10**10))
def test_the_choice_fits_and_a_larger_one_of_its_way_does_not(
    batch: int, fixed: int, each: int, room: int
) -> None:
    fit = find_fit(budget(room), batch, line(fixed, each, max(1, each // 6)))
    for choice in filter(None, (fit.chosen, fit.runner_up)):
        assert choice.peak <= room
        cost = max(1, each // 6) if choice.way.checkpointing else each
        if choice.way.micro_batch < batch:
            fewer_parts = math.ceil(batch / choice.way.micro_batch) - 1
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
    one = DevicesPlan()
    low, high = step_seconds(t4, one, step, 4) or (0, 0)
    assert low == pytest.approx(4e12 / (0.6 * 65e12))
    assert high == pytest.approx(4e12 / (0.3 * 65e12) + 4e9 / (0.6 * 320e9), rel=0.01)
    faster = step_seconds(h100, one, step, 4)
    assert faster is not None and faster[1] < low
    assert step_seconds(plan_on("m3-max", "fp32"), one, step, 1) is None


def test_messages_go_over_the_slowest_link() -> None:
    gpu = find("h100")
    assert gpu is not None
    node, nodes = DevicesPlan(8, 1, "ddp", "torchrun"), DevicesPlan(8, 4, "ddp", "slurm")
    inside, between = (message_seconds(gpu, devices, 10**10) for devices in (node, nodes))
    assert inside == pytest.approx((10 / (0.8 * 450), 10 / (0.4 * 450)))
    assert between == pytest.approx((10 / (0.8 * 50), 10 / (0.4 * 12.5)))
    assert message_seconds(gpu, DevicesPlan(), 10**10) == (0, 0)
    # What is sent for layers that are held together stays in the node.
    assert message_seconds(gpu, nodes, 10**10, 10**10) == inside


def test_messages_take_memory_on_gpus_and_processes_share_that_of_a_cpu() -> None:
    gpu = HardwarePlan("cuda", "bf16", "", None, find("h100"), 80 * 2**30)
    cpu = HardwarePlan("cpu", "fp32", "", None, None, 32 * 2**30)
    one, four = DevicesPlan(), DevicesPlan(4, 1, "ddp", "torchrun")
    alone, among = budget_of(gpu, one), budget_of(gpu, four)
    assert alone and among and among.context == alone.context + 2**30
    shared = budget_of(cpu, four)
    assert shared and shared.total == 8 * 2**30
