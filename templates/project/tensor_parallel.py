"""Layers that processes hold together (Megatron-LM, arXiv:1909.08053): who has what of a matrix."""

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.tensor import DTensor, Placement, Replicate
from torch.distributed.tensor.parallel import (
    ColwiseParallel,
    ParallelStyle,
    PrepareModuleInput,
    RowwiseParallel,
    parallelize_module,
)
from torch.nn.utils import clip_grads_with_norm_, get_total_norm
from transformers import PreTrainedModel

BY_COLUMNS = {{ devices.by_columns | py }}
BY_ROWS = {{ devices.by_rows | py }}
"""The matrices of a layer that processes hold together.

Of the first each process has the columns of its heads or of its part of the feed-forward network,
and computes with them alone; of the second it has the rows that go with these columns, and what the
processes get is added up: one message for attention and one for the feed-forward network.
"""
SHARED_INPUTS: dict[str, str | None] = {{ devices.shared_inputs | py }}
"""What several of the first read, by the name of the argument; None is the first."""
DIVIDED = {{ devices.divided | py }}
"""Of the model's configuration: what every process has an equal part of."""


def make_grid(device: torch.device, num_rows: int, num_columns: int) -> DeviceMesh:
    """The processes in rows: those of a row hold layers together, those of a column have other data.

    The processes of a row are neighbours on one node.
    """
    shape, names = (num_rows, num_columns), ("data", "tensor")
    return dist.device_mesh.init_device_mesh(device.type, shape, mesh_dim_names=names)


def check_divisible(network: torch.nn.Module, num_columns: int) -> None:
    """Stops where the processes of a row cannot have equal parts of the layers."""
    configs = {id(m.config): m.config for m in network.modules() if isinstance(m, PreTrainedModel)}
    for config in configs.values():
        for name in DIVIDED:
            size = getattr(config, name)
            if size % num_columns:
                raise SystemExit(
                    f"{num_columns} processes cannot hold layers together that have {name} = "
                    f"{size}: change `tensor_parallel` in config.py to a number that divides it"
                )


def divide(layer: torch.nn.Module, row: DeviceMesh) -> None:
    """Leaves each process of a row its part of the layer's matrices; the norms stay whole."""
    names = {name for name, _ in layer.named_modules()}  # decoders have more than encoders
    styles: dict[str, ParallelStyle] = {
        **{name: ColwiseParallel() for name in BY_COLUMNS if name in names},
        **{name: RowwiseParallel() for name in BY_ROWS if name in names},
        **{name: read_once(it) for name, it in SHARED_INPUTS.items() if name in names},
    }
    parallelize_module(layer, row, styles, src_data_rank=None)  # all have the same weights


def read_once(argument: str | None) -> PrepareModuleInput:
    """An input of several matrices as one: its gradient takes one message instead of one for each."""
    if argument is None:
        return PrepareModuleInput(input_layouts=Replicate(), desired_input_layouts=Replicate())
    layouts: dict[str, Placement] = {argument: Replicate()}
    return PrepareModuleInput(input_kwarg_layouts=layouts, desired_input_kwarg_layouts=layouts)


# {% if training.clips %}
def clip_gradients(network: torch.nn.Module, max_norm: float) -> torch.Tensor:
    """Scales all gradients so that their norm is at most `max_norm`; returns what it was.

    Those of divided matrices lie on rows and columns of the processes, the others on columns alone:
    the norm of each kind is taken for itself.
    """
    kinds: dict[DeviceMesh, list[torch.nn.Parameter]] = {}
    for parameter in network.parameters():
        if isinstance(parameter.grad, DTensor):
            kinds.setdefault(parameter.grad.device_mesh, []).append(parameter)
    norm = torch.linalg.vector_norm(torch.stack([norm_of(kind) for kind in kinds.values()]))
    for kind in kinds.values():
        clip_grads_with_norm_(kind, max_norm, norm)
    return norm


def norm_of(parameters: list[torch.nn.Parameter]) -> torch.Tensor:
    """That of the gradients of parameters that lie on the same processes."""
    norm = get_total_norm([p.grad for p in parameters if p.grad is not None])
    return norm.full_tensor() if isinstance(norm, DTensor) else norm
# {% endif %}
