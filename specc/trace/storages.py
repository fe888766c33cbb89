"""Every tensor of a step by what it is for, and the bytes that are alive at the worst moment."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any, Literal

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakIdKeyDictionary

Kind = Literal["weights", "gradients", "optimizer", "copies", "activations", "batch", "temporary"]

KINDS: tuple[Kind, ...] = (
    *("weights", "gradients", "optimizer", "copies", "activations", "batch", "temporary"),
)


class StorageTracker(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees the storage of each tensor that an operation makes, until it is freed.

    A view has the storage of its base and counts once. `block` bytes are what the allocator of the
    device hands out at least: 512 on CUDA (pytorch.org/docs/stable/notes/cuda.html), 64 on a CPU.

    `copies` are weights in the arithmetic of autocast, `activations` what the backward pass will
    read, `temporary` all else: logits that are not kept, the inside of an operation.
    """

    def __init__(self, block: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.block = block
        self.alive: dict[Kind, int] = dict.fromkeys(KINDS, 0)
        self.peak: dict[Kind, int] = dict(self.alive)
        self.moved = 0
        self._num_seen = 0
        self._kinds: WeakIdKeyDictionary = WeakIdKeyDictionary()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        before = self._num_seen
        casts = func is torch.ops.aten._to_copy.default and self.kind_of(args[0]) == "weights"
        for tensor in tree_leaves(made):
            if isinstance(tensor, torch.Tensor):
                self.see(tensor, "copies" if casts else "temporary")
        in_place = func.__name__.partition(".")[0].endswith("_")
        if in_place or self._num_seen > before:  # a view moves nothing
            used = [t for t in tree_leaves((args, kwargs, made)) if isinstance(t, torch.Tensor)]
            self.moved += sum(t.numel() * t.element_size() for t in used)
        return made

    def kind_of(self, tensor: torch.Tensor) -> Kind | None:
        """What a tensor is for; None for one made before."""
        found = self._kinds.get(tensor.untyped_storage())  # type: ignore[no-untyped-call]
        return found[0] if found else None

    def see(self, tensor: torch.Tensor, kind: Kind) -> None:
        """Counts a tensor whose storage is new."""
        storage = tensor.untyped_storage()
        if storage in self._kinds:
            return
        size = -(-storage.nbytes() // self.block) * self.block
        entry: list[Any] = [kind, size]
        self._kinds[storage] = entry
        self._num_seen += 1
        weakref.finalize(storage, self._free, entry).atexit = False
        self.alive[kind] += size
        if sum(self.alive.values()) > sum(self.peak.values()):
            self.peak = dict(self.alive)

    def mark(self, tensors: Iterable[torch.Tensor], kind: Kind, only: Kind | None = None) -> None:
        """Says what tensors are for; `only` those that have been of that kind."""
        for tensor in tensors:
            self.see(tensor, kind)
            entry = self._kinds[tensor.untyped_storage()]
            if only is None or entry[0] == only:
                self.alive[entry[0]] -= entry[1]
                self.alive[kind] += entry[1]
                entry[0] = kind

    def start(self) -> None:
        """Forgets the peak and the traffic so far."""
        self.peak = dict(self.alive)
        self.moved = 0

    def _free(self, entry: list[Any]) -> None:
        self.alive[entry[0]] -= entry[1]
