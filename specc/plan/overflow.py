"""Families whose states are too large for fp16."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import plan as rules
from specc.language.model import Pretrained
from specc.language.spec import Spec
from specc.plan.family import Family
from specc.yaml.source import Source

_OVERFLOWING = (
    *("t5", "mt5", "umt5", "longt5", "switch_transformers", "pegasus"),
    *("gemma", "gemma2", "gemma3", "gemma3_text", "gpt_neo"),
)


def overflowing(family: Family | None, kind: str) -> str:
    """The family, or the `kind` that config.json names, if its states overflow in fp16."""
    name = family.name if family else kind
    return name if name in _OVERFLOWING else ""


def check_fp16(
    spec: Spec, source: Source, family: Family | None, kind: str
) -> Iterator[Diagnostic]:
    """SP417: fp16 is pinned for a family that overflows in it."""
    name = overflowing(family, kind)
    if spec.hardware.precision != "fp16" or not name or not isinstance(spec.model, Pretrained):
        return
    gpu = spec.hardware.accelerator
    other = "bf16" if gpu and gpu.bf16 else "fp32"
    yield Diagnostic(
        rules.FP16_OVERFLOWS,
        f"`precision: fp16` cannot hold the states of {name}, and the loss may become NaN",
        source.file,
        source.span("hardware", "precision"),
        f"write `precision: {other}`",
        severity="warning",
    )
