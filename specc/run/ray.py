"""A training as a job of a Ray cluster: submitted, followed, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from specc.run.child import Child
from specc.run.failure import log_tail
from specc.run.job import forget_run, refuse_without, search_path

_SCRIPT = "ray_train.py"


class RayJob(Child):
    """`ray job submit`, which prints the job's log until it ends. See `Job`.

    The cluster is that of RAY_ADDRESS, else the one on this machine. It has to see the folder for
    results under the same path.
    """

    def __init__(self, folder: Path, arguments: Sequence[str], log: BinaryIO) -> None:
        refuse_without(folder, "ray", _SCRIPT, "ray")
        outputs = Path(log.name).parent
        if "--resume" not in arguments:
            forget_run(outputs)
        # Workers resume by themselves, and are placed by Ray: `ray_train.py` has no such flags.
        unknown = ("--resume", "--overwrite", "--ignore-hardware")
        rest = [argument for argument in arguments if argument not in unknown]
        self._log = Path(log.name)
        self._job = f"specc-{uuid.uuid4().hex[:12]}"
        work = ["python", _SCRIPT, "--output-dir", outputs.as_posix(), *rest]
        submit = ["job", "submit", f"--submission-id={self._job}", "--working-dir=.", "--"]
        self._environment = {**os.environ, "PATH": search_path(), "RAY_COLOR_PREFIX": "0"}
        command = ["ray", *submit, *work]
        super().__init__(folder, [], log, command, self._environment)
        self.status = f"Ray job {self._job}"

    def request_stop(self) -> None:
        """Stops the job: Ray's workers get no signal, so that its last checkpoint is what stays."""
        self.num_requests += 1
        self._stop()
        if self.num_requests > 1:
            self._kill()

    def wait(self, seconds: float) -> int | None:
        """As a child's; `ray job submit` ends with 0 too where somebody stopped the job."""
        code = super().wait(seconds)
        if code == 0 and f"Job '{self._job}' was stopped" in "\n".join(log_tail(self._log)):
            self.ending = f"Ray job {self._job} was stopped"
            return -signal.SIGTERM
        return code

    def end(self) -> None:
        """Stops a job that still runs, and what follows it."""
        if self.wait(0) is None:
            self._stop()
        super().end()

    def _stop(self) -> None:
        with suppress(OSError, subprocess.TimeoutExpired):
            command = ["ray", "job", "stop", "--no-wait", self._job]
            subprocess.run(
                command, env=self._environment, capture_output=True, check=False, timeout=30
            )
