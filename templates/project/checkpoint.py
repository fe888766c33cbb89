"""Checkpoints: everything a killed run needs to go on as if nothing had happened."""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from run_folder import newest_whole, refuse_other_run, whole_file


# {% include "partials/progress.py" %}


def save_checkpoint(
    folder: Path,
    run: dict[str, str],
    progress: Progress,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    # {% if training.uses_scaler %}
    scaler: torch.amp.GradScaler,
    # {% endif %}
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
        # {% if training.uses_scaler %}
        "scaler": scaler.state_dict(),
        # {% endif %}
        "rng": torch.get_rng_state(),
        # {% if hardware.is_mps %}
        "device_rng": torch.mps.get_rng_state(),
        # {% elif not hardware.is_cpu %}
        "device_rng": torch.cuda.get_rng_state_all(),
        # {% endif %}
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
    folder: Path,
    run: dict[str, str],
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    # {% if training.uses_scaler %}
    scaler: torch.amp.GradScaler,
    # {% endif %}
) -> Progress:
    """Puts the last whole checkpoint back in place, random numbers included."""
    path = newest_whole(checkpoints(folder))
    if path is None:
        return Progress()
    # {% if hardware.is_cpu %}
    state = torch.load(path, weights_only=True)
    # {% else %}
    state = torch.load(path, map_location="cpu", weights_only=True)
    # {% endif %}
    refuse_other_run(path, state.get("run", {}), run)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    # {% if training.uses_scaler %}
    scaler.load_state_dict(state["scaler"])
    # {% endif %}
    torch.set_rng_state(state["rng"])
    # {% if hardware.is_mps %}
    torch.mps.set_rng_state(state["device_rng"])
    # {% elif not hardware.is_cpu %}
    torch.cuda.set_rng_state_all(state["device_rng"])
    # {% endif %}
    progress = Progress(**state["progress"])
    print(f"resumed at step {progress.step}", flush=True)
    return progress
