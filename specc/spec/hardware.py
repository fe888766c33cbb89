"""`hardware`: the machine the project is for, which need not be the one that compiles."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from specc.spec.base import PositiveInt, Section

Device = Literal["auto", "cpu", "cuda", "mps"]
Instructions = Literal["avx2", "avx512", "avx512-bf16", "amx-bf16", "neon", "neon-bf16"]
Precision = Literal["auto", "fp32", "bf16", "fp16"]


class HardwareFields(Section):
    """`hardware`: the target. Several devices and memory plans come with a later version."""

    device: Device = Field("auto", description="auto: CUDA, then MPS, then CPU, when it starts")
    instructions: Instructions | None = Field(
        None, description="what the target CPU offers; decides bf16 and the kernels"
    )
    cores: PositiveInt | None = Field(None, description="CPU threads; default: torch's own choice")
    precision: Precision = Field("auto", description="of the arithmetic; weights stay fp32")


HardwareSection = Annotated[
    HardwareFields, BeforeValidator(lambda v: {"device": v} if isinstance(v, str) else v)
]
"""A string is shorthand for `{device: ...}`."""
