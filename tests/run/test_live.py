"""The live view, as the lines it draws."""

from __future__ import annotations

import pytest

from specc.run.live import LiveReporter, render
from specc.run.progress import Progress

from .stand_in import console, event


def half_way() -> Progress:
    progress = Progress()
    progress.apply(
        event(
            "start",
            num_steps=72,
            steps_per_epoch=9,
            best_metric="accuracy",
            greater_is_better=True,
        ),
        now=0,
    )
    for step in range(1, 41):
        values = {"train__samples_per_second": 61.2, "memory_gib": 1.31}
        progress.apply(
            event("train", step=step, epoch=step / 9, train__loss=2 - step / 40, **values),
            now=step,
        )
        if step % 9 == 0:
            score = {9: 0.5, 18: 0.7, 27: 0.9, 36: 0.8}[step]
            progress.apply(event("eval", step=step, eval__accuracy=score), now=step)
    return progress


def drawn(progress: Progress, width: int, is_unicode: bool = True) -> list[str]:
    screen = console(width)
    screen.print(render(progress, now=40, elapsed_s=40, width=width, is_unicode=is_unicode))
    return [line.rstrip() for line in screen.export_text().splitlines()]


def test_a_wide_terminal() -> None:
    assert drawn(half_way(), 100) == [
        "training  step 40/72  56%  ━━━━━━━━━━━━━━━━━━━━━━──────────────────  32 s left",
        "train loss  1.000    ███▇▇▇▇▇▇▆▆▆▆▆▅▅▅▅▅▅▄▄▄▄▄▄▃▃▃▃▃▂▂▂▂▂▂▁▁▁",
        "accuracy    0.800    ▁▄█▆                                      ★ 0.900 at step 27",
        "epoch 4.4 of 8  61.2 samples/s  1.31 GiB",
    ]


def test_a_narrow_terminal() -> None:
    assert drawn(half_way(), 50) == [
        "training  step 40/72  56%  ━━━━━━──────  32 s left",
        "train loss  1.000    █▇▆▅▅▄▃▂▁",
        "accuracy    0.800    ▁▄█▆       ★ 0.900 at step 27",
        "epoch 4.4 of 8  61.2 samples/s  1.31 GiB",
    ]


def test_a_terminal_without_unicode() -> None:
    lines = drawn(half_way(), 50, is_unicode=False)
    assert "".join(lines).isascii()
    assert lines[0] == "training  step 40/72  56%  ######......  32 s left"


@pytest.mark.parametrize("width", range(40, 121))
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    progress = half_way()
    progress.stop_reason = "early stopping: no gain in 3 evaluations, the best was at step 27"
    lines = drawn(progress, width)
    assert len(lines) == 5
    assert max(len(line) for line in lines) <= width


def test_before_the_first_event_only_the_phase_and_the_time_are_shown() -> None:
    assert drawn(Progress(), 80) == ["starting  40 s"]


def test_a_stop_request_is_shown() -> None:
    progress = half_way()
    progress.is_stopping = True
    lines = drawn(progress, 80)
    assert lines[0].startswith("stopping  step 40/72")
    assert lines[-1] == "saving; Ctrl-C again ends it at once"


def test_it_redraws_at_most_eight_times_a_second() -> None:
    now = 0.0
    screen = console(80, is_terminal=True)
    reporter = LiveReporter(screen, clock=lambda: now)
    progress = Progress()
    reporter.begin(progress)
    for i in range(1000):
        now = i / 1000
        progress.step = i
        progress.num_steps = 1000
        reporter.event(event("train", step=i), progress)
    now = 1.0
    reporter.end(progress)
    frames = screen.export_text().count("starting  step")
    assert 6 <= frames <= 9
