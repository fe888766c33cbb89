"""Whether the file system has room for what a run writes."""

from __future__ import annotations

import shutil
from pathlib import Path

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules.run import DISK_TOO_SMALL
from specc.hardware.catalogue import GIB
from specc.plan.step import StepPlan


def disk_warning(step: StepPlan | None, folder: Path) -> Diagnostic | None:
    """A warning where `folder` is on a file system with less than the checkpoints take.

    What an earlier run left in the folder is written over, so it counts as free.
    """
    if step is None:
        return None
    left = sum(file.stat().st_size for file in folder.glob("outputs/**/*") if file.is_file())
    free = shutil.disk_usage(folder).free + left
    if free >= step.disk:
        return None
    kept = "1 checkpoint" if step.checkpoints == 1 else f"{step.checkpoints} checkpoints"
    return Diagnostic(
        DISK_TOO_SMALL,
        f"the run writes up to {step.disk / GIB:.2f} GiB, and {free / GIB:.2f} GiB are free",
        folder.as_posix(),
        help=f"free some space, or choose another folder with `-o`: {kept} of "
        f"{step.saved / GIB:.2f} GiB, one more while it is written, and the best model",
        severity="warning",
    )
