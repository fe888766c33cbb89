"""Faster equivalents of what the libraries do on a CPU; training is right without this file, only slower.

`speed_up` changes a model once, after its weights are loaded and before the optimizer is built.
"""

import ctypes
import sys
from typing import Any

import torch
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.masking_utils import sdpa_mask


def speed_up(model: PreTrainedModel, seed: int) -> None:
    """Applies every section below."""
    keep_memory()
    pool_dropout(model, seed)
    AttentionInterface.register("causal", CausalAttention())
    AttentionMaskInterface.register("causal", sdpa_mask)
    model.set_attn_implementation("causal")
    fuse_gelu(model)


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


class CausalAttention:
    """Attention as two batched products and a softmax; all (B, heads, T, D), out (B, T, heads, D).

    In blocks of a few hundred tokens this beats scaled_dot_product_attention on a CPU, which with
    dropout also takes a slow path. The softmax is in float32.
    """

    def __init__(self) -> None:
        self.ahead: dict[torch.dtype, torch.Tensor] = {}

    def bias(self, length: int, dtype: torch.dtype) -> torch.Tensor:
        """-1e4 for what stands ahead (T, T), made once: its exponential is 0 in every dtype."""
        if dtype not in self.ahead or len(self.ahead[dtype]) < length:
            self.ahead[dtype] = torch.full((length, length), -1e4, dtype=dtype).triu_(1)
        return self.ahead[dtype][:length, :length]

    def __call__(
        self,
        module: Any,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        attention_mask: torch.Tensor | None,
        scaling: float,
        **_: object,
    ) -> tuple[torch.Tensor, None]:
        """Every token sees itself and those before it; a mask hides more of them."""
        batch, heads, queries, width = query.shape
        key, value = (
            x.repeat_interleave(heads // x.shape[1], 1) if x.shape[1] < heads else x
            for x in (key, value)
        )
        query = (query * scaling).reshape(batch * heads, queries, width)
        keys = key.reshape(batch * heads, -1, width).transpose(1, 2)
        ahead = self.bias(keys.shape[2], query.dtype)[-queries:]
        scores = torch.baddbmm(ahead, query, keys).view(batch, heads, queries, -1)
        if attention_mask is not None:
            scores = scores.masked_fill(~attention_mask, -1e4)
        weights = module.attn_dropout(scores.softmax(-1, dtype=torch.float32).to(value.dtype))
        context = torch.bmm(
            weights.view(batch * heads, queries, -1), value.reshape(batch * heads, -1, width)
        )
        return context.view(batch, heads, queries, width).transpose(1, 2), None


def fuse_gelu(model: nn.Module) -> None:
    """The same function in one pass over memory instead of one an operation."""
    for module in list(model.modules()):
        for name, child in module.named_children():
            if type(child).__name__ == "NewGELUActivation":
                setattr(module, name, nn.GELU(approximate="tanh"))
