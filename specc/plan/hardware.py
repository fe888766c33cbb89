"""What the declared hardware decides: the device, the arithmetic, and which kernels pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc.plan.ledger import Ledger
from specc.spec.hardware import Device, HardwareFields

Arithmetic = Literal["fp32", "bf16", "fp16", "auto"]

BF16_INSTRUCTIONS = ("avx512-bf16", "amx-bf16", "neon-bf16")


@dataclass(frozen=True, slots=True)
class HardwarePlan:
    """The resolved target. `precision` is "auto" only where the device is chosen at run time."""

    device: Device
    precision: Arithmetic
    precision_reason: str
    cores: int | None


def plan_hardware(hardware: HardwareFields, ledger: Ledger) -> HardwarePlan:
    """Resolves device and precision from what was declared, never from this machine."""
    device = ledger.take(
        hardware,
        "hardware",
        "device",
        "the accelerator that is there when training starts"
        if hardware.device == "auto"
        else "declared",
    )
    if hardware.instructions:
        ledger.take(hardware, "hardware", "instructions", "declared")
    if hardware.cores:
        ledger.take(hardware, "hardware", "cores", "declared")
    said = None if hardware.precision == "auto" else hardware.precision
    derived, reason = _precision(hardware)
    precision = ledger.choose("hardware.precision", said, derived, "pinned in the spec", reason)
    return HardwarePlan(device, precision, "pinned in the spec" if said else reason, hardware.cores)


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
