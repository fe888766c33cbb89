"""Decisions about speed alone: the kernel of attention, torch.compile, fused steps, workers."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import plan as rules
from specc.language.spec import Spec
from specc.plan.family import Family
from specc.plan.hardware import HardwarePlan
from specc.plan.ledger import Ledger
from specc.plan.levers import Kernels
from specc.yaml.source import Source

FLASH = "flash-attention-2"

_TENSORS = 3
"""Of 64-bit numbers that a batch has about: ids, mask, labels or positions."""


def check_attention(spec: Spec, source: Source, family: Family | None) -> Iterator[Diagnostic]:
    """SP416: FlashAttention-2 in a network that it cannot compute."""
    if spec.model.attention == FLASH and family is not None and not family.has_flash:
        yield Diagnostic(
            rules.FLASH_NOT_OF_ARCHITECTURE,
            f"`attention: {FLASH}` cannot compute the attention of {family.name}, which adds a "
            "learned bias to its scores",
            source.file,
            source.span("model", "attention"),
            "write `attention: sdpa`",
        )


def plan_compile(spec: Spec, hardware: HardwarePlan, num_steps: int | None, ledger: Ledger) -> bool:
    """Whether the step of training goes through torch.compile."""
    said = None if spec.training.compile == "auto" else spec.training.compile
    told = "forward and backward are compiled in the first step; evaluation runs without"
    steps = f"{num_steps:,} steps" if num_steps else "as many steps as the data gives"
    cost = {
        "cpu": "compiling six layers took 86 s on two busy cores, and turns the levers of "
        f"`kernels` off; {steps}",
        "cuda": "compiling takes a minute or more before the first step, and what it gains has not "
        f"been measured here; {steps}",
    }
    why = cost.get(hardware.device, "it makes kernels for CUDA and CPUs, where that is known")
    chosen = ledger.choose(
        "training.compile",
        said,
        False,
        told if said else "pinned in the spec",
        f"{why}; next best: true",
    )
    return bool(chosen)


def plan_attention(
    spec: Spec, hardware: HardwarePlan, kernels: Kernels, max_length: int, ledger: Ledger
) -> str | None:
    """The library's name of the kernel that is asked for; None: what it takes by itself."""
    asked = spec.model.attention
    said = None if asked == "auto" else asked
    scores = spec.training.batch_size * max_length**2 * _width(hardware)
    usual, why = (
        "sdpa",
        (
            "torch's fused kernel never holds the scores, which are "
            f"{scores / 2**20:,.3g} MiB a head and layer for a batch of {max_length} tokens"
        ),
    )
    if kernels.short_attention:
        usual, why = "short", "see `kernels.short_attention`; next best: sdpa"
    elif hardware.device == "cuda":
        why += f"; next best: {FLASH}, the same algorithm in a package of its own"
    else:
        why += "; next best: eager"
    ledger.choose("model.attention", said, usual, "pinned in the spec", why)
    return said.replace("-", "_") if said else None


def record_speed(spec: Spec, hardware: HardwarePlan, max_length: int, ledger: Ledger) -> None:
    """The optimizer's step, and who makes the batches."""
    kind = spec.training.optimizer.kind
    if kind == "adafactor":
        why = "torch's Adafactor has no fused step; next best: adamw, whose step is fused"
    elif kind == "adamw-8bit" and hardware.device == "cpu":
        why = (
            "on a CPU, bitsandbytes takes moments to 32 bits and back, some ten passes over "
            "memory; next best: adamw, which takes one"
        )
    elif hardware.device in ("cpu", "cuda"):
        why = (
            f"one pass over {_BYTES[kind]} bytes a parameter and step; next best: one pass an "
            "operation"
        )
    else:
        why = f"{hardware.device} may be a device without a fused step; next best: true on CUDA"
    fused = hardware.device in _FUSED.get(kind, ("cpu", "cuda"))
    ledger.derive("training.optimizer.fused", fused, why)
    size = ceil(spec.training.batch_size * max_length * _TENSORS * 8 / 1024)
    way = (
        "copied from pinned memory while the GPU computes"
        if hardware.device == "cuda"
        else "which no copy between processes makes faster"
    )
    ledger.derive(
        "data.workers",
        0,
        f"tokens lie in memory, so a batch is at most {size:,} KiB of ids padded in the training "
        f"process, {way}; next best: 1, which has to send each batch back",
    )


_BYTES = {"adamw": 28, "adamw-8bit": 16, "adam": 28, "sgd": 20}
"""Weight, gradient and running means, read once, and all but the gradient written."""

_FUSED: dict[str, tuple[str, ...]] = {"adafactor": (), "adamw-8bit": ("cuda",)}
"""Devices with a fused step, where not CPUs and CUDA."""


def _width(hardware: HardwarePlan) -> int:
    """Bytes of a number that is multiplied."""
    return 4 if hardware.precision in ("fp32", "auto") else 2
