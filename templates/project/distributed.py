"""Many processes as one: who this one is, what the others have, and the network spread over them."""

from __future__ import annotations

import atexit
import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any, TextIO, TypeVar

import torch
import torch.distributed as dist
from safetensors.torch import load_file
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from torch.distributed.fsdp import CPUOffloadPolicy, FSDPModule, MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.nn.parallel import DistributedDataParallel
from transformers.modeling_layers import GradientCheckpointingLayer

from config import Config
from tensor_parallel import check_divisible, divide, make_grid

T = TypeVar("T")


# {% if hardware.is_cpu %}
def join(config: Config) -> None:
    """Meets the other processes, which torchrun tells of; alone where nobody started more.

    Raises:
        torch.distributed.DistError: if one of them does not come within `config.timeout_s`.
    """
# {% else %}
def join(config: Config) -> torch.device:
    """Meets the other processes, which torchrun tells of; returns the device of this one.

    Raises:
        torch.distributed.DistError: if one of them does not come within `config.timeout_s`.
    """
    device = torch.device(config.device)
    if device.type == "cuda":
        if not torch.cuda.is_available():
            raise SystemExit("no CUDA GPU here; `--device cpu` runs a slow trial")
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
# {% endif %}
    if not dist.is_initialized():
        # {% if hardware.is_cpu %}
        meet("gloo", config)
        # {% else %}
        # The CPU's carries counts and predictions, the GPUs' carries weights and gradients.
        meet("gloo" if device.type == "cpu" else "cpu:gloo,cuda:nccl", config)
        # {% endif %}
    # {% if not hardware.is_cpu %}
    return device
    # {% endif %}


def meet(backend: str, config: Config) -> None:
    """Makes the group of all processes; the first one speaks for them, each of its own errors."""
    timeout = timedelta(seconds=config.timeout_s)
    # Without torchrun's variables there is nobody to meet, and no place to meet at.
    store, size, number = (None, -1, -1) if "RANK" in os.environ else (dist.HashStore(), 1, 0)
    dist.init_process_group(backend, None, timeout, size, number, store)
    atexit.register(dist.destroy_process_group)
    if world_size() > 1:
        sys.stderr = RankPrefix(sys.stderr, f"[rank {rank()}] ")
    # {% if devices.divides %}
    check_groups()
    # {% endif %}
    if rank() > 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class RankPrefix(io.TextIOBase):
    """Standard error with the process's number before each line."""

    def __init__(self, stream: TextIO, prefix: str) -> None:
        self.stream, self.prefix, self.at_start = stream, prefix, True

    def write(self, text: str) -> int:
        for line in text.splitlines(keepends=True):
            self.stream.write(self.prefix + line if self.at_start else line)
            self.at_start = line.endswith("\n")
        self.stream.flush()
        return len(text)

    def fileno(self) -> int:
        return self.stream.fileno()


def rank() -> int:
    """The number of this process, over all nodes; 0 where there is no other."""
    return dist.get_rank() if dist.is_initialized() else 0


def world_size() -> int:
    """How many processes there are."""
    return dist.get_world_size() if dist.is_initialized() else 1


# {% if devices.divides %}
# {% include "partials/groups.py" %}
# {% else %}
def gather(value: T) -> list[T]:
    """What each process has, in their order."""
    values = [value] * world_size()
    if dist.is_initialized():
        dist.all_gather_object(values, value)
    return values


# {% endif %}


def in_turn(items: list[T]) -> list[T]:
    """The items of all processes where each had every n-th one, in the order of the whole."""
    turns = zip_longest(*gather(items))
    return [item for turn in turns for item in turn if item is not None]


# {% if devices.is_fsdp %}
def from_first(value: T) -> T:
    """What the first process has."""
    values = [value]
    if dist.is_initialized():
        dist.broadcast_object_list(values)
    return values[0]


# {% endif %}
# {% if not devices.divides %}
def all_summed(tensor: torch.Tensor) -> torch.Tensor:
    """The sum over the processes of a tensor of the CPU, in place."""
    if dist.is_initialized():
        dist.all_reduce(tensor)
    return tensor


def totals(*counts: int) -> list[int]:
    """Each count over all processes."""
    return [int(count) for count in all_summed(torch.tensor(counts))]


# {% endif %}


def wait() -> None:
    """Until all processes have come here."""
    all_summed(torch.zeros(1))


@contextmanager
def first_alone() -> Iterator[None]:
    """The first process goes ahead, the others follow when it is done."""
    if rank() > 0:
        wait()
    yield
    if rank() == 0:
        wait()


# {% if devices.is_fsdp %}
def spread(network: torch.nn.Module, device: torch.device) -> torch.nn.Module:
    """Gives each process its share of every parameter (FSDP2, arXiv:2304.11277).

    A layer is put together for the time that it computes. What is outside of the layers, such as
    the embeddings, is one group more, and stays together from the forward to the backward pass.
    Weights come from the first process, a group at a time: beside the shares, no device holds more.
    """
    # {% if devices.divides %}
    check_divisible(network, tensor_size())
    grid = make_grid(device, data_size(), tensor_size())
    mesh = grid["data"]
    # {% else %}
    mesh = dist.device_mesh.init_device_mesh(device.type, (world_size(),))
    # {% endif %}
    # {% if hardware.shards_bf16 %}
    # Shares and their optimizer state are float32; what computes is bfloat16.
    layer_policy = MixedPrecisionPolicy(param_dtype=torch.bfloat16, reduce_dtype=torch.float32)
    policy = MixedPrecisionPolicy(torch.bfloat16, torch.float32, cast_forward_inputs=False)
    # {% endif %}
    # {% if devices.offloads %}
    # A layer comes to the device to compute; its share, and all that is of the optimizer, stays.
    offload = CPUOffloadPolicy(pin_memory=device.type == "cuda")
    # {% endif %}
    layers = [part for part in network.modules() if isinstance(part, GradientCheckpointingLayer)]
    inside = {part for layer in layers for part in layer.modules()}
    for layer in layers:
        hand_out(list(layer.modules()), device)
        # {% if devices.divides %}
        divide(layer, grid["tensor"])
        # {% endif %}
        fully_shard(layer, mesh={{ devices.layer_mesh }})
    hand_out([part for part in network.modules() if part not in inside], device)
    fully_shard(network, mesh={{ devices.root_mesh }})
    return network


def hand_out(modules: list[torch.nn.Module], device: torch.device) -> None:
    """Puts the first process's parameters and buffers of `modules` on the device of each process.

    One that the first process has in two places, such as a tied embedding, stays one everywhere.
    """
    places = [
        (module, name)
        for module in modules
        for name, _ in (*module.named_parameters(recurse=False), *module.named_buffers(recurse=False))
    ]
    tensors = [getattr(module, name) for module, name in places]
    numbers = [id(tensor) for tensor in tensors]
    firsts = from_first([numbers.index(number) for number in numbers])
    for i, (module, name) in enumerate(places):
        tensors[i] = sent(tensors[i], device) if firsts[i] == i else tensors[firsts[i]]
        setattr(module, name, tensors[i])


def sent(tensor: torch.Tensor, device: torch.device) -> torch.Tensor:
    """The first process's tensor on this process's device; the others have shape and type of it."""
    here = torch.empty(tensor.shape, dtype=tensor.dtype, device=device)
    if rank() == 0:
        here.copy_(tensor.detach())
    dist.broadcast(here, 0)
    return torch.nn.Parameter(here, tensor.requires_grad) if isinstance(tensor, torch.nn.Parameter) else here


def building_device() -> torch.device:
    """Where this process makes the network: the others have no weights before the first one's come."""
    return torch.device("cpu" if rank() == 0 else "meta")


@contextmanager
def gathered(network: torch.nn.Module) -> Iterator[None]:
    """Within, a layer is put together while it computes, and what is outside of the layers all the time.

    All processes have to make as many forward passes, because each has a share that the others need.
    """
    assert isinstance(network, FSDPModule)
    # What the first forward pass of training does; there was none where a finished run is resumed.
    network._get_fsdp_state()._lazy_init()
    network.unshard()
    yield
    # Takes the weights apart again, and forgets in which order layers have been used: backward
    # would fetch them in that order.
    network.reset_iter_state()


@torch.no_grad()
def load_weights(model: torch.nn.Module, path: Path) -> None:
    """Puts the weights of a file, which the first process alone reads, into all processes' shares."""
    weights = load_file(path) if rank() == 0 else {}
    for name, parameter in model.named_parameters():
        assert isinstance(parameter, DTensor)
        mesh = parameter.device_mesh
        whole = sent(weights[name] if rank() == 0 else parameter, torch.device(mesh.device_type))
        share = distribute_tensor(whole, mesh, parameter.placements, src_data_rank=None)
        parameter.to_local().copy_(share.to_local())


def whole_state(model: torch.nn.Module) -> dict[str, Any]:
    """All weights in the first process's memory; nothing in the others'."""
    options = StateDictOptions(full_state_dict=True, cpu_offload=True)
    return get_model_state_dict(model, options=options)


# {% if not devices.divides %}
def whole_norm(norm: torch.Tensor) -> torch.Tensor:
    """The number that a norm of spread gradients is."""
    return norm.full_tensor() if isinstance(norm, DTensor) else norm
# {% endif %}
# {% else %}
def spread(network: torch.nn.Module) -> DistributedDataParallel:
    """The network, whose gradients are averaged over the processes while they are computed.

    (DDP, arXiv:2006.15704.) Buffers, of which none is learned, are left alone.
    """
    # {% if devices.keeps_gradients %}
    # Gradients that DDP finds become views of its buckets; others would be held beside those.
    for parameter in network.parameters():
        if parameter.requires_grad:
            parameter.grad = torch.zeros_like(parameter)
    # {% endif %}
    return DistributedDataParallel(
        network,
        forward_sync_buffers=False,
        gradient_as_bucket_view=True,
        # {% if devices.may_leave_unused %}
        # The library's class may hold parameters that this task does not use.
        find_unused_parameters=True,
        # {% endif %}
    )


def summing(network: DistributedDataParallel, is_last: bool) -> AbstractContextManager[None]:
    """The gradients of a batch's parts stay with their process until the last part."""
    return nullcontext() if is_last else network.no_sync()
# {% endif %}
