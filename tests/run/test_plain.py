"""Progress as lines: exact text, with a clock of the test's own."""

from __future__ import annotations

from dataclasses import replace

from specc.run.follow import Event
from specc.run.plain import PlainReporter
from specc.run.progress import Progress

from .stand_in import console, event

START = event(
    "start",
    num_steps=40,
    num_epochs=4,
    parameters=22713216,
    trainable=22713216,
    best_metric="accuracy",
    greater_is_better=True,
    device="cpu",
    precision="fp32",
    splits={"train": 280, "validation": 60, "test": 60},
)


class Run:
    """A reporter, its console and its clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.console = console(60)
        self.reporter = PlainReporter(self.console, clock=lambda: self.now)
        self.progress = Progress()
        self.reporter.begin(self.progress)

    def tell(self, now: float, told: Event) -> None:
        self.now = now
        self.progress.apply(told, now)
        self.reporter.event(told, self.progress)
        self.reporter.tick(self.progress)

    def train(self, now: float, step: int) -> None:
        values = {"train__loss": 2.0 - step / 40, "train__samples_per_second": 61.2}
        self.tell(now, event("train", step=step, **values))

    def lines(self) -> list[str]:
        return self.console.export_text().splitlines()


def test_a_whole_run() -> None:
    run = Run()
    run.tell(1, START)
    for step in range(1, 10):
        run.train(1 + step, step)
    run.tell(11, event("eval", step=10, eval__loss=1.7, eval__accuracy=0.55, best=True))
    run.tell(12, event("eval", step=20, eval__loss=1.6, eval__accuracy=0.54, best=False))
    run.tell(13, event("stop", step=20, reason="early stopping: no gain in 3 evaluations"))
    run.tell(13, event("test", test__accuracy=0.9))
    run.tell(13, event("end", seconds=31.2))
    assert run.lines() == [
        "starting: loading the data and the model",
        "training: 40 steps, 4 epochs, 22,713,216 of 22,713,216 parameters, cpu, fp32, train 280, "
        "validation 60, test 60",
        "step 1/40 (2%)  loss 1.975  61.2 samples/s",
        "step 6/40 (15%)  loss 1.850  61.2 samples/s  34 s left",
        "step 10/40 (25%)  validation  loss 1.700  accuracy 0.550  ★ best",
        "step 20/40 (50%)  validation  loss 1.600  accuracy 0.540",
        "early stopping: no gain in 3 evaluations",
        "finished: trained for 31 s",
    ]


def test_the_past_of_a_resumed_run_is_not_told_again() -> None:
    run = Run()
    run.tell(0, replace(START, is_past=True))
    run.tell(0, replace(event("eval", step=10, eval__accuracy=0.5), is_past=True))
    run.train(1, 11)
    assert run.lines()[1:] == ["step 11/40 (28%)  loss 1.725  61.2 samples/s"]


def test_a_stop_request_is_told_once() -> None:
    run = Run()
    run.progress.is_stopping = True
    run.reporter.tick(run.progress)
    run.reporter.tick(run.progress)
    assert run.lines()[1:] == ["stopping: saving after this step; Ctrl-C again ends it at once"]
