"""Says why a training did not end well, from its exit status and the end of its log."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from pathlib import Path

from specc.diagnostics.diagnostic import Diagnostic, Note, Rule
from specc.diagnostics.rules.run import (
    ALREADY_RUNNING,
    DAMAGED_CHECKPOINT,
    ENDED_BY_CLUSTER,
    INTERRUPTED,
    KILLED_BY_SIGNAL,
    LESSER_MACHINE,
    NO_SPACE,
    OTHER_RUN,
    OUT_OF_MEMORY,
    PACKAGE_MISSING,
    TRAINING_FAILED,
)

TAIL_LINES = 20
_TAIL_BYTES = 2**16
_MAX_MESSAGE = 200
_TRAIN_EXTRA = {"torch", "transformers", "datasets", "sklearn"}
_MISSING = re.compile(r"^ModuleNotFoundError: No module named '([\w.]+)'", re.MULTILINE)
_OF_PROCESS = re.compile(r"^(?:\(\w+ pid=[^)]*\) ?|\[rank ?\d+\]:? ?)+", re.MULTILINE)
"""What stands before a line where several processes write into one log."""

_TORCHRUN = re.compile(
    r"^[EW]\d{4} .*torch/distributed/elastic/multiprocessing/api\.py:\d+\]"
    r" (?:Sending process|failed \(exitcode: (-?\d+)\))"
)
_EXCEPTION = re.compile(r"^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt)(?::.*)?$")
_NO_MEMORY = re.compile(
    r"^(?:[\w.]*OutOfMemoryError|MemoryError)\b|out of memory|can't allocate memory"
    r"|Cannot allocate memory",
    re.MULTILINE,
)
_LESSER = re.compile(r"^(this machine has less than .*)\. (Change the spec .*)\.$", re.MULTILINE)
"""What `machine.py` says; the second group is what to do."""


_FULL_DISK = re.compile(r"No space left on device|Disk quota exceeded|os error 28")
_OTHER_RUN = re.compile(r"^(\S.*) belongs to another run \(then -> now\):$", re.MULTILINE)
_DAMAGED = re.compile(r"^(\S.*) is damaged$", re.MULTILINE)
_NONE_LEFT = re.compile(r"^no whole checkpoint is left", re.MULTILINE)
_LOCKED = re.compile(r"^another training is running in ", re.MULTILINE)


def log_tail(log: Path, start: int = 0) -> tuple[str, ...]:
    """The last lines of `log`, from the byte `start` on, without torchrun's report of the end."""
    lines = _last_lines(log, start)
    reports = [i for i, line in enumerate(lines) if _TORCHRUN.match(line)]
    return tuple(lines[: reports[0] if reports else None][-TAIL_LINES:])


def own_exit_code(log: Path, start: int = 0) -> int | None:
    """The exit status of the process that failed first; torchrun's own is always 1."""
    codes = [match[1] for line in _last_lines(log, start) if (match := _TORCHRUN.match(line))]
    return next((int(code) for code in codes if code), None)


def _last_lines(log: Path, start: int) -> list[str]:
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(start, size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return [line.rstrip() for line in text.rstrip().splitlines()]


def _first_lines(log: Path, start: int) -> list[str]:
    try:
        with log.open("rb") as file:
            file.seek(start)
            text = file.read(_TAIL_BYTES).decode(errors="replace")
    except OSError:
        return []
    return text.splitlines()


def interruption(shown: str, where: str, checkpoint: str | None) -> Diagnostic:
    """Args: the folder as given; how far the run came; the last checkpoint's path."""
    return Diagnostic(
        INTERRUPTED,
        f"the run was stopped {where}",
        shown,
        help="run again with `--resume` to go on" if checkpoint else None,
        notes=(_checkpoint_note(checkpoint),),
    )


def cluster_ending(shown: str, why: str, checkpoint: str | None) -> Diagnostic:
    """Args: the folder as given; what the cluster did; the last checkpoint's path."""
    return Diagnostic(
        ENDED_BY_CLUSTER,
        why,
        shown,
        help="run again with `--resume` to go on" if checkpoint else None,
        notes=(_checkpoint_note(checkpoint),),
    )


def failure(
    shown: str, exit_code: int, tail: Sequence[str], log: str, checkpoint: str | None
) -> Diagnostic:
    """Args: the folder as given; the child's status; its last lines; paths to name."""
    notes: tuple[Note, ...] = (Note(f"the whole log is `{log}`"), _checkpoint_note(checkpoint))
    other = _other_run(tail)
    if other:
        rule, message, help_line, differences = other
        notes = (*map(Note, differences), *notes[:1])
    else:
        rule, message, help_line = _cause(exit_code, tail)
    return Diagnostic(rule, message, shown, help=help_line, notes=notes)


def damaged_checkpoints(shown: str, log: Path, start: int) -> tuple[Diagnostic, ...]:
    """A warning for each checkpoint that a resumed run found damaged, from its log."""
    text = _OF_PROCESS.sub("", "\n".join(_first_lines(log, start)))
    if _NONE_LEFT.search(text):
        return ()
    return tuple(
        Diagnostic(
            DAMAGED_CHECKPOINT,
            f"the checkpoint `{Path(name).name}` is damaged: the one before it was taken",
            shown,
            help=f"delete `{Path(name).stem}.damaged` once you do not need it any more",
            severity="warning",
        )
        for name in dict.fromkeys(match[1] for match in _DAMAGED.finditer(text))
    )


def _other_run(tail: Sequence[str]) -> tuple[Rule, str, str, list[str]] | None:
    """What a project says where the checkpoint is not of this run, with each difference."""
    lines = [_OF_PROCESS.sub("", line) for line in tail]
    for i, line in enumerate(lines):
        if match := _OTHER_RUN.match(line):
            found = [later.strip() for later in lines[i + 1 :] if later.startswith("  ")]
            names = ", ".join(f"`{difference.partition(':')[0]}`" for difference in found)
            message = (
                f"the checkpoint `{Path(match[1]).name}` belongs to another run: {names} differ"
            )
            message = message if len(found) > 1 else message + "s"
            help_line = "undo the change, or add `--overwrite` instead of `--resume`"
            return OTHER_RUN, message, help_line, [f"then -> now: {text}" for text in found]
    return None


def _cause(exit_code: int, tail: Sequence[str]) -> tuple[Rule, str, str]:
    text = _OF_PROCESS.sub("", "\n".join(tail))
    tail = text.splitlines()
    missing = _MISSING.search(text)
    if missing:
        return PACKAGE_MISSING, f"`{missing[1]}` is not installed", _install(missing[1])
    if lacking := _LESSER.search(text):
        return LESSER_MACHINE, lacking[1], lacking[2].replace("run with", "run again with")
    if _FULL_DISK.search(text):
        message = f"no space left on the device: {_last_word(tail)}"
        help_line = "free some space, then run again with `--resume`"
        return NO_SPACE, message, help_line
    if _NONE_LEFT.search(text):
        message = "every checkpoint is damaged, so that the run cannot be resumed"
        return DAMAGED_CHECKPOINT, message, "start again with `--overwrite` instead of `--resume`"
    if _LOCKED.search(text):
        message = "another training goes on in this folder"
        return ALREADY_RUNNING, message, "wait for it or stop it, or build to another folder"
    smaller = "write a small `training.micro_batch`, or lower `data.max_length`"
    if _NO_MEMORY.search(text):
        return OUT_OF_MEMORY, f"no memory left: {_last_word(tail)}", smaller
    if exit_code == -signal.SIGKILL:
        message = "the system killed the training (SIGKILL), most likely for want of memory"
        return KILLED_BY_SIGNAL, message, f"{smaller}, or run where there is more memory"
    if exit_code < 0:
        message = f"the training was ended by {_signal_name(-exit_code)}"
        return KILLED_BY_SIGNAL, message, "run again with `--resume` to go on"
    word = _last_word(tail)
    message = f"the training ended with exit code {exit_code}" + (f": {word}" if word else "")
    return TRAINING_FAILED, message, "see the end of the log; the tests in `tests/` take seconds"


def _install(module: str) -> str:
    if module.partition(".")[0] in _TRAIN_EXTRA:
        return "pip install 'specc[train]'"
    return "pip install -r requirements.txt (in the project's folder)"


def _last_word(tail: Sequence[str]) -> str:
    """The exception's own line where there is one: some libraries print advice after it."""
    exceptions = [line for line in tail if _EXCEPTION.match(line)]
    line = (exceptions or [line for line in tail if line.strip()] or [""])[-1].strip()
    return line if len(line) <= _MAX_MESSAGE else line[: _MAX_MESSAGE - 3] + "..."


def _checkpoint_note(checkpoint: str | None) -> Note:
    return Note(f"the last checkpoint is `{checkpoint}`" if checkpoint else "no checkpoint yet")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
