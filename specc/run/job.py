"""What every way of running a project has in common, and what they refuse."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from specc.diagnostics.diagnostic import Diagnostic, Rule, SpecError
from specc.diagnostics.rules.run import LAUNCHER_MISSING, NOT_BUILT_FOR, SUBMISSION_REFUSED

_OF_A_RUN = (
    *("metrics.jsonl", "results.json", "predictions.jsonl", "report.json", "report.md"),
    *("checkpoints/step-*", "model/*.json", "model/*.safetensors*"),
)
"""What a run writes to its folder."""


class Job(Protocol):
    """A training that has been started, here or elsewhere.

    `num_requests` counts how often a stop was asked for. `status` is what a person should know who
    waits, empty where there is nothing to say. `ending` is why a cluster ended the training, None
    where the training ended by itself.
    """

    num_requests: int
    status: str
    ending: str | None

    def request_stop(self) -> None:
        """Asks to save and to leave; the second time, ends it at once."""

    def wait(self, seconds: float) -> int | None:
        """The exit status (negative: the signal), None if it still goes on after `seconds`."""

    def end(self) -> None:
        """Makes sure that nothing is left running."""


Start = Callable[[Path, Sequence[str], BinaryIO], Job]
"""From the project's folder, the arguments of `train.py` and the open log.

Raises:
    SpecError: SP609 to SP611, and then nothing was started.
"""


def refusal(rule: Rule, message: str, folder: Path, help_line: str) -> SpecError:
    """What `Start` raises."""
    return SpecError((Diagnostic(rule, message, folder.as_posix(), help=help_line),))


def refuse_without(folder: Path, launcher: str, file: str, program: str) -> None:
    """Raises SP610 where the project has no such launcher, SP609 where its program is not here."""
    if not (folder / file).is_file():
        message = f"the project has no `{file}`"
        help_line = f"add `launcher: {launcher}` to `hardware`"
        raise refusal(NOT_BUILT_FOR, message, folder, help_line)
    if shutil.which(program, path=search_path()) is None:
        message = f"`{program}` is not installed here"
        help_line = "run specc where jobs are submitted, or add `--on local`"
        raise refusal(LAUNCHER_MISSING, message, folder, help_line)


def search_path() -> str:
    """PATH, with the programs beside the Python that runs specc first."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def told(folder: Path, *command: str) -> str:
    """What a cluster's program says.

    Raises:
        SpecError: SP611, with its own last word.
    """
    result = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PATH": search_path()},
        check=False,
    )
    if result.returncode:
        lines = [line for line in result.stderr.splitlines() if line.strip()]
        message = f"`{command[0]}` refused the job: {lines[-1].strip() if lines else 'no reason'}"
        help_line = f"try it by hand: {' '.join(command)}"
        raise refusal(SUBMISSION_REFUSED, message, folder, help_line)
    return result.stdout.strip()


def forget_run(outputs: Path) -> None:
    """What `train.py --overwrite` does; jobs resume always, because they may be requeued."""
    for pattern in _OF_A_RUN:
        for path in outputs.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
