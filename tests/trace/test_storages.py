"""What is counted of tensors without memory: each storage once, as long as it lives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
import torch.utils.flop_counter
from torch._subclasses.fake_tensor import FakeTensorMode

from specc.trace.cuda import as_on
from specc.trace.shapes import LargestShapes
from specc.trace.storages import StorageTracker

KIB = 1024


@pytest.fixture
def tracker() -> Iterator[StorageTracker]:
    """Inside of fake tensors; 256 floats are a KiB."""
    made = StorageTracker(512)
    with FakeTensorMode(allow_non_fake_inputs=True), LargestShapes(), made:
        yield made


def total(tracker: StorageTracker) -> int:
    return sum(tracker.alive.values())


def test_views_share_a_storage(tracker: StorageTracker) -> None:
    x = torch.zeros(4, 256)
    views = [x.t(), x[1:], x.view(-1), x.detach()]
    assert total(tracker) == 4 * KIB
    del x
    assert total(tracker) == 4 * KIB
    del views
    assert total(tracker) == 0


def test_the_peak_is_the_worst_moment(tracker: StorageTracker) -> None:
    x = torch.zeros(256)
    y = x + 1
    del y
    z = x * 2
    assert total(tracker) == 2 * KIB
    assert sum(tracker.peak.values()) == 2 * KIB
    tracker.start()
    del z
    assert sum(tracker.peak.values()) == 2 * KIB


def test_small_tensors_take_a_block(tracker: StorageTracker) -> None:
    one = torch.zeros(1)
    assert total(tracker) == 512
    del one


def test_kinds(tracker: StorageTracker) -> None:
    weight = torch.nn.Parameter(torch.zeros(256, 256))
    tracker.mark([weight], "weights")
    half = weight.to(torch.bfloat16)
    x = torch.ones(2, 256, dtype=torch.bfloat16)
    y = x @ half.t()
    assert tracker.kind_of(weight) == tracker.kind_of(weight.t()) == "weights"
    assert tracker.kind_of(half) == "copies"
    tracker.mark([y, weight], "activations", only="temporary")
    assert (tracker.kind_of(y), tracker.kind_of(weight)) == ("activations", "weights")
    assert tracker.alive["weights"] == 256 * KIB
    assert tracker.alive["copies"] == 128 * KIB


def test_traffic_is_what_operations_read_and_write(tracker: StorageTracker) -> None:
    x = torch.zeros(256)
    tracker.start()
    x.view(16, 16)
    assert tracker.moved == 0
    y = x + x
    assert tracker.moved == 3 * KIB
    y.mul_(2)
    assert tracker.moved == 5 * KIB


def test_what_depends_on_values_is_as_large_as_can_be(tracker: StorageTracker) -> None:
    x = torch.zeros(3, 4)
    assert x[x > 0].shape == (12,)
    assert x.nonzero().shape == (12, 2)
    assert torch.unique(x).shape == (12,)
    assert x[x.sum(1) > 0].shape == (3, 4)
    assert x.sum().item() == 1.0
    assert bool((x > 0).any())


def test_cuda_keeps_a_byte_an_element_for_dropout(tracker: StorageTracker) -> None:
    x = torch.zeros(256, 256, requires_grad=True)
    with as_on("cuda"):
        before = total(tracker)
        y = torch.nn.functional.dropout(x, 0.1)
        assert total(tracker) - before == y.numel() * 4 + y.numel()
        assert torch.nn.functional.dropout(x, 0.1, training=False) is x


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_autocast_normalizes_in_float32_on_cuda_alone(device: str, tracker: StorageTracker) -> None:
    norm, linear = torch.nn.LayerNorm(8), torch.nn.Linear(8, 8)
    with as_on(device), torch.autocast("cpu", torch.bfloat16):
        states = linear(torch.zeros(2, 8))
        assert states.dtype is torch.bfloat16
        assert norm(states).dtype is (torch.float32 if device == "cuda" else torch.bfloat16)


def test_attention_keeps_no_square_on_cuda(tracker: StorageTracker) -> None:
    query = torch.zeros(1, 2, 1024, 64, dtype=torch.bfloat16, requires_grad=True)
    with as_on("cuda"):
        tracker.start()
        out = torch.nn.functional.scaled_dot_product_attention(query, query, query, dropout_p=0.1)
        grown = sum(tracker.peak.values()) - total(tracker)
    square = 2 * 1024 * 1024 * 2
    assert out.shape == query.shape
    assert grown < square / 8


def test_flops_are_those_of_torchs_own_counter(tracker: StorageTracker) -> None:
    linear, x = torch.nn.Linear(16, 32), torch.zeros(8, 16, requires_grad=True)
    with torch.utils.flop_counter.FlopCounterMode(display=False) as counter:
        tracker.start()
        linear(x).sum().backward()
    assert tracker.flops == counter.get_total_flops() == 3 * 2 * 8 * 16 * 32
