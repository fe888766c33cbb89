"""Compares this machine with the one that the spec declares."""

from __future__ import annotations

import os

import torch


def check_machine(device: str) -> None:
    """Stops before the first step where this machine has less than the spec declares.

    Raises:
        SystemExit: with each key of the spec, and what is here instead.
    """
    if device == "cpu":
        return  # a slow trial, asked for by name
    missing = []
    num_processes = int(os.environ.get("WORLD_SIZE", "1"))
    if num_processes < 16:
        missing.append(
            f"`hardware.count: 8` with `nodes: 2`, {num_processes} started instead of 16 "
            "by `torchrun --nproc-per-node 8 train.py`"
        )
    num_gpus, index = torch.cuda.device_count(), int(os.environ.get("LOCAL_RANK", "0"))
    if num_gpus <= index:
        missing.append(f"`hardware.count: 8`, this machine has {num_gpus} that torch can use")
    else:
        gpu = torch.cuda.get_device_properties(index)
        gib = gpu.total_memory / 2**30
        print(
            f"built for NVIDIA H100 SXM 80 GB with 79.11 GiB, runs on {gpu.name} with {gib:.2f} GiB",
            flush=True,
        )
        if gib < 76.74:  # a little less than declared: drivers differ
            missing.append(f"`hardware.gpu: h100-80gb` (79.11 GiB), {gpu.name} has {gib:.2f} GiB")
    if missing:
        raise SystemExit(
            "this machine has less than the spec declares: " + "; ".join(missing) + ". Change the "
            "spec and build again, or run with --ignore-hardware."
        )
