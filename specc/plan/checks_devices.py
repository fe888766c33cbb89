"""Devices that the data or a machine cannot feed, which the data and the catalogue tell."""

from __future__ import annotations

import math

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import plan as rules
from specc.language.ground import Ground
from specc.language.model import Scratch
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.plan.family import Family
from specc.yaml.source import Key, Source

_MOST_OF_A_NODE = 16


def check_devices(
    spec: Spec, source: Source, num_sequences: int | None, unit: str
) -> list[Diagnostic]:
    """SP425 and SP426.

    Args:
        spec: the spec.
        source: where it was read from.
        num_sequences: rows or blocks to train on; None where they are not known.
        unit: what they are called.
    """
    hardware, ground, found = spec.hardware, Ground(source, spec), list[Diagnostic]()
    if hardware.target == "cuda" and hardware.count > _MOST_OF_A_NODE:
        nodes = -(-hardware.count * hardware.nodes // 8)
        found.append(
            ground.at_value(
                rules.COUNT_OVER_NODE,
                ("hardware", "count"),
                f"{hardware.count} GPUs in one machine: the largest have {_MOST_OF_A_NODE}",
                f"write `count: 8`, `nodes: {nodes}` and `launcher: slurm`, for example",
            )
        )
    many = hardware.num_shares
    whose = "processes" if hardware.tensor_parallel == 1 else "groups of processes"
    if num_sequences is not None and many > max(1, num_sequences):
        path: tuple[Key, ...] = ("hardware", "count" if hardware.count > 1 else "nodes")
        found.append(
            ground.at_value(
                rules.PROCESSES_OVER_ROWS,
                path,
                f"{many} {whose}, and there are {num_sequences} training {unit}",
                f"take {num_sequences} devices or fewer",
            )
        )
    return found


def check_tensor_parallel(
    spec: Spec, source: Source, family: Family | None, base: Base | None
) -> list[Diagnostic]:
    """SP427 and SP428: layers that several devices cannot hold together."""
    together, ground = spec.hardware.tensor_parallel, Ground(source, spec)
    if together == 1:
        return []
    place: tuple[Key, ...] = ("hardware", "tensor_parallel")
    if family is None or not family.by_columns:
        told = (
            f"the layers of {family.name} cannot be divided here"
            if family
            else "what the layers of this base are made of is not known, so they cannot be divided"
        )
        return [
            ground.at_value(
                rules.TENSOR_PARALLEL_OF_ARCHITECTURE,
                place,
                told,
                "delete `tensor_parallel`: `strategy: fsdp` spreads any model"
                if family
                else "name the family with `model.architecture`, or delete `tensor_parallel`",
            )
        ]
    sizes = {name: size for name, size in _divided(spec, base).items() if size % together}
    return [
        ground.at_value(
            rules.TENSOR_PARALLEL_OF_HEADS,
            place,
            f"`tensor_parallel: {together}` does not divide `{name}: {size}` of the model",
            "write a number that divides both, such as "
            f"`tensor_parallel: {math.gcd(size, spec.hardware.count)}`"
            if math.gcd(size, spec.hardware.count) > 1
            else "delete `tensor_parallel`",
        )
        for name, size in sizes.items()
    ]


def _divided(spec: Spec, base: Base | None) -> dict[str, int]:
    """What the devices have a part of, as far as it is known."""
    if base is not None:
        return base.divided
    assert isinstance(spec.model, Scratch)
    inner = spec.model.feed_forward_size or 4 * spec.model.hidden_size
    return {"heads": spec.model.heads, "feed_forward_size": inner}
