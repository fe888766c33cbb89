"""Which faster equivalents a project with a decoder gets on a CPU, each with its reason."""

from __future__ import annotations

from specc.language.model import Pretrained, Scratch
from specc.plan.family import Family
from specc.plan.hardware import HardwarePlan
from specc.plan.ledger import Ledger
from specc.plan.levers import SHORT, Kernels

LONGEST_EXPLICIT = 512
"""Tokens above which the scores of a block (heads x T x T) outweigh what they save."""

SHORT_BF16 = 257
"""Where `SHORT` lies with bf16, whose products are faster and whose scores are half as large."""


def decoder_kernels(
    model: Pretrained | Scratch,
    family: Family,
    hardware: HardwarePlan,
    block_size: int | None,
    ledger: Ledger,
) -> Kernels:
    """Decides each lever from family, arithmetic and the length of a block."""
    size = block_size or LONGEST_EXPLICIT + 1
    drops = model.dropout > 0 if model.dropout is not None else family.name == "gpt2"
    short = SHORT_BF16 if hardware.precision == "bf16" else SHORT
    pays = size < short or (drops and size <= LONGEST_EXPLICIT)
    explicit = pays and model.attention == "auto"
    chosen = Kernels(
        keep_memory=True,
        pooled_dropout=drops,
        short_attention=explicit,
        bf16_stream=hardware.precision == "bf16",
        fused_gelu=family.name == "gpt2",
    )
    for name, reason in _reasons(size, drops, short).items():
        if getattr(chosen, name):
            ledger.derive(f"kernels.{name}", True, reason)
    return chosen


def _reasons(size: int, drops: bool, short: int) -> dict[str, str]:
    why = (
        "with dropout the fused CPU attention takes a slow path"
        if drops
        else f"below {short} tokens two batched products beat the fused CPU attention"
    )
    return {
        "keep_memory": "the allocator keeps a step's memory for the next instead of faulting it in",
        "pooled_dropout": "torch draws CPU dropout masks serially, about 8 ns an element",
        "short_attention": f"blocks of {size} tokens: {why}",
        "bf16_stream": "one cast behind the embeddings instead of one before each linear layer",
        "fused_gelu": "the library's GELU makes seven passes over memory, torch's own one",
    }
