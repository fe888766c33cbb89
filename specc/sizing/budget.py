"""What of a device's memory is there for tensors, and how long a step takes on it."""

from __future__ import annotations

from dataclasses import dataclass

from specc.hardware.catalogue import GIB, Accelerator
from specc.plan.devices import DevicesPlan
from specc.plan.hardware import HardwarePlan
from specc.trace.run import Trace

_CUDA_CONTEXT = 0.6 * GIB
"""The driver's context, the kernels' code and cuBLAS's workspace: 0.4 to 0.6 GiB by GPU."""

_CUDA_FRAGMENTATION = 0.05
"""Blocks that torch's allocator holds and cannot hand out: its sizes are those of a step before."""

_NCCL_NVLINK, _NCCL = 1.0 * GIB, 0.5 * GIB
"""What NCCL takes for messages: 4 MiB a channel and peer, and more channels the faster the link.

An assumption; 1.6 GB with the context were reported on NVLink (github.com/NVIDIA/nccl/issues/864).
"""

_FAST_LINKS = ("NVLink", "Infinity Fabric")

_PROCESS = 1.0 * GIB
"""Python, torch, transformers and Arrow on a CPU, with the tokenized texts of a usual data set."""

_CPU_SLACK = 0.15
"""What the C library keeps of freed memory."""

_COMPUTE, _BANDWIDTH, _LINK = (0.3, 0.6), (0.6, 0.9), (0.4, 0.8)
"""Shares of the peak rates that training reaches, low and high."""

_UNKNOWN_LINK = 32.0
"""GB/s in both directions where the catalogue has none: PCIe 3.0 x16."""

_PCIE = (16.0, 64.0)
"""GB/s in one direction between a GPU and its host, an assumption: PCIe 3.0 to 5.0, 16 lanes."""

_HOST = (50.0, 200.0)
"""GB/s of a node's own memory, an assumption: its processes share it while they step."""

_STEPPED = 28
"""Bytes that a step of Adam reads and writes a parameter, all in float32."""

_BETWEEN_NODES = (12.5, 50.0)
"""GB/s that a node sends to others, an assumption: one adapter of 100 to 400 Gbit/s."""


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


def budget_of(hardware: HardwarePlan, devices: DevicesPlan) -> Budget | None:
    """That of one device; None where nobody said how much memory the target has.

    The processes on one CPU share its memory.
    """
    if hardware.memory_bytes is None:
        return None
    if hardware.device != "cuda":
        return Budget(hardware.memory_bytes // devices.count, int(_PROCESS), _CPU_SLACK)
    context, gpu = _CUDA_CONTEXT, hardware.accelerator
    if devices.many:
        context += _NCCL_NVLINK if gpu and gpu.link in _FAST_LINKS else _NCCL
    return Budget(hardware.memory_bytes, int(context), _CUDA_FRAGMENTATION)


def step_seconds(
    hardware: HardwarePlan, devices: DevicesPlan, trace: Trace, parts: int
) -> tuple[float, float] | None:
    """The least and the most that an optimizer step of `parts` micro-batches should take.

    The least: arithmetic, memory traffic and messages overlap wholly, each at the best share of its
    peak. The most: one after the other, at the worst share (the roofline model,
    doi:10.1145/1498765.1498785).
    """
    gpu = hardware.accelerator
    rate = gpu.flops(hardware.rate) if gpu and hardware.rate else None
    if gpu is None or rate is None:
        return None
    compute = parts * trace.flops / rate
    traffic = parts * trace.moved / (gpu.bandwidth_gbs * 1e9)
    messages = message_seconds(gpu, devices, trace.sent, trace.sent_within)
    host = offload_seconds(devices, trace, parts)
    least = max(compute / _COMPUTE[1], traffic / _BANDWIDTH[1], messages[0], host[0])
    return least, compute / _COMPUTE[0] + traffic / _BANDWIDTH[0] + messages[1] + host[1]


def offload_seconds(devices: DevicesPlan, trace: Trace, parts: int) -> tuple[float, float]:
    """The least and the most for what shares in host memory cost in a step.

    With each part of a batch they come to the GPU for the forward and the backward pass, and its
    gradients go back; the optimizer then steps all of a node's shares in the node's memory.
    """
    if not devices.offloads:
        return 0.0, 0.0
    share = 1 / devices.num_processes
    passed = parts * share * (2 * trace.weights_saved + 4 * trace.trainable)
    stepped = _STEPPED * trace.trainable * share * devices.count
    least = max(passed / (_LINK[1] * _PCIE[1]), stepped / (_BANDWIDTH[1] * _HOST[1]))
    most = passed / (_LINK[0] * _PCIE[0]) + stepped / (_BANDWIDTH[0] * _HOST[0])
    return least / 1e9, most / 1e9


def message_seconds(
    gpu: Accelerator, devices: DevicesPlan, sent: int, within: int = 0
) -> tuple[float, float]:
    """The least and the most for what each device sends to the next of a ring in a step.

    It sends while it receives, so half of the link counts; the slowest link sets the pace. What is
    sent `within` a group that holds layers together stays in a node.
    """
    if not devices.many:
        return 0.0, 0.0
    inside = (gpu.link_gbs or _UNKNOWN_LINK) / 2
    low, high = _LINK[0] * inside, _LINK[1] * inside
    if devices.count == 1:
        low, high = _LINK[0] * _BETWEEN_NODES[0], _LINK[1] * _BETWEEN_NODES[1]
    elif devices.nodes > 1:
        low = min(low, _LINK[0] * _BETWEEN_NODES[0])
        high = min(high, _LINK[1] * _BETWEEN_NODES[1])
    between = sent - within
    least, most = within / (_LINK[1] * inside), within / (_LINK[0] * inside)
    return (between / high + least) / 1e9, (between / low + most) / 1e9
