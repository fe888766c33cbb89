"""Compares this machine with the one that the spec declares."""

from __future__ import annotations

import torch


def check_machine(device: str) -> None:
    """Stops before the first step where this machine has less than the spec declares.

    Raises:
        SystemExit: with each key of the spec, and what is here instead.
    """
    if device == "cpu":
        return  # a slow trial, asked for by name
    missing = []
    num_gpus, index = torch.cuda.device_count(), torch.device(device).index or 0
    if num_gpus <= index:
        missing.append(f"`hardware.gpu: t4`, this machine has {num_gpus} that torch can use")
    else:
        gpu = torch.cuda.get_device_properties(index)
        gib = gpu.total_memory / 2**30
        print(
            f"built for NVIDIA T4 with 14.56 GiB, runs on {gpu.name} with {gib:.2f} GiB", flush=True
        )
        if gib < 14.12:  # a little less than declared: drivers differ
            missing.append(f"`hardware.gpu: t4` (14.56 GiB), {gpu.name} has {gib:.2f} GiB")
    if missing:
        raise SystemExit(
            "this machine has less than the spec declares: " + "; ".join(missing) + ". Change the "
            "spec and build again, or run with --ignore-hardware."
        )
