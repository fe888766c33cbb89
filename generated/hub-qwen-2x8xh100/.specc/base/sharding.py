"""A network whose parameters are spread over all processes, so that none has to hold it (FSDP2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from safetensors.torch import load_file
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from transformers.modeling_layers import GradientCheckpointingLayer

from distributed import from_first, rank, world_size


def spread(network: torch.nn.Module, device: torch.device) -> torch.nn.Module:
    """Gives each process its share of every parameter (FSDP2, arXiv:2304.11277).

    A layer is put together for the time that it computes. What is outside of the layers, such as
    the embeddings, is one group more, and stays together from the forward to the backward pass.
    Weights come from the first process, a group at a time: beside the shares, no device holds more.
    """
    mesh = dist.device_mesh.init_device_mesh(device.type, (world_size(),))
    # Shares and their optimizer state are float32; what computes is bfloat16.
    layer_policy = MixedPrecisionPolicy(param_dtype=torch.bfloat16, reduce_dtype=torch.float32)
    policy = MixedPrecisionPolicy(torch.bfloat16, torch.float32, cast_forward_inputs=False)
    layers = [part for part in network.modules() if isinstance(part, GradientCheckpointingLayer)]
    inside = {part for layer in layers for part in layer.modules()}
    for layer in layers:
        hand_out(list(layer.modules()), device)
        fully_shard(layer, mesh=mesh, mp_policy=layer_policy)
    hand_out([part for part in network.modules() if part not in inside], device)
    fully_shard(network, mesh=mesh, mp_policy=policy)
    return network


def hand_out(modules: list[torch.nn.Module], device: torch.device) -> None:
    """Puts the first process's parameters and buffers of `modules` on the device of each process.

    One that the first process has in two places, such as a tied embedding, stays one everywhere.
    """
    places = [
        (module, name)
        for module in modules
        for name, _ in (
            *module.named_parameters(recurse=False),
            *module.named_buffers(recurse=False),
        )
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
    return (
        torch.nn.Parameter(here, tensor.requires_grad)
        if isinstance(tensor, torch.nn.Parameter)
        else here
    )


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
    for layer in network.modules():
        if isinstance(layer, FSDPModule):
            layer.unshard()  # makes the memory; what is made in inference mode cannot be used again
            layer.reshard()
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


def whole_norm(norm: torch.Tensor) -> torch.Tensor:
    """The number that a norm of spread gradients is."""
    return norm.full_tensor() if isinstance(norm, DTensor) else norm
