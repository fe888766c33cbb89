"""The training process: started, asked to stop, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from specc.run.job import Job

_PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_GRACE_S = 30.0


class Child:
    """`python train.py` in a session of its own, so that a terminal's Ctrl-C reaches only specc.

    Another `command` and `environment` stand in for it where they are given. See `Job`.
    """

    def __init__(
        self,
        folder: Path,
        arguments: Sequence[str],
        log: BinaryIO,
        command: Sequence[str] = (sys.executable, "train.py"),
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self.num_requests = 0
        self.status = ""
        self.ending: str | None = None
        self._process = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )

    def request_stop(self) -> None:
        """The first time SIGTERM, on which the project saves and leaves; then SIGKILL for all.

        A Ctrl-C too becomes SIGTERM: that is the signal on which the project saves.
        """
        self.num_requests += 1
        if self.num_requests == 1:
            self._process.send_signal(signal.SIGTERM)
        else:
            self._kill()

    def wait(self, seconds: float) -> int | None:
        """The exit status (negative: the signal), None if the child still runs after `seconds`."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """Makes sure that nothing is left running; a child that has exited is no error."""
        if self._process.poll() is None:
            self._process.terminate()
            if self.wait(_GRACE_S) is None:
                self._kill()
                self._process.wait()

    def _kill(self) -> None:
        # The group holds what the training itself started, such as loader processes; torchrun gives
        # each of its processes a group of its own.
        for leader in (*_descendants(self._process.pid), self._process.pid):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(leader, signal.SIGKILL)


def _descendants(pid: int) -> list[int]:
    """Whoever a process has started, and they in turn."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False
    )
    parents = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    found = [pid]
    for known in found:  # which grows
        found += [child for child, parent in parents if parent == known]
    return found[1:]


def several(count: int) -> Callable[[Path, Sequence[str], BinaryIO], Child]:
    """`count` processes of this machine, which torchrun starts and, on SIGTERM, lets save."""
    torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={count}"]
    command = [sys.executable, *torchrun, "--shutdown-timeout=120", "train.py"]
    return partial(Child, command=command)


@contextmanager
def stop_requests(start: Callable[[], Job]) -> Iterator[Job]:
    """Starts a child, and until the end of the block turns signals to specc into stop requests.

    A signal that arrives while the child is being started is not lost. Outside of the main thread
    no signal can be caught; the child then just runs.
    """
    pending: list[int] = []
    child: Job | None = None

    def handle(number: int, _frame: FrameType | None) -> None:
        if child is None:
            pending.append(number)
        else:
            child.request_stop()

    is_main = threading.current_thread() is threading.main_thread()
    former = {s: signal.signal(s, handle) for s in _PASSED_ON} if is_main else {}
    try:
        child = start()
        for _ in pending:
            child.request_stop()
        yield child
    finally:
        try:
            if child is not None:
                child.end()
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
