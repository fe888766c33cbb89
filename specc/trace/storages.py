"""Every tensor of a step by what it is for, and the bytes that are alive at the worst moment."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Literal

import torch
import torch.distributed as dist
from torch._C._distributed_c10d import _resolve_process_group
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry
from torch.utils.weak import WeakIdKeyDictionary

Kind = Literal[
    "weights",
    "gradients",
    "optimizer",
    "gathered",
    "copies",
    "activations",
    "batch",
    "temporary",
    "host",
]

KINDS: tuple[Kind, ...] = (
    *("weights", "gradients", "optimizer", "gathered", "copies", "activations", "batch"),
    "temporary",
)

CPU_BLOCK, CUDA_BLOCK = 64, 512
"""Bytes that an allocator hands out at least (CUDA: pytorch.org/docs/stable/notes/cuda.html)."""

_resize = torch.UntypedStorage.resize_


class StorageTracker(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees the storage of each tensor that an operation makes, until it is freed.

    A view has the storage of its base and counts once. `block` is `CUDA_BLOCK` or `CPU_BLOCK`.

    `copies` are weights in the arithmetic of autocast, `gathered` weights put together from the
    shares of several processes, `activations` what the backward pass will read, `temporary` all
    else: logits that are not kept, the inside of an operation. `moved` are bytes that operations
    read and write, `flops` are counted by torch's own table. `sent` are the bytes that this process
    sends on in rings of others, and `sent_within` the part of them for layers that it holds with
    others. On a CPU, gloo's threads hold the copies of the last `kept_messages` a little longer
    than they need.

    `host` is in the memory of the host, and no part of any peak but `host_peak`; `is_host` says
    that all which is made now is there. `at_message` is called at each message.
    """

    def __init__(self, block: int, kept_messages: int = 0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.block = block
        self.sent, self.sent_within = 0.0, 0.0
        self._passed: deque[torch.Tensor] = deque(maxlen=kept_messages)
        self.alive: dict[Kind, int] = dict.fromkeys((*KINDS, "host"), 0)
        self.peak: dict[Kind, int] = dict.fromkeys(KINDS, 0)
        self.host_peak = 0
        self.is_host = False
        self.at_message: Callable[[], None] = lambda: None
        self.moved = 0
        self.flops = 0
        self._num_seen = 0
        self._kinds: WeakIdKeyDictionary = WeakIdKeyDictionary()

    def __enter__(self) -> Any:
        # FSDP frees and takes storages in place, which is no operation.
        def resize(storage: torch.UntypedStorage, size: int) -> None:
            self._resized(storage, size)

        torch.UntypedStorage.resize_ = resize  # type: ignore[method-assign,assignment]
        return super().__enter__()  # type: ignore[no-untyped-call]

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)  # type: ignore[no-untyped-call]
        torch.UntypedStorage.resize_ = _resize  # type: ignore[method-assign]

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if is_spread(types):
            return NotImplemented
        if func is torch.ops.prim.device.default:  # more than half of all; it passes no mode below
            return _device(args[0])
        # What CUDA does differently is said above operations: below, it would only be asked.
        with torch._C.DisableTorchFunction():
            return self._run(func, args, kwargs)

    def _run(self, func: Any, args: Any, kwargs: Any) -> Any:
        """Runs an operation, and sees what it made, read and wrote."""
        if func.namespace == "c10d":
            self.at_message()
            self._pass_on(func.__name__.partition(".")[0], args)
        elif func is torch.ops._c10d_functional.all_reduce.default:
            self.sent_within += self._ring("allreduce_", [args[0]], args)
        if func is torch.ops.aten.logsumexp.default:  # its kernel makes `exp(x - max)` as a whole
            self.see(torch.empty_like(args[0]), "temporary")
        made = func(*args, **(kwargs or {}))
        if (count := flop_registry.get(func._overloadpacket)) is not None:
            self.flops += count(*args, **(kwargs or {}), out_val=made)
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

    def _pass_on(self, name: str, args: Any) -> None:
        """A ring passes each byte on to all but one (doi:10.1016/j.jpdc.2008.09.002).

        On a CPU, gloo copies what is put together or taken apart. An all-reduce works in place.
        """
        place = {"_allgather_base_": 0, "_reduce_scatter_base_": 1, "allreduce_": 0}.get(name)
        if place is None:
            return
        tensors = [t for t in tree_leaves(args[place]) if isinstance(t, torch.Tensor)]
        self._ring(name, tensors, args)
        if self.block == CPU_BLOCK and name != "allreduce_":
            for tensor in tensors:
                copy = torch.empty_like(tensor)
                self.see(copy, "temporary")
                self._passed.append(copy)

    def _ring(self, name: str, tensors: Iterable[torch.Tensor], args: Any) -> float:
        """Counts what is sent on to the next of the group that `args` name."""
        size = sum(t.numel() * t.element_size() for t in tensors)
        num_processes = group_of(args).size()
        sent = (2 if name == "allreduce_" else 1) * size * (num_processes - 1) / num_processes
        self.sent += sent
        return sent

    def kind_of(self, tensor: torch.Tensor) -> Kind | None:
        """What a tensor is for; None for one made before."""
        found = self._kinds.get(tensor.untyped_storage())  # type: ignore[no-untyped-call]
        return found[0] if found else None

    def see(self, tensor: torch.Tensor, kind: Kind) -> None:
        """Counts a tensor whose storage is new; one on the meta device has none."""
        if tensor.device.type == "meta":
            return
        storage = tensor.untyped_storage()
        if storage in self._kinds:
            return
        entry: list[Any] = ["host" if self.is_host else kind, 0]
        self._kinds[storage] = entry
        self._num_seen += 1
        weakref.finalize(storage, self._free, entry).atexit = False
        self._takes(entry, storage.nbytes())

    def mark(self, tensors: Iterable[torch.Tensor], kind: Kind, only: Kind | None = None) -> None:
        """Says what tensors are for; `only` those that have been of that kind."""
        for tensor in map(own_share, tensors):
            self.see(tensor, kind)
            entry = self._kinds.get(tensor.untyped_storage())  # type: ignore[no-untyped-call]
            if entry is None:
                continue
            if only is None or entry[0] == only:
                self.alive[entry[0]] -= entry[1]
                self.alive[kind] += entry[1]
                entry[0] = kind
        self.host_peak = max(self.host_peak, self.alive["host"])

    def start(self) -> None:
        """Forgets the peak and the traffic so far."""
        self.peak, self.host_peak = self._on_device(), self.alive["host"]
        self.moved, self.flops, self.sent, self.sent_within = 0, 0, 0.0, 0.0

    def _takes(self, entry: list[Any], num_bytes: int) -> None:
        size = -(-num_bytes // self.block) * self.block
        self.alive[entry[0]] += size - entry[1]
        entry[1] = size
        self.host_peak = max(self.host_peak, self.alive["host"])
        if sum(self.alive.values()) - self.alive["host"] > sum(self.peak.values()):
            self.peak = self._on_device()

    def _on_device(self) -> dict[Kind, int]:
        return {kind: self.alive[kind] for kind in KINDS}

    def _resized(self, storage: torch.UntypedStorage, size: int) -> None:
        _resize(storage, size)
        if (entry := self._kinds.get(storage)) is not None:  # type: ignore[no-untyped-call]
            self._takes(entry, size)

    def _free(self, entry: list[Any]) -> None:
        self.alive[entry[0]] -= entry[1]


def _device(tensor: FakeTensor) -> torch.device:
    """As fake tensors answer it themselves."""
    return torch.device("meta") if tensor.fake_mode.in_kernel_invocation else tensor.fake_device


def is_spread(types: Any) -> bool:
    """Whether an operation is on tensors of several processes: it comes again on their shares."""
    return any(kind.__name__ in ("DTensor", "AsyncCollectiveTensor") for kind in types)


def group_of(args: Any) -> dist.ProcessGroup:
    """The processes that a message goes to: torch names them in the arguments of its operation."""
    for argument in reversed(args):
        if isinstance(argument, torch.ScriptObject) and "ProcessGroup" in str(argument._type()):
            return dist.ProcessGroup.unbox(argument)
        if isinstance(argument, dist.ProcessGroup):
            return argument
    return _resolve_process_group(args[-1])


def own_share(tensor: torch.Tensor) -> torch.Tensor:
    """What this process holds of a tensor."""
    return getattr(tensor, "_local_tensor", tensor)
