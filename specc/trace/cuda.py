"""What CUDA does differently from a CPU, on shapes alone.

A build of torch without CUDA cannot make tensors of it, not even without memory.
The step is traced with tensors of the CPU, and where CUDA would take another operation or another
arithmetic, that one is taken: fused dropout, the attention kernels, autocast to float32, optimizers
that go over all parameters in one operation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_map_only

aten = torch.ops.aten

_FLOAT32 = frozenset(
    """
    __pow__ __rdiv__ __rpow__ __rtruediv__ acos asin binary_cross_entropy_with_logits cosh
    cosine_embedding_loss cdist cosine_similarity cross_entropy cumprod cumsum dist erfinv exp expm1
    group_norm hinge_embedding_loss kl_div l1_loss layer_norm log log10 log_softmax log1p log2
    margin_ranking_loss mse_loss multilabel_margin_loss multi_margin_loss nll_loss norm normalize
    pdist poisson_nll_loss pow prod reciprocal rsqrt sinh smooth_l1_loss soft_margin_loss softmax
    softmin softplus sum renorm tan triplet_margin_loss
    """.split()  # noqa: SIM905
)
"""What autocast computes in float32 on CUDA (pytorch.org/docs/stable/amp.html)."""


class CudaOperations(TorchFunctionMode):
    """Takes the operations of CUDA. On a CPU, autocast to the half precision itself is the same."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name == "scaled_dot_product_attention":
            return attention(*args, **kwargs)
        if name == "dropout":
            return dropout(*args, **kwargs)
        if name in _FLOAT32 and torch.is_autocast_enabled("cpu"):
            args, kwargs = tree_map_only(torch.Tensor, _float32, (args, kwargs))
        return func(*args, **kwargs)


def _float32(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor


def dropout(
    input: torch.Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> torch.Tensor:
    """One operation that keeps a mask of one byte an element."""
    return aten.native_dropout(input, p, True)[0] if training and p else input


def attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attn_mask: torch.Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> torch.Tensor:
    """Flash attention in half precision without a mask, else the memory-efficient kernel.

    torch's own order of preference (`sdp_utils.cpp`, `select_sdp_backend`).
    """
    if torch.is_autocast_enabled("cpu"):
        half = torch.get_autocast_dtype("cpu")
        query, key, value = query.to(half), key.to(half), value.to(half)
    if enable_gqa and key.shape[1] != query.shape[1]:
        groups = query.shape[1] // key.shape[1]
        key, value = (part.repeat_interleave(groups, 1) for part in (key, value))
    if attn_mask is not None and attn_mask.dtype != query.dtype:
        attn_mask = torch.zeros_like(attn_mask, dtype=query.dtype)
    if attn_mask is None and query.dtype in (torch.float16, torch.bfloat16):
        kept: tuple[torch.Tensor, ...] = aten._scaled_dot_product_flash_attention(
            query, key, value, dropout_p, is_causal, False, scale=scale
        )
    else:
        shape = (*query.shape[:-1], key.shape[-2])
        bias = None if attn_mask is None else attn_mask.expand(shape)
        kept = aten._scaled_dot_product_efficient_attention(
            query, key, value, bias, True, dropout_p, is_causal, scale=scale
        )
    return kept[0]


@contextmanager
def as_on(device: str) -> Iterator[None]:
    """What is traced inside is traced as if on a device of this type."""
    with ExitStack() as stack:
        if device == "cuda":
            supported = "torch.optim.optimizer._get_foreach_kernels_supported_devices"
            stack.enter_context(patch(supported, lambda: ["cpu", "cuda"]))
            stack.enter_context(CudaOperations())
        yield
