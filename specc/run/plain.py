"""Progress as lines of text, where there is no terminal to draw on: logs, pipes, CI."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console

from specc.run.figures import can_show_unicode, duration, number, star
from specc.run.follow import Event
from specc.run.progress import Progress

TRAIN_LINE_EVERY_S = 5.0


class PlainReporter:
    """One line an evaluation, and one train line every five seconds at most."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._last_train_line_s = float("-inf")
        self._is_stopping_said = False
        self._said_status = ""

    def begin(self, progress: Progress) -> None:
        self._print("starting: loading the data and the model")

    def event(self, event: Event, progress: Progress) -> None:
        if event.is_past:
            return
        if event.kind == "start":
            self._print(_start_line(event, progress))
        elif event.kind == "train":
            self._train(progress)
        elif event.kind == "eval":
            self._print(_eval_line(event, progress, star(can_show_unicode(self._console))))
        elif event.kind == "stop":
            self._print(progress.stop_reason or "stopped")
        elif event.kind == "end" and event.number("seconds") is not None:
            self._print(f"finished: trained for {duration(event.number('seconds') or 0.0)}")

    def tick(self, progress: Progress) -> None:
        if progress.status and progress.status != self._said_status:
            self._said_status = progress.status
            self._print(progress.status)
        if progress.is_stopping and not self._is_stopping_said:
            self._is_stopping_said = True
            self._print("stopping: saving after this step; Ctrl-C again ends it at once")

    def end(self, progress: Progress) -> None:
        pass

    def _train(self, progress: Progress) -> None:
        now = self._clock()
        if now - self._last_train_line_s < TRAIN_LINE_EVERY_S:
            return
        self._last_train_line_s = now
        parts = [_step(progress)]
        if progress.losses:
            parts.append(f"loss {number(progress.losses[-1].value)}")
        if progress.samples_per_second:
            parts.append(f"{progress.samples_per_second:.1f} samples/s")
        left = progress.seconds_left(now)
        if left is not None:
            parts.append(f"{duration(left)} left")
        self._print("  ".join(parts))

    def _print(self, line: str) -> None:
        self._console.print(line, soft_wrap=True)


def _step(progress: Progress) -> str:
    return f"step {progress.step}/{progress.num_steps} ({progress.share:.0%})"


def _start_line(event: Event, progress: Progress) -> str:
    parts = [f"training: {progress.num_steps} steps"]
    if progress.num_epochs:
        parts.append(f"{progress.num_epochs:g} epochs")
    trainable, parameters = event.number("trainable"), event.number("parameters")
    if trainable is not None and parameters is not None:
        parts.append(f"{trainable:,.0f} of {parameters:,.0f} parameters")
    parts += [str(event.values[key]) for key in ("device", "precision") if key in event.values]
    splits = event.values.get("splits")
    if isinstance(splits, dict):
        parts += [f"{name} {count}" for name, count in splits.items()]
    return ", ".join(parts)


def _eval_line(event: Event, progress: Progress, best_mark: str) -> str:
    parts = [_step(progress), "validation"]
    for key in event.values:
        value = event.number(key)
        if key.startswith("eval/") and value is not None:
            parts.append(f"{key.removeprefix('eval/')} {number(value)}")
    if progress.best is not None and progress.best.step == progress.step:
        parts.append(f"{best_mark} best")
    return "  ".join(parts)
