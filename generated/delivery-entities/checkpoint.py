"""Checkpoints: everything a killed run needs to go on as if nothing had happened."""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from run_folder import newest_whole, refuse_other_run, whole_file


@dataclass
class Progress:
    """How far training has come; `best_value` is on the validation split."""

    step: int = 0
    num_steps: int = 0  # of the whole run; a resumed one may have more
    best_value: float | None = None
    best_step: int = 0
    seconds: float = 0.0  # of training, over all resumed parts
    log_bytes: int = 0  # length of metrics.jsonl; what a killed run wrote later is cut off


def save_checkpoint(
    folder: Path,
    run: dict[str, str],
    progress: Progress,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    keep: int,
) -> Path:
    """Writes `folder/step-N.pt` and removes all but the last `keep` checkpoints.

    A kill at any moment leaves the previous checkpoint or the new one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "run": run,
        "progress": asdict(progress),
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "rng": torch.get_rng_state(),
    }
    path = folder / f"step-{progress.step:08d}.pt"
    with whole_file(path) as file:
        torch.save(state, file)
    for old in checkpoints(folder)[:-keep]:
        old.unlink()
    return path


def checkpoints(folder: Path) -> list[Path]:
    """The complete checkpoints in `folder`, oldest first."""
    return sorted(folder.glob("step-*.pt"))


def load_checkpoint(
    folder: Path, run: dict[str, str], model: torch.nn.Module, optimizer: torch.optim.Optimizer
) -> Progress:
    """Puts the last whole checkpoint back in place, random numbers included."""
    path = newest_whole(checkpoints(folder))
    if path is None:
        return Progress()
    state = torch.load(path, weights_only=True)
    refuse_other_run(path, state.get("run", {}), run)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["rng"])
    progress = Progress(**state["progress"])
    print(f"resumed at step {progress.step}", flush=True)
    return progress
