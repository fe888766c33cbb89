"""Faster equivalents of what the libraries do on a CPU; training is right without this file, only slower.

`speed_up` changes a model once, after its weights are loaded and before the optimizer is built.
"""

import ctypes
import sys
from typing import Any

import torch
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import sdpa_mask
from transformers.models.marian.modeling_marian import MarianAttention, MarianMTModel


def speed_up(model: MarianMTModel, seed: int) -> None:
    """Applies every section below."""
    keep_memory()
    give_dropout(model)
    pool_dropout(model, seed)
    AttentionInterface.register("short", short_attention)
    AttentionMaskInterface.register("short", attention_bias)
    model.set_attn_implementation("short")


def keep_memory() -> None:
    """Lets glibc keep freed memory for the next step.

    By default large blocks go back to the system, and every page of them is faulted in again. No
    result changes; where the C library is not glibc, nothing happens.
    """
    libc = ctypes.CDLL(None)
    if sys.platform == "linux" and hasattr(libc, "mallopt"):
        m_trim_threshold, m_top_pad, m_mmap_max = -1, -2, -4  # malloc.h
        libc.mallopt(m_mmap_max, 0)
        libc.mallopt(m_trim_threshold, 2**31 - 1)
        libc.mallopt(m_top_pad, 64 * 2**20)


class MaskPool:
    """Dropout masks cut at a random offset from one long mask that is drawn once.

    torch draws masks on a CPU one number after another, about 8 ns each. Every mask here drops each
    element at the same rate; what differs is that two masks can be shifted parts of one another.
    The offset comes from torch's generator, so restoring its state restores the masks.
    """

    def __init__(self, rate: float, seed: int, size: int = 2**24) -> None:
        generator = torch.Generator().manual_seed(seed)
        # A 64-bit draw holds four 16-bit numbers, of which the lowest are dropped.
        draws = torch.empty(size // 4, dtype=torch.int64).random_(
            -(2**63), None, generator=generator
        )
        num_dropped = round(rate * 2**16)
        self.keep = draws.view(torch.int16) >= num_dropped - 2**15
        self.scale = 2**16 / (2**16 - num_dropped)
        self.masks: dict[torch.dtype, torch.Tensor] = {}

    def drop(self, x: torch.Tensor) -> torch.Tensor:
        """`x` with some elements set to zero and the others scaled up."""
        if x.dtype not in self.masks:
            self.masks[x.dtype] = self.keep.to(x.dtype) * self.scale
        mask = self.masks[x.dtype]
        start = int(torch.randint(len(mask) - x.numel(), ()))
        return x * mask[start : start + x.numel()].view(x.shape)


class PooledDropout(nn.Module):
    """nn.Dropout with masks from a pool; what needs over half of it is dropped part by part."""

    def __init__(self, rate: float, pool: MaskPool) -> None:
        super().__init__()
        self.p, self.pool = rate, pool

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return x
        fits = x.numel() <= len(self.pool.keep) // 2
        return self.pool.drop(x) if fits else torch.stack([self(part) for part in x])


def pool_dropout(model: nn.Module, seed: int) -> None:
    """Replaces every nn.Dropout; equal rates share a pool."""
    pools: dict[float, MaskPool] = {}
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.Dropout) and child.p > 0:
                pools[child.p] = pools.get(child.p) or MaskPool(child.p, seed)
                setattr(module, name, PooledDropout(child.p, pools[child.p]))


def give_dropout(model: MarianMTModel) -> None:
    """Makes dropout a module wherever the layers call torch's function, so that it can be pooled."""

    def drop_behind(module: Any, rate: float) -> None:
        module.drop = nn.Dropout(rate)
        module.register_forward_hook(lambda module, _, output: module.drop(output))

    attentions: list[Any] = [m for m in model.modules() if isinstance(m, MarianAttention)]
    for attention in attentions:
        attention.drop_weights = nn.Dropout(attention.dropout)
    stacks: Any = (model.model.encoder, model.model.decoder)
    for stack in stacks:
        # Nothing stands between the sum of the embeddings and the first layer.
        first = stack.layers[0]
        first.drop_input = nn.Dropout(stack.dropout)
        first.register_forward_pre_hook(
            lambda layer, given: (layer.drop_input(given[0]), *given[1:])
        )
        stack.dropout = 0.0
        for layer in stack.layers:
            inner = [m.out_proj for m in layer.modules() if isinstance(m, MarianAttention)]
            for module in (*inner, layer.fc2):
                drop_behind(module, layer.dropout)
            drop_behind(layer.activation_fn, layer.activation_dropout)
            layer.dropout = layer.activation_dropout = 0.0


def attention_bias(**given: Any) -> torch.Tensor | None:
    """What is added to the scores (B, 1, T, S): -1e9 where not to look; made once a forward pass."""
    mask = sdpa_mask(**given | {"allow_is_causal_skip": False})
    return None if mask is None else torch.zeros(mask.shape).masked_fill_(~mask, -1e9)


def short_attention(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float = 1.0,
    **_: object,
) -> tuple[torch.Tensor, None]:
    """Attention as two batched products and a softmax; all (B, heads, T, D), out (B, T, heads, D).

    Below some 200 tokens this beats scaled_dot_product_attention on a CPU, which with dropout also
    takes a slow path. The softmax is in float32: more exact, and faster for most lengths.
    """
    batch, heads, queries, width = query.shape
    flat = batch * heads
    keys = key.reshape(flat, -1, width).transpose(1, 2)
    scores = torch.bmm((query * scaling).reshape(flat, queries, width), keys)
    scores = scores.view(batch, heads, queries, -1).float()
    if attention_mask is not None:
        scores = scores + attention_mask
    weights = module.drop_weights(torch.softmax(scores, -1).to(value.dtype))
    context = torch.bmm(weights.view(flat, queries, -1), value.reshape(flat, -1, width))
    return context.view(batch, heads, queries, width).transpose(1, 2), None
