"""What an earlier run left in the folder for results, and whether a new one may start there."""

from __future__ import annotations

import fcntl
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from specc.diagnostics.diagnostic import Diagnostic, Rule, SpecError
from specc.diagnostics.rules.run import ALREADY_RUNNING, RUN_EXISTS

LOCK = ".lock"
_CHECKPOINT = re.compile(r"step-(\d+)(?:\.pt)?$")


def outputs_of(folder: Path, arguments: Sequence[str]) -> Path:
    """Where `train.py` in `folder` writes its results with these arguments."""
    # Absolute, because `folder` may be relative to a working folder that is left.
    return (folder / (option(arguments, "--output-dir") or "outputs")).resolve()


def last_checkpoint(outputs: Path) -> Path | None:
    """The latest complete checkpoint among a run's results, None if there is none."""
    numbered = {
        int(match[1]): path
        for path in (outputs / "checkpoints").glob("step-*")
        if (match := _CHECKPOINT.match(path.name)) and _is_complete(path)
    }
    return numbered[max(numbered)] if numbered else None


def refuse_earlier_run(folder: Path, arguments: Sequence[str]) -> None:
    """Stops where a training goes on, or where a new run would replace an earlier one.

    Raises:
        SpecError: SP606 or SP616.
    """
    outputs = outputs_of(folder, arguments)
    if is_locked(outputs / LOCK):
        raise _refusal(ALREADY_RUNNING, "another training goes on in this folder", folder, _WAIT)
    if "--overwrite" in arguments:
        return
    saved = last_checkpoint(outputs)
    if (outputs / "results.json").is_file() and not ("--resume" in arguments and saved):
        message, resume = "this folder holds a finished run", ""
    elif "--resume" not in arguments and (saved or any(outputs.glob("model/*.safetensors"))):
        message = "this folder holds an unfinished run"
        resume = "add `--resume` to continue it, " if saved else ""
    else:
        return
    help_line = f"{resume}add `--overwrite` to replace it, or `-o FOLDER` to keep it"
    raise _refusal(RUN_EXISTS, message, folder, help_line)


def is_locked(path: Path) -> bool:
    """Whether another process holds a lock on the file `path`."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # not there, or a file system without locks
        return False
    return False


def option(arguments: Sequence[str], name: str) -> str | None:
    """The value of `--name value` or `--name=value`, the last one if it is given twice."""
    value = None
    for i, argument in enumerate(arguments):
        if argument == name and i + 1 < len(arguments):
            value = arguments[i + 1]
        elif argument.startswith(f"{name}="):
            value = argument.partition("=")[2]
    return value


_WAIT = "wait for it or stop it, or build to another folder"


def _refusal(rule: Rule, message: str, folder: Path, help_line: str) -> SpecError:
    return SpecError((Diagnostic(rule, message, folder.as_posix(), help=help_line),))


def _is_complete(path: Path) -> bool:
    """Whether all of a checkpoint is there; torch writes the table of its parts last."""
    return zipfile.is_zipfile(path / "progress.pt" if path.is_dir() else path)
