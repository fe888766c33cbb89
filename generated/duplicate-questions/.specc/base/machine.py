"""Compares this machine with the one that the spec declares."""

import torch

INSTRUCTIONS = {  # torch's name of each instruction set: the spec's, best first
    "amx_bf16": "amx-bf16",
    "avx512_bf16": "avx512-bf16",
    "avx512_f": "avx512",
    "avx2": "avx2",
    "bf16": "neon-bf16",
    "neon": "neon",
}


def compare() -> dict[str, bool]:
    """Whether each thing that the spec declares is here, by words for both."""
    has = torch.cpu.get_capabilities()
    best = next((name for flag, name in INSTRUCTIONS.items() if has.get(flag)), "none of them")
    return {
        f"`hardware.instructions: avx512-bf16`, this CPU has {best} and emulates bf16, "
        "many times slower than fp32": has.get("avx512_bf16", False)
    }


def check_machine() -> None:
    """Stops before the first step where this machine has less than the spec declares.

    Raises:
        SystemExit: with each key of the spec, and what is here instead.
    """
    missing = [words for words, is_here in compare().items() if not is_here]
    if missing:
        raise SystemExit(
            "this machine has less than the spec declares: " + "; ".join(missing) + ". Change the "
            "spec and build again, or run with --ignore-hardware."
        )
