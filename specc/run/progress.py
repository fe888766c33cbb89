"""How far a run has come, as its events tell it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from specc.run.follow import Event

Phase = Literal["starting", "training", "evaluating", "testing", "finished"]


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a curve."""

    step: int
    value: float


@dataclass
class Progress:
    """Everything a reporter may show; what no event has told yet is None, zero or empty.

    `max_steps` is the run's own limit, where one was given. `scores` is the validation metric by
    which the best checkpoint is chosen (`best_metric`), `losses` is of training. `status` is what a
    cluster says of its job.
    """

    max_steps: int | None = None
    phase: Phase = "starting"
    is_stopping: bool = False
    status: str = ""
    num_steps: int = 0
    num_epochs: float = 0.0
    step: int = 0
    epoch: float = 0.0
    best_metric: str = ""
    greater_is_better: bool = True
    losses: list[Point] = field(default_factory=list)
    scores: list[Point] = field(default_factory=list)
    best: Point | None = None
    samples_per_second: float | None = None
    memory_gib: float | None = None
    stop_reason: str | None = None
    checkpoint_step: int | None = None
    _eval_every: int = 0
    _first_mark: tuple[float, int] | None = None
    _last_mark: tuple[float, int] | None = None

    def apply(self, event: Event, now: float) -> None:
        """Takes one event in. `now` is any clock in seconds, the same for all calls."""
        if event.kind == "start":
            self._start(event)
        elif event.kind == "train":
            self._train(event, now)
        elif event.kind == "eval":
            self._eval(event)
        elif event.kind == "checkpoint":
            self.checkpoint_step = int(event.number("step") or 0)
        elif event.kind == "stop":
            self.stop_reason = str(event.values.get("reason", "")) or None
            self.phase = "testing"
        elif event.kind in {"test", "end"}:
            self.phase = "finished"
        if event.is_past:
            self.phase = "starting"

    def seconds_left(self, now: float) -> float | None:
        """Until the last step, at the pace of the steps this process has done so far."""
        if not self._first_mark or not self._last_mark or not self.num_steps:
            return None
        (since, first_step), (until, step) = self._first_mark, self._last_mark
        if step <= first_step:
            return None
        left = (self.num_steps - step) * (until - since) / (step - first_step)
        return max(0.0, left - (now - until))

    @property
    def share(self) -> float:
        """Of the steps, 0 to 1."""
        return min(1.0, self.step / self.num_steps) if self.num_steps else 0.0

    def _start(self, event: Event) -> None:
        num_steps = int(event.number("num_steps") or 0)
        self.num_steps = min(num_steps, self.max_steps or num_steps)
        steps_per_epoch = event.number("steps_per_epoch")
        num_epochs = event.number("num_epochs")
        if num_epochs is None and steps_per_epoch:
            num_epochs = num_steps / steps_per_epoch
        self.num_epochs = num_epochs or 0.0
        self._eval_every = int(steps_per_epoch or 0)
        self.best_metric = str(event.values.get("best_metric", ""))
        self.greater_is_better = event.values.get("greater_is_better") is not False
        self.phase = "training"

    def _train(self, event: Event, now: float) -> None:
        self._advance(event)
        loss = event.number("train/loss")
        if loss is not None:
            self.losses.append(Point(self.step, loss))
        self.samples_per_second = event.number("train/samples_per_second")
        self.memory_gib = event.number("memory_gib") or self.memory_gib
        if not event.is_past:
            self._first_mark = self._first_mark or (now, self.step)
            self._last_mark = (now, self.step)
        # No event says that an evaluation begins; a log line where one is due comes just before.
        is_due = self._eval_every > 0 and self.step % self._eval_every == 0
        self.phase = "evaluating" if is_due or 0 < self.num_steps <= self.step else "training"

    def _eval(self, event: Event) -> None:
        self._advance(event)
        if not self.scores:
            self._eval_every = self.step
        value = event.number(f"eval/{self.best_metric}")
        if value is not None:
            point = Point(self.step, value)
            self.scores.append(point)
            if self._is_best(event, value):
                self.best = point
        self.phase = "testing" if 0 < self.num_steps <= self.step else "training"

    def _is_best(self, event: Event, value: float) -> bool:
        said = event.values.get("best")
        if isinstance(said, bool):
            return said
        if self.best is None:
            return True
        return value > self.best.value if self.greater_is_better else value < self.best.value

    def _advance(self, event: Event) -> None:
        self.step = int(event.number("step") or self.step)
        self.epoch = event.number("epoch") or self.epoch
