"""Cross-field checks of `hardware`."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_model as rules
from specc.language.base import size_bytes
from specc.language.ground import Check, Ground

_WITHOUT_BF16 = ("avx2", "avx512", "neon")


def fp16_without_cuda(ground: Ground) -> Iterator[Diagnostic]:
    """fp16 where its gradients cannot be scaled."""
    hardware = ground.spec.hardware
    if hardware.precision == "fp16" and hardware.target in ("cpu", "mps"):
        yield ground.at_value(
            rules.FP16_WITHOUT_CUDA,
            ("hardware", "precision"),
            f"`precision: fp16` is for CUDA, and the device is {hardware.target}",
            "write `precision: auto`",
        )


def cpu_key_elsewhere(ground: Ground) -> Iterator[Diagnostic]:
    """Properties of a CPU that does not do the arithmetic."""
    hardware = ground.spec.hardware
    if hardware.target not in ("cuda", "mps"):
        return
    instead = "delete `gpu`" if hardware.gpu else "write `device: cpu`"
    for key in ("instructions", "cores"):
        if ground.given("hardware", key):
            yield ground.at_key(
                rules.CPU_KEY_ELSEWHERE,
                ("hardware", key),
                f"`{key}` describes a CPU, and the device is {hardware.target}",
                f"delete `{key}`, or {instead}",
            )


def bf16_without_instructions(ground: Ground) -> Iterator[Diagnostic]:
    """bf16 that would be emulated."""
    hardware = ground.spec.hardware
    if (
        hardware.precision in ("bf16", "bf16-pure")
        and hardware.target == "cpu"
        and hardware.instructions in _WITHOUT_BF16
    ):
        yield ground.at_value(
            rules.BF16_WITHOUT_INSTRUCTIONS,
            ("hardware", "precision"),
            f"`precision: {hardware.precision}` is slower than fp32 with "
            f"{hardware.instructions} instructions",
            "write `precision: fp32`",
        )


def device_contradicts_gpu(ground: Ground) -> Iterator[Diagnostic]:
    """A device beside a GPU of another kind."""
    hardware = ground.spec.hardware
    gpu = hardware.accelerator
    if gpu and ground.given("hardware", "device") and hardware.device != gpu.device:
        yield ground.at_value(
            rules.DEVICE_CONTRADICTS_GPU,
            ("hardware", "device"),
            f"`device: {hardware.device}` contradicts `gpu: {gpu.id}`, which is on {gpu.device}",
            "delete `device`, which the GPU decides, or delete `gpu`",
            ground.note("the GPU is named here", "hardware", "gpu"),
        )


def precision_not_of_gpu(ground: Ground) -> Iterator[Diagnostic]:
    """A precision that the GPU would have to emulate."""
    hardware = ground.spec.hardware
    gpu = hardware.accelerator
    wants = ("bf16", "bf16-pure") if gpu and gpu.device == "cuda" else ("bf16",)
    if gpu and hardware.precision in wants and "bf16" not in gpu.precisions:
        yield ground.at_value(
            rules.PRECISION_NOT_OF_GPU,
            ("hardware", "precision"),
            f"the {gpu.name} has no bf16: its compute capability is {gpu.capability}, and bf16 "
            "starts with 8.0",
            "write `precision: fp16`, or delete `precision`",
        )


def memory_over_gpu(ground: Ground) -> Iterator[Diagnostic]:
    """More memory than the GPU has."""
    hardware = ground.spec.hardware
    gpu = hardware.accelerator
    if not (gpu and gpu.memory_bytes and hardware.memory):
        return
    if size_bytes(hardware.memory) > gpu.memory_bytes:
        yield ground.at_value(
            rules.MEMORY_OVER_GPU,
            ("hardware", "memory"),
            f"`memory: {hardware.memory}` is more than the {gpu.name} has: {gpu.memory_gib:g}GiB",
            "delete `memory`, or name the GPU that has it",
        )


CHECKS: tuple[Check, ...] = (
    fp16_without_cuda,
    cpu_key_elsewhere,
    bf16_without_instructions,
    device_contradicts_gpu,
    precision_not_of_gpu,
    memory_over_gpu,
)
