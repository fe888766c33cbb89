"""Faster equivalents of what the libraries do on a CPU; training is right without this file, only slower.

`speed_up` changes a model once, after its weights are loaded and before the optimizer is built.
"""

import ctypes
import sys
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel


def speed_up(model: PreTrainedModel, token_ids: list[list[int]], seed: int) -> None:
    """Applies every section below; `token_ids` are all that training will show the model."""
    keep_memory()
    pool_dropout(model, seed)
    AttentionInterface.register("short", short_attention)
    AttentionMaskInterface.register("short", padding_bias)
    model.set_attn_implementation("short")
    keep_bfloat16(model)
    model.set_input_embeddings(TrainedRows(model.get_input_embeddings(), token_ids))


def plain_state_dict(model: nn.Module) -> dict[str, torch.Tensor]:
    """The weights under the names that they have without this file."""
    state = model.state_dict()
    for name, module in model.named_modules():
        if isinstance(module, TrainedRows):
            del state[f"{name}.rows"]
            state[f"{name}.weight"] = module.full_table()
    return state


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


def padding_bias(attention_mask: torch.Tensor | None = None, **_: object) -> torch.Tensor | None:
    """What is added to the scores (B, 1, 1, T): -1e9 at padding; None where nothing is padded."""
    if attention_mask is None or attention_mask.all():
        return None
    return torch.zeros(attention_mask.shape).masked_fill_(~attention_mask, -1e9)[:, None, None]


def short_attention(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float,
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
        scores += attention_mask
    weights = module.dropout(torch.softmax(scores, -1).to(value.dtype))
    context = torch.bmm(weights.view(flat, queries, -1), value.reshape(flat, -1, width))
    return context.view(batch, heads, queries, width).transpose(1, 2), None


def keep_bfloat16(model: PreTrainedModel) -> None:
    """Under autocast, lets bfloat16 pass from layer to layer; without it, changes nothing.

    autocast leaves the embeddings, and so every sum and norm after them, in float32 and casts anew
    for each linear layer. One cast behind the embeddings saves those; weights stay in float32.
    """

    def cast(module: nn.Module, inputs: object, output: torch.Tensor) -> torch.Tensor:
        return output.bfloat16() if torch.is_autocast_enabled("cpu") else output

    embeddings: Any = model.base_model.embeddings
    embeddings.register_forward_hook(cast)


class TrainedRows(nn.Module):
    """A word embedding whose parameter holds only the rows that the training data uses.

    The others never get a gradient, and embeddings are not decayed, so no optimizer step would move
    them: leaving them out is exact, and saves their share of clipping, state and step. In eval mode
    any id may come.
    """

    table: torch.Tensor  # (V, H), as pretrained
    used: torch.Tensor  # ids of the trained rows
    row_of: torch.Tensor  # (V,), -1 where a row is not trained

    def __init__(self, embedding: Any, token_ids: list[list[int]]) -> None:
        super().__init__()
        ids = {token for text in token_ids for token in text} | {embedding.padding_idx}
        used = torch.tensor(sorted(ids))
        row_of = torch.full((embedding.num_embeddings,), -1)
        row_of[used] = torch.arange(len(used))
        self.padding_row = int(
            row_of[embedding.padding_idx]
        )  # nn.Embedding leaves it untrained too
        weight = embedding.weight
        self.rows = nn.Parameter(weight.detach()[used], requires_grad=weight.requires_grad)
        self.register_buffer("table", embedding.weight.detach(), persistent=False)
        self.register_buffer("used", used, persistent=False)
        self.register_buffer("row_of", row_of, persistent=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """(B, T) ids to (B, T, H)."""
        rows = self.row_of[ids]
        if self.training:
            return F.embedding(rows, self.rows, self.padding_row)
        trained = F.embedding(rows.clamp(min=0), self.rows)
        return torch.where((rows >= 0).unsqueeze(-1), trained, F.embedding(ids, self.table))

    def full_table(self) -> torch.Tensor:
        """Every row of the embedding, the trained ones included: (V, H)."""
        return self.table.index_copy(0, self.used, self.rows.detach())
