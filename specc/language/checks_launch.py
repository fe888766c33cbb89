"""Cross-field checks of launchers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import launch as rules
from specc.hardware.skypilot import skypilot_name
from specc.language.ground import Check, Ground
from specc.yaml.source import Key

CARRIERS = ("kubernetes", "ray", "skypilot")
"""Launchers that bring the project's folder to the nodes, and nothing beside it."""

MAX_KUBERNETES_NAME = 45
"""Of the 63 characters of a host's name, what `-node-0-999-abcde` leaves."""

_HOST_NAME = re.compile(r"[a-z][a-z0-9-]*")


def launcher_of_no_device(ground: Ground) -> Iterator[Diagnostic]:
    """A job that cannot say what it needs."""
    hardware = ground.spec.hardware
    if hardware.launcher in ("auto", "torchrun") or hardware.target in ("cpu", "cuda"):
        return
    why = {"mps": "Apple's GPU stands in no cluster"}
    yield ground.at_value(
        rules.LAUNCHER_OF_NO_DEVICE,
        ("hardware", "launcher"),
        why.get(hardware.target, "which device the job needs is not known"),
        "name another `gpu`, such as `gpu: h100`"
        if hardware.gpu
        else "name a `gpu`, or write `device: cuda` or `device: cpu`",
    )


def gpu_not_rented(ground: Ground) -> Iterator[Diagnostic]:
    """A GPU without a name that SkyPilot knows."""
    hardware = ground.spec.hardware
    if hardware.launcher != "skypilot" or hardware.target != "cuda":
        return
    gpu = hardware.accelerator
    if skypilot_name(gpu) is None:
        what = f"has no {gpu.full_name}" if gpu else "rents GPUs by name, and none is named"
        yield ground.at_value(
            rules.GPU_NOT_RENTED,
            ("hardware", "gpu" if gpu else "launcher"),
            f"SkyPilot {what}",
            "write `gpu: l4`, `gpu: a100-80gb`, `gpu: h100` or another that clouds rent out",
        )


def files_left_behind(ground: Ground) -> Iterator[Diagnostic]:
    """Files that stay where they are, and a launcher that takes the project elsewhere."""
    launcher, data = ground.spec.hardware.launcher, ground.spec.data
    if launcher not in CARRIERS or data.copy_files != "never":
        return
    names = [name for split in (data.train, data.validation, data.test) for name in split or ()]
    relative = [name for name in names if not Path(name).is_absolute()]
    if relative:
        yield ground.at_value(
            rules.FILES_LEFT_BEHIND,
            ("data", "copy"),
            f"`{launcher}` brings only the project's folder to the nodes, and `{relative[0]}` "
            "stays outside",
            "write `copy: always`, or the absolute path of what the nodes mount",
        )


def name_for_kubernetes(ground: Ground) -> Iterator[Diagnostic]:
    """The `name` that the spec gives."""
    if ground.spec.name is not None:
        yield from no_host_name(ground, ground.spec.name)


def no_host_name(ground: Ground, name: str) -> Iterator[Diagnostic]:
    """What the cluster would refuse; the plan asks again for a name that it derives."""
    if ground.spec.hardware.launcher != "kubernetes":
        return
    if len(name) > MAX_KUBERNETES_NAME:
        wrong = f"has {len(name)} characters, and there is room for {MAX_KUBERNETES_NAME}"
    elif not _HOST_NAME.fullmatch(name):
        wrong = "does not begin with a letter"
    else:
        return
    path: tuple[Key, ...] = ("hardware", "launcher") if ground.spec.name is None else ("name",)
    yield ground.at_value(
        rules.NAME_FOR_KUBERNETES,
        path,
        f"Kubernetes takes no job `{name}`: it {wrong}",
        "write a short `name` that begins with a letter",
    )


CHECKS: tuple[Check, ...] = (
    launcher_of_no_device,
    gpu_not_rented,
    files_left_behind,
    name_for_kubernetes,
)
