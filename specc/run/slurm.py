"""A training as a SLURM job: submitted, watched through its requeues, cancelled."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from specc.run.job import forget_run, refuse_without, told

_SCRIPT = "launch.sbatch"
_POLL_S = 2.0
_ENDED = {
    "BOOT_FAIL": "its nodes did not start",
    "CANCELLED": "it was cancelled",
    "DEADLINE": "its deadline passed",
    "FAILED": "",
    "NODE_FAIL": "a node failed",
    "OUT_OF_MEMORY": "it used more memory than it had asked for",
    "PREEMPTED": "another job took its nodes, and it may not be requeued",
    "TIMEOUT": "its time was over before it had saved",
}
_FIELD = re.compile(r"(\w+)=(\S*)")


class SlurmJob:
    """`sbatch launch.sbatch`: one job, however often SLURM requeues it. See `Job`."""

    def __init__(self, folder: Path, arguments: Sequence[str], log: BinaryIO) -> None:
        refuse_without(folder, "slurm", _SCRIPT, "sbatch")
        path = Path(log.name)
        if "--resume" not in arguments:
            forget_run(path.parent)
        rest = [argument for argument in arguments if argument not in ("--resume", "--overwrite")]
        self.num_requests = 0
        self.ending: str | None = None
        # `%` stands for numbers of the job in the names of its logs.
        named = path.as_posix().replace("%", "%%")
        said = told(folder, "sbatch", "--parsable", f"--output={named}", _SCRIPT, *rest)
        self._id = said.splitlines()[-1].partition(";")[0]
        self.status = f"SLURM job {self._id} waits"
        self._folder = folder
        self._asked_s = float("-inf")
        self._exit_code: int | None = None
        self._state = ""

    def request_stop(self) -> None:
        """The first time `scancel`: SIGTERM, and SIGKILL after the time that SLURM leaves."""
        self.num_requests += 1
        self._cancel(*(["--signal=KILL", "--full"] if self.num_requests > 1 else []))

    def wait(self, seconds: float) -> int | None:
        """Sleeps; SLURM is asked every two seconds at most."""
        if self._exit_code is None:
            time.sleep(seconds)
        if self._exit_code is None and time.monotonic() - self._asked_s >= _POLL_S:
            self._asked_s = time.monotonic()
            self._ask()
        return self._exit_code

    def end(self) -> None:
        """Cancels a job that still waits or runs."""
        if self._exit_code is None:
            self._cancel()

    def _cancel(self, *options: str) -> None:
        with suppress(OSError):
            subprocess.run(["scancel", *options, self._id], capture_output=True, check=False)

    def _ask(self) -> None:
        """Takes in what SLURM knows; a controller that does not answer is asked again later."""
        command = ["scontrol", "--oneliner", "show", "job", self._id]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            if "Invalid job id" in result.stderr:
                self._exit_code, self.ending = 1, f"SLURM knows no job {self._id} any more"
            return
        fields = dict(_FIELD.findall(result.stdout))
        before, self._state = self._state, fields.get("JobState", "")
        restarts = int(fields.get("Restarts", "0"))
        again = f", requeued {restarts} time{'s' if restarts > 1 else ''}" if restarts else ""
        named = f"SLURM job {self._id}{again}"
        if self._state == "PENDING":
            self.status = f"{named}: waits ({fields.get('Reason', '')})"
        elif self._state == "RUNNING":
            self.status = f"{named}: runs on {fields.get('NodeList', '')}"
        elif self._state == "COMPLETED":
            self._exit_code = 0
        elif self._state in _ENDED and self._state == before:  # not only on its way to the queue
            self._ended(fields.get("ExitCode", "1:0"))

    def _ended(self, status: str) -> None:
        code, _, signal_number = status.partition(":")
        self._exit_code = -int(signal_number) if signal_number not in ("", "0") else int(code) or 1
        why = _ENDED[self._state]
        self.ending = f"SLURM ended job {self._id}: {why}" if why else None
