"""Devices that the data or a machine cannot feed, which the data and the catalogue tell."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import plan as rules
from specc.source.source import Key, Source
from specc.spec.ground import Ground
from specc.spec.spec import Spec

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
                f"write `count: 8` and `nodes: {nodes}`, with a `launcher`",
            )
        )
    many = hardware.num_processes
    if num_sequences is not None and many > max(1, num_sequences):
        path: tuple[Key, ...] = ("hardware", "count" if hardware.count > 1 else "nodes")
        found.append(
            ground.at_value(
                rules.PROCESSES_OVER_ROWS,
                path,
                f"{many} processes, and there are {num_sequences} training {unit}",
                f"take {num_sequences} devices or fewer",
            )
        )
    return found
