"""Cross-field checks of how to compute: tf32, pure bf16, torch.compile, the kernel of attention."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_model
from specc.diagnostics.rules import cross_precision as rules
from specc.language.ground import Check, Ground

_FLASH_CAPABILITY = 8.0
"""NVIDIA's compute capability from which on flash-attn 2 runs (its README)."""


def tf32_without_effect(ground: Ground) -> Iterator[Diagnostic]:
    """tf32 where no product of fp32 numbers passes tensor cores."""
    hardware, path = ground.spec.hardware, ("hardware", "tf32")
    if not hardware.tf32:
        return
    gpu = hardware.accelerator
    if hardware.target != "cuda":
        yield ground.at_value(
            rules.TF32_WITHOUT_EFFECT,
            path,
            f"`tf32: true` is for CUDA, and the device is {hardware.target}",
            "delete `tf32`",
        )
    elif gpu and "tf32" not in gpu.precisions:
        yield ground.at_value(
            cross_model.PRECISION_NOT_OF_GPU,
            path,
            f"the {gpu.name} has no units for tf32",
            "delete `tf32`",
        )
    elif hardware.precision != "fp32":
        yield ground.at_value(
            rules.TF32_WITHOUT_EFFECT,
            path,
            f"`tf32: true` speeds up fp32, and `precision: {hardware.precision}` multiplies in "
            "half precision",
            "write `precision: fp32`, or delete `tf32`",
        )


def bf16_pure_not_here(ground: Ground) -> Iterator[Diagnostic]:
    """bf16 weights for a device that is not known to compute with them."""
    hardware = ground.spec.hardware
    if hardware.precision != "bf16-pure" or hardware.target in ("cpu", "cuda"):
        return
    known = hardware.target == "mps"
    yield ground.at_value(
        rules.BF16_PURE_NOT_HERE,
        ("hardware", "precision"),
        f"`precision: bf16-pure` is for CUDA and CPUs, and the device is {hardware.target}",
        "write `precision: auto`" if known else "name the device, or write `precision: auto`",
    )


def compile_not_here(ground: Ground) -> Iterator[Diagnostic]:
    """torch.compile for a device that it makes no kernels for."""
    target = ground.spec.hardware.target
    if ground.spec.training.compile is True and target not in ("cpu", "cuda"):
        yield ground.at_value(
            rules.COMPILE_NOT_HERE,
            ("training", "compile"),
            f"`compile: true` is for CUDA and CPUs, and the device is {target}",
            "delete `compile`" if target == "mps" else "name the device, or delete `compile`",
        )


def flash_not_here(ground: Ground) -> Iterator[Diagnostic]:
    """FlashAttention-2 where its kernels cannot run."""
    hardware = ground.spec.hardware
    if ground.spec.model.attention != "flash-attention-2":
        return
    gpu = hardware.accelerator
    if hardware.target != "cuda":
        why = f"is for CUDA, and the device is {hardware.target}"
    elif gpu and gpu.capability is not None and gpu.capability < _FLASH_CAPABILITY:
        why = f"needs compute capability 8.0, and the {gpu.name} has {gpu.capability}"
    elif hardware.precision == "fp32":
        why = "computes in fp16 or bf16, and the precision is fp32"
    else:
        return
    yield ground.at_value(
        rules.FLASH_NOT_HERE,
        ("model", "attention"),
        f"`attention: flash-attention-2` {why}",
        "write `attention: sdpa`, torch's own fused kernel",
    )


def eight_bits_not_here(ground: Ground) -> Iterator[Diagnostic]:
    """Moments of 8 bits for a device that bitsandbytes has no step for."""
    target = ground.spec.hardware.target
    if ground.spec.training.optimizer.kind == "adamw-8bit" and target not in ("cpu", "cuda"):
        yield ground.at_value(
            rules.EIGHT_BITS_NOT_HERE,
            ("training", "optimizer"),
            f"`adamw-8bit` is for CUDA and CPUs, and the device is {target}",
            "write `optimizer: adamw`" + ("" if target == "mps" else ", or name the device"),
        )


CHECKS: tuple[Check, ...] = (
    tf32_without_effect,
    bf16_pure_not_here,
    compile_not_here,
    eight_bits_not_here,
    flash_not_here,
)
