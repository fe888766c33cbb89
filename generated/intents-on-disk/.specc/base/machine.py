"""Compares this machine with the one that the spec declares."""

from __future__ import annotations

import os


def check_machine() -> None:
    """Stops before the first step where this machine has less than the spec declares.

    Raises:
        SystemExit: with each key of the spec, and what is here instead.
    """
    missing = []
    num_cores = os.cpu_count() or 1
    if num_cores < 2:
        missing.append(f"`hardware.cores: 2`, this machine has {num_cores}")
    if missing:
        raise SystemExit(
            "this machine has less than the spec declares: " + "; ".join(missing) + ". Change the "
            "spec and build again, or run with --ignore-hardware."
        )
