"""`hardware`: the machine the project is for, which need not be the one that compiles."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from specc.hardware.catalogue import Accelerator, find, names
from specc.language.base import Duration, PositiveInt, Section, Size

Device = Literal["auto", "cpu", "cuda", "mps"]
Instructions = Literal["avx2", "avx512", "avx512-bf16", "amx-bf16", "neon", "neon-bf16"]
Precision = Literal["auto", "fp32", "bf16", "fp16", "bf16-pure"]
Strategy = Literal["auto", "ddp", "fsdp"]
Launcher = Literal["auto", "torchrun", "slurm", "kubernetes", "ray", "skypilot"]


def _known_gpu(name: str) -> str:
    """The id in the catalogue of a name or alias."""
    found = find(name)
    if found is None:
        raise PydanticCustomError("unknown_gpu", "not in the catalogue")
    return found.id


def _list_names(schema: dict[str, Any]) -> None:
    schema["enum"] = sorted(names())


GpuName = Annotated[str, AfterValidator(_known_gpu), Field(json_schema_extra=_list_names)]
"""A name of the catalogue; aliases are lifted to the id that they stand for."""


class HardwareFields(Section):
    """`hardware`: the target: a device, or many of one kind."""

    device: Device = Field("auto", description="auto: CUDA, then MPS, then CPU, when it starts")
    gpu: GpuName | None = Field(
        None,
        description="a GPU by name, such as t4, rtx-4090, h100 or m3-max (all are listed below): "
        "decides the device, the precision and the memory",
    )
    memory: Size | None = Field(
        None,
        description="of one device, such as 24GiB or 24GB; default: the GPU's. For what the "
        "catalogue does not list, for CPUs (the machine's), and for Apple's unified memory",
    )
    price_per_hour: Annotated[float, Field(ge=0)] | None = Field(
        None, description="of one device, in your currency"
    )
    instructions: Instructions | None = Field(
        None, description="what the target CPU offers; decides bf16 and the kernels"
    )
    cores: PositiveInt | None = Field(None, description="CPU threads; default: torch's own choice")
    precision: Precision = Field(
        "auto",
        description="of the arithmetic. fp32, bf16 and fp16 keep the weights in fp32 (autocast); "
        "bf16-pure: weights, gradients and activations in bf16, and fp32 copies of the weights "
        "for the optimizer",
    )
    tf32: bool = Field(
        False,
        description="round what fp32 matrix products read to tf32 (10 bits of mantissa); for "
        "`precision: fp32` on NVIDIA's GPUs since the A100",
    )
    count: PositiveInt = Field(1, description="devices of a node; on CPUs: processes of a node")
    nodes: PositiveInt = Field(1, description="machines, each with `count` devices")
    strategy: Strategy = Field(
        "auto",
        description="of several devices. ddp: each holds the whole model; fsdp: each holds a share "
        "of weights, gradients and optimizer state",
    )
    tensor_parallel: PositiveInt = Field(
        1,
        description="devices of a node that hold the matrices of a layer together, each with its "
        "heads, and take the same rows (Megatron-LM); goes with `strategy: fsdp`",
    )
    offload: bool = Field(
        False,
        description="with fsdp on GPUs: shares of weights, gradients and optimizer state stay in "
        "host memory, and the CPU steps the optimizer; for models that do not fit otherwise",
    )
    launcher: Launcher = Field(
        "auto",
        description="what starts the processes; auto: torchrun on one node",
    )
    timeout: Duration = Field(
        "10m", description="how long a process waits for the others before all give up"
    )

    @property
    def num_processes(self) -> int:
        """Processes over all nodes, one a device."""
        return self.count * self.nodes

    @property
    def num_shares(self) -> int:
        """Parts of a batch: processes that hold layers together have the same rows."""
        return max(1, self.num_processes // self.tensor_parallel)

    def share(self, batch_size: int) -> int:
        """The most rows of a batch that one process has."""
        return math.ceil(batch_size / self.num_shares)

    @property
    def shards(self) -> bool:
        """Whether the spec asks for shares of the model: by name, or for what is done with them."""
        asks = self.offload or self.tensor_parallel > 1
        return self.strategy == "fsdp" or (asks and self.strategy == "auto")

    @property
    def accelerator(self) -> Accelerator | None:
        """The GPU's row of the catalogue; None where the spec names no GPU."""
        return find(self.gpu) if self.gpu else None

    @property
    def target(self) -> Device:
        """`device` with what the GPU decides."""
        return self.accelerator.device if self.accelerator else self.device


def _lifted(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return {"device" if value in get_args(Device) else "gpu": value}


HardwareSection = Annotated[HardwareFields, BeforeValidator(_lifted)]
"""A string is shorthand for `{device: ...}`, or for `{gpu: ...}` if it is no device."""
