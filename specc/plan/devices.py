"""How many processes train together, and what each of them holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc.language.base import duration_seconds
from specc.language.hardware import HardwareFields
from specc.plan.ledger import Ledger

Strategy = Literal["single", "ddp", "fsdp"]
StartedBy = Literal["python", "torchrun", "slurm", "kubernetes", "ray", "skypilot"]

_HOLDS = {
    "ddp": "each device holds the whole model, and gradients are summed while they are computed",
    "fsdp": "each device holds a share of weights, gradients and optimizer state",
}


@dataclass(frozen=True, slots=True)
class DevicesPlan:
    """`nodes` machines with `count` devices each, and one process a device.

    `tensor_parallel` of them hold layers together and have the same rows of a batch. `launcher`
    starts the processes; "python" where there is one and nothing was declared. `timeout_s` is how
    long a process waits for the others. `offloads`: shares lie in host memory.
    """

    count: int = 1
    nodes: int = 1
    strategy: Strategy = "single"
    launcher: StartedBy = "python"
    timeout_s: float = 600.0
    offloads: bool = False
    tensor_parallel: int = 1

    @property
    def num_processes(self) -> int:
        """Processes over all nodes."""
        return self.count * self.nodes

    @property
    def many(self) -> bool:
        """Whether there is anyone to talk to."""
        return self.num_processes > 1

    @property
    def command(self) -> str:
        """What starts the training on one node."""
        if self.many:
            return f"torchrun --nproc-per-node {self.count} train.py"
        return "python train.py"


def plan_devices(
    hardware: HardwareFields,
    ledger: Ledger,
    weighed: Strategy | None = None,
    why: str = "",
    *,
    on_disk: bool = False,
) -> DevicesPlan:
    """Decides strategy and launcher; nothing is recorded for one device.

    `weighed` is the strategy that fits into the memory of a device, and `why`. `on_disk`: the first
    process writes files that the others wait for.
    """
    named = hardware.launcher
    if hardware.num_processes == 1:
        if named == "auto":
            return DevicesPlan()
        ledger.take(hardware, "hardware", "launcher", "declared")
        return DevicesPlan(launcher=named)
    unit = "processes" if hardware.target == "cpu" else "devices"
    ledger.take(hardware, "hardware", "count", f"{unit} a node")
    ledger.take(hardware, "hardware", "nodes", f"{hardware.num_processes} processes in all")
    said = None if hardware.strategy == "auto" else hardware.strategy
    better = weighed or ("fsdp" if hardware.offload else "ddp")
    otherwise = why or "fsdp sends more and holds less: for models that do not fit"
    if hardware.tensor_parallel > 1:
        better, otherwise = "fsdp", "with `tensor_parallel` no device holds whole layers"
    if hardware.offload:
        otherwise = "`offload` keeps shares in host memory, and ddp has none"
        cost = "weights and gradients pass PCIe in each part of a batch"
        ledger.take(hardware, "hardware", "offload", f"shares lie in host memory; {cost}")
    strategy = ledger.choose(
        "hardware.strategy",
        said,
        better,
        _HOLDS[said or better],
        f"{_HOLDS[better]}; {otherwise}",
    )
    started = None if named == "auto" else named
    launcher = ledger.choose(
        "hardware.launcher", started, "torchrun", "declared", "one node: torch brings it"
    )
    divided = hardware.tensor_parallel
    if "tensor_parallel" in hardware.model_fields_set:
        ledger.take(hardware, "hardware", "tensor_parallel", _held(divided))
    timeout = _timeout(hardware, ledger, on_disk=on_disk)
    return DevicesPlan(
        hardware.count,
        hardware.nodes,
        strategy,
        launcher,
        timeout,
        offloads=hardware.offload,
        tensor_parallel=divided,
    )


def _held(together: int) -> str:
    if together == 1:
        return "each device computes whole layers"
    return f"{together} devices hold the matrices of a layer together and take the same rows"


def _timeout(hardware: HardwareFields, ledger: Ledger, *, on_disk: bool) -> float:
    """Seconds; more than usual where the first process has all data to prepare."""
    if on_disk and "timeout" not in hardware.model_fields_set:
        why = "the others wait while the first process writes the files of rows and tokens"
        return duration_seconds(str(ledger.derive("hardware.timeout", "3h", why)))
    why = "until a process gives the others up"
    return duration_seconds(str(ledger.take(hardware, "hardware", "timeout", why)))
