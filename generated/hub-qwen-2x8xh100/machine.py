"""Compares this machine with the one that the spec declares."""

import os

import torch


def compare(device: str) -> dict[str, bool]:
    """Whether each thing that the spec declares is here, by words for both."""
    num_processes = int(os.environ.get("WORLD_SIZE", "1"))
    num_gpus, index = torch.cuda.device_count(), int(os.environ.get("LOCAL_RANK", "0"))
    gpu = torch.cuda.get_device_properties(index) if index < num_gpus else None
    gib = gpu.total_memory / 2**30 if gpu else 0.0
    found = f"{gpu.name} with {gib:.2f} GiB" if gpu else "not there"
    print(f"built for NVIDIA H100 SXM 80 GB with 79.11 GiB; GPU {index} is {found}", flush=True)
    return {
        f"`hardware.count: 8` with `nodes: 2`, {num_processes} started instead of 16 "
        "by `torchrun --nproc-per-node 8 train.py`": num_processes >= 16,
        # A little less than declared is enough: drivers differ.
        f"`hardware.gpu: h100-80gb` (79.11 GiB), GPU {index} is {found}": gib >= 76.74,
    }


def check_machine(device: str) -> None:
    """Stops before the first step where this machine has less than the spec declares.

    Raises:
        SystemExit: with each key of the spec, and what is here instead.
    """
    missing = [words for words, is_here in compare(device).items() if not is_here]
    missing = [] if device == "cpu" else missing  # a slow trial, asked for by name
    if missing:
        raise SystemExit(
            "this machine has less than the spec declares: " + "; ".join(missing) + ". Change the "
            "spec and build again, or run with --ignore-hardware."
        )
