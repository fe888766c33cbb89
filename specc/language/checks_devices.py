"""Cross-field checks of several devices."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import devices as rules
from specc.language.ground import Check, Ground
from specc.yaml.source import Key


def key_of_many_devices(ground: Ground) -> Iterator[Diagnostic]:
    """How processes work together, where there is one."""
    if ground.spec.hardware.num_processes > 1:
        return
    for key in ("strategy", "tensor_parallel", "offload", "timeout"):
        if ground.given("hardware", key):
            yield ground.at_key(
                rules.KEY_OF_MANY_DEVICES,
                ("hardware", key),
                f"`{key}` is of several devices, and there is one",
                f"delete `{key}`, or write `count: 2` or more",
            )


def nodes_without_launcher(ground: Ground) -> Iterator[Diagnostic]:
    """Several machines, and nobody who starts the processes there."""
    hardware = ground.spec.hardware
    if hardware.nodes > 1 and hardware.launcher == "auto":
        yield ground.at_value(
            rules.NODES_WITHOUT_LAUNCHER,
            ("hardware", "nodes"),
            f"nothing is said that starts the processes on {hardware.nodes} nodes",
            "add `launcher: slurm`, `kubernetes`, `ray` or `skypilot`; or `launcher: torchrun`, "
            "to start it on each node yourself",
        )


def count_of_no_device(ground: Ground) -> Iterator[Diagnostic]:
    """Several of a device that is one, or not known."""
    hardware = ground.spec.hardware
    if hardware.num_processes == 1 or hardware.target in ("cpu", "cuda"):
        return
    key = "count" if hardware.count > 1 else "nodes"
    named = {"mps": "Apple's GPU does not work with others"}
    yield ground.at_value(
        rules.COUNT_OF_NO_DEVICE,
        ("hardware", key),
        named.get(hardware.target, "which device it is, is known only when training starts"),
        "name another `gpu`, such as `gpu: h100`"
        if hardware.gpu
        else "name a `gpu`, or write `device: cuda` or `device: cpu`",
    )


def tensor_parallel_of_node(ground: Ground) -> Iterator[Diagnostic]:
    """Groups into which the devices of a node cannot be divided."""
    hardware = ground.spec.hardware
    if hardware.num_processes == 1 or hardware.count % hardware.tensor_parallel == 0:
        return
    less = [n for n in range(2, hardware.count + 1) if hardware.count % n == 0]
    near = min(less, key=lambda n: abs(n - hardware.tensor_parallel), default=None)
    yield ground.at_value(
        rules.TENSOR_PARALLEL_OF_NODE,
        ("hardware", "tensor_parallel"),
        f"`tensor_parallel: {hardware.tensor_parallel}` does not divide `count: {hardware.count}`",
        f"write `tensor_parallel: {near}`" if near else "delete `tensor_parallel`",
    )


def tensor_parallel_with_ddp(ground: Ground) -> Iterator[Diagnostic]:
    """Layers that are divided, and each device has all of them."""
    hardware = ground.spec.hardware
    if hardware.strategy == "ddp" and hardware.tensor_parallel > 1:
        yield ground.at_value(
            rules.TENSOR_PARALLEL_WITH_DDP,
            ("hardware", "strategy"),
            f"`ddp` gives each device whole layers, and `tensor_parallel: "
            f"{hardware.tensor_parallel}` divides them",
            "write `strategy: fsdp`, or delete `tensor_parallel`",
        )


def processes_over_batch(ground: Ground) -> Iterator[Diagnostic]:
    """A batch that is not enough for all."""
    hardware, size = ground.spec.hardware, ground.spec.training.batch_size
    if hardware.num_shares > size:
        whose = "processes" if hardware.tensor_parallel == 1 else "groups of processes"
        path: tuple[Key, ...] = ("hardware", "count" if hardware.count > 1 else "nodes")
        yield ground.at_value(
            rules.PROCESSES_OVER_BATCH,
            path,
            f"{hardware.num_shares} {whose} share the {size} rows of a batch",
            f"write `training.batch_size: {hardware.num_shares}` or more, or take fewer devices",
        )


def micro_batch_over_share(ground: Ground) -> Iterator[Diagnostic]:
    """More at a time than one process has."""
    hardware, training = ground.spec.hardware, ground.spec.training
    part = training.micro_batch
    if part == "auto" or hardware.num_processes == 1 or part > training.batch_size:
        return
    most = hardware.share(training.batch_size)
    if part > most:
        yield ground.at_value(
            rules.MICRO_BATCH_OVER_SHARE,
            ("training", "micro_batch"),
            f"`micro_batch: {part}` is more than a process has of a batch: {most} of "
            f"{training.batch_size}",
            f"write `micro_batch: {most}` or less, or raise `batch_size`",
        )


def pure_bf16_of_many(ground: Ground) -> Iterator[Diagnostic]:
    """Master copies of weights that others have too."""
    hardware = ground.spec.hardware
    if hardware.num_processes > 1 and hardware.precision == "bf16-pure":
        yield ground.at_value(
            rules.PURE_BF16_OF_MANY,
            ("hardware", "precision"),
            f"`precision: bf16-pure` is for one device, and there are {hardware.num_processes}",
            "write `precision: bf16`; with `strategy: fsdp` the layers compute in bf16 as well, "
            "and the fp32 weights are spread over the devices",
        )


_WHOLE_TENSORS = {
    "adafactor": "Adafactor takes means over rows and columns, which FSDP spreads over the devices",
    "adamw-8bit": "bitsandbytes steps whole tensors, and FSDP spreads them over the devices",
}
"""Optimizers that FSDP's shares are not enough for."""


def not_with_fsdp(ground: Ground) -> Iterator[Diagnostic]:
    """What needs whole parameters or all gradients."""
    hardware, training = ground.spec.hardware, ground.spec.training
    if not hardware.shards:
        return
    is_named, divides = hardware.strategy == "fsdp", hardware.tensor_parallel > 1
    instead = "or write `strategy: ddp`" if is_named else "or delete `offload`"
    if divides:
        instead = "or delete `tensor_parallel`"
    if why := _WHOLE_TENSORS.get(training.optimizer.kind):
        yield ground.at_value(
            rules.NOT_WITH_FSDP,
            ("training", "optimizer"),
            why,
            f"write `optimizer: adamw`, {instead}",
        )
    if training.compile is True:
        yield ground.at_key(
            rules.NOT_WITH_FSDP,
            ("training", "compile"),
            "the compiled network would have to be whole before it is spread over the devices",
            f"delete `compile`, {instead}",
        )
    for key in ("l1", "l2"):
        if getattr(training, key):
            yield ground.at_key(
                rules.NOT_WITH_FSDP,
                ("training", key),
                f"`{key}` looks at whole weight matrices, which FSDP spreads over the devices",
                f"write `weight_decay` instead of `{key}`, {instead}",
            )
    gpu, key_of_shares = hardware.accelerator, "strategy" if is_named else "offload"
    if divides:
        key_of_shares = "tensor_parallel"
    derived = hardware.precision == "auto" and gpu is not None and not gpu.bf16
    if hardware.precision == "fp16" or derived:
        yield ground.at_value(
            rules.NOT_WITH_FSDP,
            ("hardware", key_of_shares if derived else "precision"),
            "the loss scale of fp16 has to see all gradients, which FSDP spreads over the devices",
            f"write `precision: fp32`, or `bf16` on a GPU that has it, {instead}",
        )


def offload_without_shares(ground: Ground) -> Iterator[Diagnostic]:
    """Shares in host memory, where there are none or the host is the device."""
    hardware = ground.spec.hardware
    if not hardware.offload or hardware.num_processes == 1:
        return
    if hardware.strategy == "ddp":
        yield ground.at_key(
            rules.OFFLOAD_WITHOUT_SHARES,
            ("hardware", "offload"),
            "`offload` keeps each device's share of the model in host memory, and with "
            "`strategy: ddp` each device holds all of it",
            "write `strategy: fsdp`, or delete `offload`",
        )
    elif hardware.target == "cpu":
        yield ground.at_key(
            rules.OFFLOAD_WITHOUT_SHARES,
            ("hardware", "offload"),
            "`offload` moves shares of the model to host memory, and on a CPU they are there",
            "delete `offload`",
        )


CHECKS: tuple[Check, ...] = (
    key_of_many_devices,
    nodes_without_launcher,
    count_of_no_device,
    pure_bf16_of_many,
    offload_without_shares,
    tensor_parallel_of_node,
    tensor_parallel_with_ddp,
    processes_over_batch,
    micro_batch_over_share,
    not_with_fsdp,
)
