"""What of a device's memory is there for tensors, and how long a step takes on it."""

from __future__ import annotations

from dataclasses import dataclass

from specc.hardware.catalogue import GIB
from specc.plan.hardware import HardwarePlan
from specc.trace.run import Trace

_CUDA_CONTEXT = 0.6 * GIB
"""The driver's context, the kernels' code and cuBLAS's workspace: 0.4 to 0.6 GiB by GPU."""

_CUDA_FRAGMENTATION = 0.05
"""Blocks that torch's allocator holds and cannot hand out: its sizes are those of a step before."""

_PROCESS = 1.0 * GIB
"""Python, torch, transformers and Arrow on a CPU, with the tokenized texts of a usual data set."""

_CPU_SLACK = 0.15
"""What the C library keeps of freed memory."""

_COMPUTE, _BANDWIDTH = (0.3, 0.6), (0.6, 0.9)
"""Shares of the peak rates that training reaches, low and high."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Bytes of one device: in all, before any tensor is there; the share lost between tensors."""

    total: int
    context: int
    slack: float

    @property
    def for_tensors(self) -> int:
        """What all tensors together may take."""
        return max(0, int((self.total - self.context) / (1 + self.slack)))

    def needed(self, tensors: int) -> int:
        """What a device must have for so many bytes of tensors."""
        return int(self.context + tensors * (1 + self.slack))


def budget_of(hardware: HardwarePlan) -> Budget | None:
    """None where nobody said how much memory the target has."""
    if hardware.memory_bytes is None:
        return None
    if hardware.device == "cuda":
        return Budget(hardware.memory_bytes, int(_CUDA_CONTEXT), _CUDA_FRAGMENTATION)
    return Budget(hardware.memory_bytes, int(_PROCESS), _CPU_SLACK)


def step_seconds(hardware: HardwarePlan, trace: Trace, parts: int) -> tuple[float, float] | None:
    """The least and the most that an optimizer step of `parts` micro-batches should take.

    The least: arithmetic and memory traffic overlap wholly, each at the best share of its peak. The
    most: one after the other, at the worst share (the roofline model, doi:10.1145/1498765.1498785).
    """
    gpu = hardware.accelerator
    rate = gpu.flops(hardware.rate) if gpu and hardware.rate else None
    if gpu is None or rate is None:
        return None
    compute = parts * trace.flops / rate
    traffic = parts * trace.moved / (gpu.bandwidth_gbs * 1e9)
    least = max(compute / _COMPUTE[1], traffic / _BANDWIDTH[1])
    return least, compute / _COMPUTE[0] + traffic / _BANDWIDTH[0]
