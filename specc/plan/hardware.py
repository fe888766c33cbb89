"""What the declared hardware decides: the device, the arithmetic, and which kernels pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc.hardware.catalogue import GIB, Accelerator, Rate
from specc.language.base import size_bytes
from specc.language.hardware import Device, HardwareFields
from specc.plan.ledger import Ledger

Arithmetic = Literal["fp32", "bf16", "fp16", "bf16-pure", "auto"]

BF16_INSTRUCTIONS = ("avx512-bf16", "amx-bf16", "neon-bf16")


@dataclass(frozen=True, slots=True)
class HardwarePlan:
    """The resolved target. `precision` is "auto" only where the device is chosen at run time.

    `accelerator` is the row of the GPU that the spec names, None where it names none.
    `memory_bytes` is what a process can have of one device, its own context not yet counted:
    declared, or what torch reports of the GPU; None where nobody said. `price_per_hour` is that of
    one device, in the user's currency. `tf32`: products of fp32 numbers read them as tf32.
    """

    device: Device
    precision: Arithmetic
    precision_reason: str
    cores: int | None
    accelerator: Accelerator | None = None
    memory_bytes: int | None = None
    price_per_hour: float | None = None
    tf32: bool = False

    @property
    def rate(self) -> Rate | None:
        """What matrix products are computed in; None where the device is chosen at run time."""
        if self.precision == "auto":
            return None
        if self.precision == "bf16-pure":
            return "bf16"
        return "tf32" if self.tf32 else self.precision


def plan_hardware(hardware: HardwareFields, ledger: Ledger, overflows: str = "") -> HardwarePlan:
    """Resolves device and precision from what was declared, never from this machine.

    `overflows` names a family whose states fp16 cannot hold.
    """
    gpu = hardware.accelerator
    if gpu:
        ledger.take(hardware, "hardware", "gpu", f"{gpu.full_name} of {gpu.year}")
    device = _device(hardware, gpu, ledger)
    memory = _memory(hardware, gpu, ledger)
    if hardware.price_per_hour is not None:
        ledger.take(hardware, "hardware", "price_per_hour", "of one device, as declared")
    if hardware.instructions:
        ledger.take(hardware, "hardware", "instructions", "declared")
    if hardware.cores:
        ledger.take(hardware, "hardware", "cores", "declared")
    said = None if hardware.precision == "auto" else hardware.precision
    derived, reason = _precision_of(gpu) if gpu else _precision(hardware)
    if derived == "fp16" and overflows:
        derived, reason = (
            "fp32",
            f"{overflows} overflows in fp16, and the {gpu and gpu.name} has no bf16",
        )
    pinned = "pinned in the spec"
    if said == "bf16-pure":
        pinned += "; the optimizer steps fp32 copies of the bf16 weights"
    precision = ledger.choose("hardware.precision", said, derived, pinned, reason)
    if hardware.tf32:
        ledger.take(hardware, "hardware", "tf32", "fp32 products read 10 bits of each mantissa")
    return HardwarePlan(
        device=device,
        precision=precision,
        precision_reason=pinned if said else reason,
        cores=hardware.cores,
        accelerator=gpu,
        memory_bytes=memory,
        price_per_hour=hardware.price_per_hour,
        tf32=hardware.tf32,
    )


def _device(hardware: HardwareFields, gpu: Accelerator | None, ledger: Ledger) -> Device:
    if gpu and hardware.device == "auto":
        ledger.derive("hardware.device", gpu.device, f"that of the {gpu.name}")
        return gpu.device
    at_start = "the accelerator that is there when training starts"
    why = at_start if hardware.device == "auto" else "declared"
    ledger.take(hardware, "hardware", "device", why)
    return hardware.device


def _memory(hardware: HardwareFields, gpu: Accelerator | None, ledger: Ledger) -> int | None:
    """Bytes of one device, shown as they were said or as GiB."""
    if hardware.memory:
        shared = hardware.target == "cpu" and hardware.count > 1
        whose = f"of the machine: its {hardware.count} processes share it" if shared else ""
        ledger.take(hardware, "hardware", "memory", whose or "of one device, as declared")
        return size_bytes(hardware.memory)
    if gpu is None or gpu.usable_bytes is None:
        return None
    why = f"what torch reports of the {gpu.name}'s {gpu.memory_gib:g} GiB"
    if gpu.usable_gib is None:
        why = f"the {gpu.name}'s as its vendor states them; torch reports a little less"
    ledger.derive("hardware.memory", f"{gpu.usable_bytes / GIB:.2f}GiB", why)
    return gpu.usable_bytes


def _precision_of(gpu: Accelerator) -> tuple[Arithmetic, str]:
    """The arithmetic that a GPU of the catalogue trains fastest with, and its rate."""
    if gpu.device == "mps":
        return "fp32", "autocast gains little on MPS, and fp32 is the reference"
    if gpu.bf16:
        return "bf16", f"the {gpu.name} multiplies bf16 at {gpu.bf16:g} TFLOP/s"
    return "fp16", f"the {gpu.name} multiplies fp16 at {gpu.fp16:g} TFLOP/s and has no bf16"


def _precision(hardware: HardwareFields) -> tuple[Arithmetic, str]:
    """The arithmetic that the declared hardware is fastest with, and why."""
    match hardware.device:
        case "cuda":
            return "bf16", (
                "GPUs since the A100 (2020) multiply bf16 at twice the rate of tf32, without loss "
                "scaling; for a T4 or V100 pin fp16"
            )
        case "mps":
            return "fp32", "autocast gains little on MPS, and fp32 is the reference"
        case "auto":
            return (
                "auto",
                "bf16 where a CUDA GPU has it, fp32 elsewhere: known when training starts",
            )
    if hardware.instructions in BF16_INSTRUCTIONS:
        return "bf16", f"the declared CPU multiplies bf16 in hardware ({hardware.instructions})"
    if hardware.instructions:
        return "fp32", f"{hardware.instructions} has no bf16 multiplication, which is slow without"
    return "fp32", (
        "no `hardware.instructions` are declared, and bf16 is slow on a CPU that has none for it"
    )
