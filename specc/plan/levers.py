"""The faster equivalents that there are, and what the families share in choosing them."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Kernels:
    """One flag a lever; each is a function in the project's speedups.py."""

    keep_memory: bool = False
    pooled_dropout: bool = False
    short_attention: bool = False
    bf16_stream: bool = False
    first_token: bool = False
    trained_rows: bool = False
    fused_gelu: bool = False

    @property
    def any(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


SHORT_WITH_DROPOUT = 513
"""Tokens below which two batched products beat the CPU attention that draws dropout masks.

The fused attention knows no dropout: torch then takes a path that draws the masks serially (twice
the time at 384 tokens).
"""

SHORT = 200
"""Tokens below which two batched products beat the fused CPU attention."""
