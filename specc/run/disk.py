"""Whether the file system has room for what a run writes."""

from __future__ import annotations

import shutil
from pathlib import Path

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules.run import DISK_TOO_SMALL
from specc.hardware.catalogue import GIB
from specc.language.model import Scratch
from specc.plan.plan import Plan
from specc.plan.step import StepPlan

_FULL = 2**16
"""Bytes: what is left of a file system that is full."""


def disk_warning(plan: Plan, folder: Path) -> Diagnostic | None:
    """A warning where `folder` is on a file system with less than the checkpoints take.

    What an earlier run left in the folder is written over, so it counts as free. Where no step was
    traced, the sizes are estimated from the weights.
    """
    step = plan.step or _estimated(plan)
    if step is None:
        return None
    left = sum(file.stat().st_size for file in folder.glob("outputs/**/*") if file.is_file())
    free = shutil.disk_usage(folder).free + left
    if free >= step.disk:
        return None
    kept = "1 checkpoint" if step.checkpoints == 1 else f"{step.checkpoints} checkpoints"
    about = "up to" if plan.step else "about"
    return Diagnostic(
        DISK_TOO_SMALL,
        f"the run writes {about} {_size(step.disk)}, and {_size(free)} are free",
        folder.as_posix(),
        help=f"free some space, or choose another folder with `-o`: {kept} of "
        f"{_size(step.saved)}, one more while it is written, and the best model",
        severity="warning",
    )


def _estimated(plan: Plan) -> StepPlan | None:
    """Sizes from the weights alone: with AdamW, a checkpoint holds two numbers more for each."""
    weights = _weights(plan)
    if weights is None:
        return None
    return StepPlan(
        device=plan.hardware.device,
        total=0,
        memory={},
        context=0,
        slack=0,
        evaluation=0,
        flops=0,
        parameters=weights // 4,
        trainable=weights // 4,
        saved=3 * weights,
        weights_saved=weights,
        checkpoints=plan.spec.training.checkpoint.keep,
    )


def _weights(plan: Plan) -> int | None:
    """Bytes of the model's weights; None where they are not at hand."""
    model = plan.spec.model
    if isinstance(model, Scratch):
        inner = model.feed_forward_size or 4 * model.hidden_size
        layer = (4 * model.hidden_size + 2 * inner) * model.hidden_size
        embeddings = (model.tokenizer.vocab_size + model.max_positions) * model.hidden_size
        return 4 * (model.layers * layer + embeddings)
    folder = plan.base.folder if plan.base else None
    files = list(folder.glob("*.safetensors")) if folder else []
    return sum(file.stat().st_size for file in files) or None


def _size(size: int) -> str:
    """GiB, or MiB below a tenth of one."""
    return f"{size / GIB:.2f} GiB" if size >= GIB / 10 else f"{size / 2**20:.1f} MiB"


def full_disk(outputs: Path) -> tuple[str, ...]:
    """The system's words where nothing can be written any more: a log cannot hold them then."""
    try:
        free = shutil.disk_usage(outputs).free
    except OSError:
        return ()
    return ("No space left on device",) if free < _FULL else ()
