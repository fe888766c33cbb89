"""One process of many, whose messages go nowhere: only what it holds and sends is looked at."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

import torch
import torch.distributed as dist
from torch.distributed import device_mesh
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.tensor._sharding_prop import ShardingPropagator
from torch.utils._python_dispatch import _disable_current_modes

from specc.trace.storages import StorageTracker, own_share


class Reduced(torch.nn.Module):
    """The memory of `DistributedDataParallel` with buckets as gradients; it refuses fake tensors.

    Its buckets are there from the start to the end. A gradient is made outside of them, copied, and
    from then on a view of its bucket; inside of `no_sync` it stays where it was made
    (`torch/csrc/distributed/c10d/reducer.cpp`, `mark_variable_ready_dense`). Before the second step
    all buckets are made anew (`rebuild_buckets`).
    """

    def __init__(
        self, module: torch.nn.Module, find_unused_parameters: bool = False, **_: Any
    ) -> None:
        super().__init__()
        self.module, self.syncs = module, True
        self.may_leave_unused, self.keeps = find_unused_parameters, False
        self.buckets: dict[torch.nn.Parameter, torch.Tensor] = {}
        for parameter in module.parameters():
            if parameter.requires_grad:
                self.buckets[parameter] = torch.empty_like(parameter, requires_grad=False)
                parameter.register_post_accumulate_grad_hook(self._copy)  # type: ignore[no-untyped-call]

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The module's."""
        return self.module(*args, **kwargs)

    @contextmanager
    def no_sync(self) -> Iterator[None]:
        """Gradients stay out of their buckets."""
        self.syncs = False
        yield
        self.syncs = True

    def _copy(self, parameter: torch.nn.Parameter) -> None:
        bucket = self.buckets[parameter]
        if not self.syncs:
            return
        if parameter.grad is not bucket:
            assert parameter.grad is not None
            bucket.copy_(parameter.grad)
            parameter.grad = bucket
        dist.all_reduce(bucket)


def unseen(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method whose operations are none of the step's, and whose tensors have numbers."""

    def outside(*args: Any, **kwargs: Any) -> Any:
        with _disable_current_modes():
            return method(*args, **kwargs)

    return outside


@contextmanager
def one_of(num_processes: int) -> Iterator[None]:
    """Inside, this is one of so many processes, and the project's own `spread` works.

    The second one: the first of FSDP holds the weights of all in host memory, which is not traced.
    """
    if num_processes == 1:
        yield
        return
    from torch.testing._internal.distributed.fake_pg import FakeStore

    dist.init_process_group("fake", store=FakeStore(), rank=1, world_size=num_processes)
    distributed = importlib.import_module("distributed")
    shape_of = "_propagate_tensor_meta_non_cached"
    with (
        patch.object(dist, "broadcast_object_list", lambda *_: None),
        # Who stands where is a tensor.
        patch.object(device_mesh, "init_device_mesh", unseen(device_mesh.init_device_mesh)),
        patch.object(DeviceMesh, "__getitem__", unseen(DeviceMesh.__getitem__)),
        patch.object(DeviceMesh, "_concatenate", unseen(DeviceMesh._concatenate)),
        # Each operation on a divided tensor is first tried on the shape of the whole.
        patch.object(ShardingPropagator, shape_of, unseen(getattr(ShardingPropagator, shape_of))),
        patch.object(distributed, "DistributedDataParallel", Reduced, create=True),
    ):
        yield
    dist.destroy_process_group()


def keep_gradients(network: torch.nn.Module) -> None:
    """As the project does where a batch passes in parts: gradients are always views of buckets."""
    if isinstance(network, Reduced) and not network.may_leave_unused:
        network.keeps = True
        zero_gradients(network)


def zero_gradients(network: torch.nn.Module) -> None:
    """What `zero_grad` let go of comes back, where gradients are kept."""
    if isinstance(network, Reduced) and network.keeps:
        for parameter, bucket in network.buckets.items():
            parameter.grad = bucket


def rebuild(network: torch.nn.Module, tracker: StorageTracker) -> None:
    """DDP's first buckets are one storage, which gradients that are kept hold as a whole."""
    if isinstance(network, Reduced) and network.keeps:
        network.buckets = {one: torch.empty_like(old) for one, old in network.buckets.items()}
        tracker.mark(network.buckets.values(), "gradients")
        zero_gradients(network)


def mark_spread(network: torch.nn.Module, tracker: StorageTracker) -> None:
    """Says of what stands beside the weights what it is for: buckets, or layers put together."""
    if isinstance(network, Reduced):
        tracker.mark(network.buckets.values(), "gradients")
        return
    for module in network.modules():
        state = getattr(module, "_get_fsdp_state", None)
        for group in state()._fsdp_param_groups if state else ():
            for parameter in group.fsdp_params:
                tracker.mark(parameter.all_gather_outputs, "gathered")


def is_sharded(network: torch.nn.Module) -> bool:
    """Whether each process holds a share of the weights."""
    return dist.is_initialized() and not isinstance(network, Reduced)


def offload(model: torch.nn.Module, tracker: StorageTracker) -> None:
    """At each message, what is there of shares and their gradients has gone to host memory.

    On tensors of the CPU, `fully_shard` need not move them.
    """

    def move() -> None:
        shares = [p for p in model.parameters() if own_share(p) is not p]
        gradients = [share.grad for share in shares if share.grad is not None]
        tracker.mark([*shares, *gradients], "host")

    tracker.at_message = move


def summing(network: torch.nn.Module, is_last: bool) -> AbstractContextManager[Any]:
    """The project's own way to add up the gradients of parts; under FSDP it has none."""
    way = getattr(sys.modules.get("distributed"), "summing", None)
    made: AbstractContextManager[Any] = way(network, is_last) if way else nullcontext()
    return made


def gathered(network: torch.nn.Module) -> AbstractContextManager[Any]:
    """The project's own way to put shares together for an evaluation; without FSDP it has none."""
    way = getattr(sys.modules.get("sharding"), "gathered", None)
    made: AbstractContextManager[Any] = way(network) if way else nullcontext()
    return made
