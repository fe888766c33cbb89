"""What the events of a run add up to."""

from __future__ import annotations

from dataclasses import replace

from specc.run.progress import Point, Progress

from .stand_in import event

START = event("start", num_steps=20, steps_per_epoch=5, best_metric="f1", greater_is_better=True)


def test_phases() -> None:
    progress = Progress()
    phases = [progress.phase]
    for each in [
        START,
        event("train", step=3),
        event("train", step=5),
        event("eval", step=5, eval__f1=0.5),
        event("train", step=20),
        event("eval", step=20, eval__f1=0.6),
        event("test"),
    ]:
        progress.apply(each, now=0)
        phases.append(progress.phase)
    assert phases == [
        "starting",
        "training",
        "training",
        "evaluating",
        "training",
        "evaluating",
        "testing",
        "finished",
    ]


def test_the_past_of_a_resumed_run_fills_the_curve_but_is_no_pace() -> None:
    progress = Progress()
    for each in [START, event("train", step=5, train__loss=1.0)]:
        progress.apply(replace(each, is_past=True), now=0)
    assert (progress.phase, progress.num_epochs) == ("starting", 4)
    assert progress.losses == [Point(5, 1.0)]
    progress.apply(event("train", step=6), now=10)
    assert progress.seconds_left(10) is None
    progress.apply(event("train", step=8), now=14)
    assert progress.seconds_left(14) == 24
    assert progress.seconds_left(20) == 18


def test_the_best_is_as_the_project_says_or_else_by_direction() -> None:
    said, lower = Progress(), Progress()
    said.apply(START, 0)
    for step, value, best in [(5, 0.5, True), (10, 0.9, False)]:
        said.apply(event("eval", step=step, eval__f1=value, best=best), 0)
    assert said.best == Point(5, 0.5)
    lower.apply(event("start", num_steps=9, best_metric="loss", greater_is_better=False), 0)
    for step, value in [(1, 0.5), (2, 0.3), (3, 0.4)]:
        lower.apply(event("eval", step=step, eval__loss=value), 0)
    assert lower.best == Point(2, 0.3)


def test_events_with_missing_or_odd_values_are_no_error() -> None:
    progress = Progress()
    for each in [
        event("start"),
        event("train"),
        event("train", step="x", train__loss=None),
        event("eval"),
        event("checkpoint"),
        event("stop"),
        event("unknown"),
    ]:
        progress.apply(each, 0)
    assert progress.losses == [] and progress.scores == []
