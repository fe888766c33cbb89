"""Runs a generated project as a child process and follows it to its end."""

from __future__ import annotations

import fcntl
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal

from specc.diagnostics.diagnostic import Diagnostic, Rule, SpecError
from specc.diagnostics.rules.run import ALREADY_RUNNING, NO_PROJECT, OUTPUT_NOT_WRITABLE
from specc.run.child import Child, stop_requests
from specc.run.disk import full_disk
from specc.run.earlier import last_checkpoint, option, outputs_of, refuse_earlier_run
from specc.run.failure import (
    cluster_ending,
    damaged_checkpoints,
    failure,
    interruption,
    log_tail,
    own_exit_code,
)
from specc.run.follow import Follower
from specc.run.job import Job, Start
from specc.run.progress import Progress
from specc.run.reporter import Reporter
from specc.run.results import Results, read_results

_POLL_S = 0.1
_SAVED_AND_LEFT = 128 + signal.SIGTERM
_STOP_SIGNALS = (_SAVED_AND_LEFT, -signal.SIGTERM, -signal.SIGINT)


@dataclass(frozen=True)
class RunResult:
    """How a run ended.

    `exit_code` is the child's (negative: the signal). `log_tail` holds its last lines unless it
    finished. `last_checkpoint` is what `--resume` would start from. `results` is None unless it
    finished, and then too if the project wrote none.
    """

    outcome: Literal["finished", "failed", "interrupted"]
    exit_code: int
    seconds: float
    log: Path
    last_checkpoint: Path | None = None
    results: Results | None = None
    log_tail: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def run_project(
    folder: Path, arguments: Sequence[str], reporter: Reporter, start: Start = Child
) -> RunResult:
    """Runs `train.py` in `folder`, by default with the interpreter that runs specc, and waits.

    Its output goes to `run.log` among its results, which is locked as long as it lives. Ctrl-C,
    SIGTERM and SIGHUP become one SIGTERM to it (it saves and leaves); a second one kills it.
    Nothing is left running, whatever is raised.

    Args:
        folder: the generated project.
        arguments: for `train.py`, such as `["--resume", "--max-steps", "20"]`.
        reporter: told of every event, and ten times a second.
        start: what starts it, here or as the job of a cluster that sees `folder`.

    Returns:
        The outcome; for all but "finished" with an error (SP601 to SP604, SP607, SP612, SP615,
        SP617, SP618), and with warnings of damaged checkpoints (SP617).

    Raises:
        SpecError: SP605, SP606, SP608 to SP611 or SP616, before anything was started.
    """
    _refuse_no_project(folder)
    is_resumed = "--resume" in arguments
    outputs = outputs_of(folder, arguments)
    refuse_earlier_run(folder, arguments)
    progress = Progress(max_steps=_number(option(arguments, "--max-steps")))
    started = time.monotonic()
    with _open_log(outputs, folder) as log:
        if not is_resumed:
            log.truncate(0)
        log_start = log.seek(0, 2)
        follower = Follower(outputs / "metrics.jsonl", is_resumed)
        with stop_requests(partial(start, folder, arguments, log)) as child:
            exit_code, progress = _follow(child, follower, progress, reporter)
    seconds, log_path = time.monotonic() - started, outputs / "run.log"
    found = damaged_checkpoints(folder.as_posix(), log_path, log_start)
    last = last_checkpoint(outputs)
    result = RunResult("finished", exit_code, seconds, log_path, last, diagnostics=found)
    if exit_code == 0:
        return replace(result, results=read_results(outputs / "results.json"))
    if child.ending and not child.num_requests:
        return _ended_by_cluster(result, folder, log_start, child.ending)
    is_interrupted = child.num_requests > 0 or exit_code in _STOP_SIGNALS
    return _ended_early(result, folder, log_start, progress, is_interrupted)


def _refuse_no_project(folder: Path) -> None:
    if not (folder / "train.py").is_file():
        message = "there is no `train.py` in this folder"
        raise _error(NO_PROJECT, message, folder, "build the project first: `specc build`")


def _follow(
    child: Job, follower: Follower, progress: Progress, reporter: Reporter
) -> tuple[int, Progress]:
    exit_code = None
    reporter.begin(progress)
    try:
        while exit_code is None:
            exit_code = child.wait(_POLL_S)
            news = follower.read()
            if news.is_rewritten:
                progress = Progress(max_steps=progress.max_steps)
            progress.is_stopping, progress.status = child.num_requests > 0, child.status
            for event in news.events:
                progress.apply(event, time.monotonic())
                reporter.event(event, progress)
            reporter.tick(progress)
    finally:
        reporter.end(progress)
    return exit_code, progress


def _ended_by_cluster(result: RunResult, folder: Path, log_start: int, why: str) -> RunResult:
    checkpoint = _shown_path(result.last_checkpoint, folder)
    found = cluster_ending(folder.as_posix(), why, checkpoint)
    tail = log_tail(result.log, log_start)
    return replace(
        result, outcome="failed", log_tail=tail, diagnostics=(*result.diagnostics, found)
    )


def _ended_early(
    result: RunResult, folder: Path, log_start: int, progress: Progress, is_interrupted: bool
) -> RunResult:
    shown = folder.as_posix()
    checkpoint = _shown_path(result.last_checkpoint, folder)
    tail = log_tail(result.log, log_start)
    if is_interrupted:
        of = f" of {progress.num_steps}" if progress.num_steps else ""
        where = f"at step {progress.step}{of}" if progress.step else "before its first step"
        return replace(
            result,
            outcome="interrupted",
            log_tail=tail,
            diagnostics=(*result.diagnostics, interruption(shown, where, checkpoint)),
        )
    log = _shown_path(result.log, folder) or ""
    exit_code = own_exit_code(result.log, log_start) or result.exit_code
    tail_and_disk = (*tail, *full_disk(result.log.parent))
    diagnostic = failure(shown, exit_code, tail_and_disk, log, checkpoint)
    diagnostics = (*result.diagnostics, diagnostic)
    return replace(result, outcome="failed", log_tail=tail, diagnostics=diagnostics)


@contextmanager
def _open_log(outputs: Path, folder: Path) -> Iterator[BinaryIO]:
    """The log, locked: the child inherits the lock and holds it even if specc is killed."""
    try:
        outputs.mkdir(parents=True, exist_ok=True)
        log = (outputs / "run.log").open("ab")
    except OSError as error:
        message = f"`{_shown_path(outputs, folder)}` cannot be written to"
        help_line = "choose another folder with `-o`"
        raise _error(OUTPUT_NOT_WRITABLE, message, folder, help_line) from error
    with log:
        try:
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = "another training goes on in this folder"
            help_line = "wait for it or stop it, or build to another folder"
            raise _error(ALREADY_RUNNING, message, folder, help_line) from error
        except OSError:
            pass  # a file system without locks
        yield log


def _error(rule: Rule, message: str, folder: Path, help_line: str) -> SpecError:
    return SpecError((Diagnostic(rule, message, folder.as_posix(), help=help_line),))


def _shown_path(path: Path | None, folder: Path) -> str | None:
    """`path` as the user sees it from the project's folder."""
    if path is None:
        return None
    inside = folder.resolve()
    return (path.relative_to(inside) if path.is_relative_to(inside) else path).as_posix()


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
