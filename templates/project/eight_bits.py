"""AdamW whose moments have 8 bits, of the package bitsandbytes (Dettmers et al., arXiv:2110.02861).

Blocks of 256 numbers share a scale, so a moment takes a byte a weight instead of four. Tensors of
fewer than 4,096 numbers keep moments of 32 bits.
"""

import re

import torch

try:
    from bitsandbytes.optim import AdamW8bit, GlobalOptimManager
except ModuleNotFoundError:
    raise SystemExit(
        "the optimizer needs the package bitsandbytes: pip install -r requirements.txt"
    ) from None


def adamw_8bit(
    model: torch.nn.Module,
    groups: list[dict[str, object]],
    betas: tuple[float, float],
    eps: float,
) -> torch.optim.Optimizer:
    """The optimizer of `groups`, which hold the parameters of `model`."""
    manager = GlobalOptimManager.get_instance()
    for name, parameter in model.named_parameters():
        outside = {{ model.outside_embeddings }}
        # Most rows of an embedding get no gradient in a step, and the others uneven ones: the paper
        # found training with 8 bits of those unstable (section 2.3).
        if not outside:
            manager.override_config(parameter, "optim_bits", 32)
    optimizer: torch.optim.Optimizer = AdamW8bit(groups, betas=betas, eps=eps)
    return optimizer
