"""What follows a run on the user's behalf; `live` and `plain` draw, `Silent` does not."""

from __future__ import annotations

from typing import Protocol

from specc.run.follow import Event
from specc.run.progress import Progress


class Reporter(Protocol):
    """Called by `run_project`, always from the thread that called it."""

    def begin(self, progress: Progress) -> None:
        """The child process has been started."""

    def event(self, event: Event, progress: Progress) -> None:
        """`progress` has just taken `event` in."""

    def tick(self, progress: Progress) -> None:
        """About ten times a second, whether or not anything happened."""

    def end(self, progress: Progress) -> None:
        """The child process is gone; also called after an exception."""


class Silent:
    """For `--json`: one object on stdout and nothing else."""

    def begin(self, progress: Progress) -> None:
        pass

    def event(self, event: Event, progress: Progress) -> None:
        pass

    def tick(self, progress: Progress) -> None:
        pass

    def end(self, progress: Progress) -> None:
        pass
