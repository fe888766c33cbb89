"""Checkpoints: everything a killed run needs to go on as if nothing had happened."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path

import torch


@dataclass
class Progress:
    """How far training has come; `best_value` is on the validation split."""

    step: int = 0
    best_value: float | None = None
    best_step: int = 0
    seconds: float = 0.0  # of training, over all resumed parts
    log_bytes: int = 0  # length of metrics.jsonl: what a killed run wrote later is cut off


def save_checkpoint(
    folder: Path,
    progress: Progress,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    keep: int,
) -> Path:
    """Writes `folder/step-N.pt` and removes all but the last `keep` checkpoints.

    The file gets its name only when it is whole and on disk: a kill at any moment leaves the
    previous checkpoint or the new one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "progress": asdict(progress),
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "rng": torch.get_rng_state(),
    }
    path = folder / f"step-{progress.step:08d}.pt"
    unfinished = path.with_suffix(".tmp")
    with unfinished.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    for old in checkpoints(folder)[:-keep]:
        old.unlink()
    return path


def checkpoints(folder: Path) -> list[Path]:
    """The whole checkpoints in `folder`, oldest first."""
    return sorted(folder.glob("step-*.pt"))


def load_checkpoint(
    path: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer
) -> Progress:
    """Puts the state saved at `path` back in place, random numbers included."""
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["rng"])
    return Progress(**state["progress"])
