"""The `machine` names of the templates: what the spec declares of the machine that will train."""

from __future__ import annotations

from typing import Any

from specc.hardware.catalogue import GIB
from specc.language.hardware import Instructions
from specc.plan.plan import Plan

FLAGS: dict[Instructions, str] = {
    "amx-bf16": "amx_bf16",
    "avx512-bf16": "avx512_bf16",
    "avx512": "avx512_f",
    "avx2": "avx2",
    "neon-bf16": "bf16",
    "neon": "neon",
}
"""The name of each instruction set in `torch.cpu.get_capabilities()`."""

_TOLERANCE = 0.97
"""Share of the declared memory that must be there: drivers and systems keep a little."""


def declares_machine(plan: Plan) -> bool:
    """Whether the spec says anything of the machine that can turn out to be wrong."""
    hardware = plan.spec.hardware
    device, memory = plan.hardware.device, plan.hardware.memory_bytes
    if device == "auto":
        return False
    said = bool(memory) or plan.devices.many
    if device == "cpu":
        said |= bool(hardware.instructions) or plan.hardware.precision.startswith("bf16")
    return said


def machine_context(plan: Plan) -> dict[str, Any]:
    """Every name under `machine`; empty or None for what the spec does not declare."""
    declared, hardware, devices = plan.spec.hardware, plan.hardware, plan.devices
    gpu, memory = hardware.accelerator, hardware.memory_bytes
    named = f"`hardware.gpu: {gpu.id}`" if gpu else f"`hardware.device: {hardware.device}`"
    size = f"{memory / GIB:.2f} GiB" if memory else ""
    words = f"`hardware.memory: {declared.memory}`" if declared.memory else f"{named} ({size})"
    flag = FLAGS[declared.instructions] if declared.instructions else None
    return {
        "flag": flag,
        "compare_call": "compare(device)" if hardware.device == "cuda" else "compare()",
        "instructions": declared.instructions,
        "is_bf16": hardware.device == "cpu" and hardware.precision.startswith("bf16"),
        # Under DDP a launcher may go on with fewer nodes; FSDP needs all of them.
        "num_processes": _fewest_processes(plan) if devices.many else 0,
        "processes_words": _processes_words(plan),
        "count_words": f"`hardware.count: {devices.count}`" if devices.count > 1 else named,
        "min_gib": round(memory / GIB * _TOLERANCE, 2) if memory else None,
        "memory_words": words,
        "built_for": f"{gpu.full_name if gpu else hardware.device} with {size}",
    }


def _fewest_processes(plan: Plan) -> int:
    devices = plan.devices
    return devices.count * (1 if devices.strategy == "ddp" else devices.nodes)


def _processes_words(plan: Plan) -> str:
    nodes = f" with `nodes: {plan.devices.nodes}`" if plan.devices.nodes > 1 else ""
    return f"`hardware.count: {plan.devices.count}`{nodes}"
