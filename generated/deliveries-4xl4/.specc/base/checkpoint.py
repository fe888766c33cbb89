"""Checkpoints: everything a killed run needs to go on, with as many processes as there are then."""

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed.checkpoint as dcp
from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict

from distributed import gather, rank, wait, world_size
from run_folder import newest_whole, refuse_other_run, write_checksums


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
    """Writes `folder/step-N/`, each process its part, and removes all but the last `keep`.

    The folder gets its name only when it is whole and on disk: a kill at any moment leaves the
    previous checkpoint or the new one.
    """
    path = folder / f"step-{progress.step:08d}"
    unfinished = path.with_suffix(".tmp")
    if rank() == 0:
        shutil.rmtree(unfinished, ignore_errors=True)  # of a run that was killed
    wait()
    weights, moments = get_state_dict(model, optimizer)
    try:
        dcp.save({"model": weights, "optimizer": moments}, checkpoint_id=unfinished)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)  # no part of it stays on a full disk
        raise
    write_checksums(unfinished)
    rng = gather((torch.get_rng_state(), device_rng()))
    if rank() == 0:
        state = {"run": run, "progress": asdict(progress), "rng": rng}
        torch.save(state, unfinished / "progress.pt")
        shutil.rmtree(path, ignore_errors=True)
        unfinished.replace(path)
        for old in checkpoints(folder)[:-keep]:
            shutil.rmtree(old)
    wait()
    return path


def checkpoints(folder: Path) -> list[Path]:
    """The complete checkpoints in `folder`, oldest first."""
    return sorted(folder.glob("step-????????"))


def device_rng() -> torch.Tensor:
    """State of this process's GPU; empty where there is none."""
    return torch.cuda.get_rng_state() if torch.cuda.is_available() else torch.empty(0)


def load_checkpoint(
    folder: Path, run: dict[str, str], model: torch.nn.Module, optimizer: torch.optim.Optimizer
) -> Progress:
    """Puts the last whole checkpoint back in place; random numbers where processes are as many.

    The batches that follow are the same in any case. With another number of processes, dropout
    draws new random numbers.
    """
    path = newest_whole(checkpoints(folder))
    if path is None:
        return Progress()
    state: dict[str, Any] = torch.load(path / "progress.pt", map_location="cpu", weights_only=True)
    refuse_other_run(path, state.get("run", {}), run)
    weights, moments = get_state_dict(model, optimizer)
    dcp.load({"model": weights, "optimizer": moments}, checkpoint_id=path)
    set_state_dict(model, optimizer, model_state_dict=weights, optim_state_dict=moments)
    progress = Progress(**state["progress"])
    if len(state["rng"]) == world_size():
        host, device = state["rng"][rank()]
        torch.set_rng_state(host)
        if len(device):
            torch.cuda.set_rng_state(device)
    else:
        torch.manual_seed(torch.initial_seed() + world_size() * progress.step)
    print(f"resumed at step {progress.step}", flush=True)
    return progress
