"""Answers to operations whose result depends on values, which a step without memory has not.

The answer is the largest that can be: every position counts, every token is another one.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from specc.trace.storages import is_spread

aten = torch.ops.aten


class LargestShapes(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Stands before the fake tensors, which refuse such operations."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if is_spread(types):
            return NotImplemented
        kwargs = kwargs or {}
        if func in (aten._unique2.default, aten.unique_dim.default):
            flat = args[0].flatten()
            return flat.clone(), flat.clone(), flat.clone()
        if func is aten.nonzero.default:
            return args[0].new_empty((args[0].numel(), args[0].ndim), dtype=torch.int64)
        if func is aten.masked_select.default:
            return args[0].new_empty((args[0].numel(),))
        if func is aten.index.Tensor and any(_is_mask(index) for index in args[1]):
            return _masked(args[0], args[1])
        if func in (aten._local_scalar_dense.default, aten.item.default):
            return _scalar(args[0].dtype)
        if func is aten.is_nonzero.default:
            return True
        return func(*args, **kwargs)


def _is_mask(index: Any) -> bool:
    return index is not None and index.dtype in (torch.bool, torch.uint8)


def _masked(source: torch.Tensor, indices: list[Any]) -> torch.Tensor:
    """As if the mask were true everywhere."""
    mask = indices[0]
    return source.new_empty((mask.numel(), *source.shape[mask.ndim :]))


def _scalar(dtype: torch.dtype) -> bool | int | float:
    if dtype is torch.bool:
        return True
    return 1.0 if dtype.is_floating_point else 1
