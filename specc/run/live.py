"""The live view of a run: a few lines at the bottom of the terminal, redrawn in place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from specc.run.figures import bar, can_show_unicode, duration, number, sparkline, star
from specc.run.follow import Event
from specc.run.progress import Point, Progress

REDRAW_EVERY_S = 1 / 8
IDLE_REDRAW_EVERY_S = 1.0
_MAX_BAR, _MIN_BAR = 40, 6
_MAX_CURVE, _MIN_CURVE = 40, 6


@dataclass(frozen=True, slots=True)
class _Row:
    """`label value curve tail`; the curve takes what room the others leave."""

    label: str
    value: str
    points: list[Point]
    tail: str


class LiveReporter:
    """Draws on `console` (stderr). Redraws at most eight times a second, idle ones once."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._live = Live(
            console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )
        self._begun_s = 0.0
        self._drawn_s = float("-inf")
        self._has_news = False

    def begin(self, progress: Progress) -> None:
        self._begun_s = self._clock()
        self._live.start()
        self._draw(progress)

    def event(self, event: Event, progress: Progress) -> None:
        self._has_news = True
        self.tick(progress)

    def tick(self, progress: Progress) -> None:
        waited = self._clock() - self._drawn_s
        if waited >= (REDRAW_EVERY_S if self._has_news else IDLE_REDRAW_EVERY_S):
            self._draw(progress)

    def end(self, progress: Progress) -> None:
        self._draw(progress)
        self._live.stop()

    def _draw(self, progress: Progress) -> None:
        now = self._clock()
        self._drawn_s, self._has_news = now, False
        view = render(
            progress,
            now=now,
            elapsed_s=now - self._begun_s,
            width=self._console.width,
            is_unicode=can_show_unicode(self._console),
        )
        self._live.update(view, refresh=True)


def render(
    progress: Progress, *, now: float, elapsed_s: float, width: int, is_unicode: bool
) -> Group:
    """The view as lines of at most `width` columns (40 or more); `now` is the clock of events."""
    lines = [_head(progress, now, elapsed_s, width, is_unicode)]
    rows = _rows(progress, star(is_unicode))
    label_width = max((len(row.label) for row in rows), default=0)
    tail_width = max((len(row.tail) for row in rows), default=0)
    for row in rows:
        text = Text(f"{row.label:<{label_width}}  {row.value:<7}", no_wrap=True)
        room = width - len(text.plain) - (tail_width + 2 if tail_width else 0) - 2
        if room >= _MIN_CURVE:
            curve_width = min(room, _MAX_CURVE)
            values = [point.value for point in row.points]
            curve = sparkline(values, curve_width, is_unicode)
            text.append(f"  {curve:<{curve_width}}", style="cyan")
        text.append(f"  {row.tail}" if row.tail else "", style="green")
        lines.append(text)
    lines += _foot(progress, width)
    for line in lines:
        line.rstrip()
        line.truncate(width)
    return Group(*lines)


def _head(progress: Progress, now: float, elapsed_s: float, width: int, is_unicode: bool) -> Text:
    phase = "stopping" if progress.is_stopping else progress.phase
    text = Text(phase, style="bold", no_wrap=True)
    if not progress.num_steps:
        return text.append(f"  {duration(elapsed_s)}", style="not bold")
    text.append(
        f"  step {progress.step}/{progress.num_steps}  {progress.share:.0%}", style="not bold"
    )
    left = progress.seconds_left(now)
    if phase == "finished" or left is None:
        tail = f"  {duration(elapsed_s)}"
    else:
        tail = f"  {duration(left)} left"
    room = width - len(text.plain) - len(tail) - 2
    if room >= _MIN_BAR:
        drawn = bar(progress.share, min(room, _MAX_BAR), is_unicode)
        text.append(f"  {drawn}", style="not bold cyan")
    return text.append(tail, style="not bold")


def _rows(progress: Progress, best_mark: str) -> list[_Row]:
    rows = []
    if progress.losses:
        rows.append(_Row("train loss", number(progress.losses[-1].value), progress.losses, ""))
    if progress.scores:
        tail = ""
        if progress.best is not None:
            tail = f"{best_mark} {number(progress.best.value)} at step {progress.best.step}"
        value = number(progress.scores[-1].value)
        rows.append(_Row(progress.best_metric, value, progress.scores, tail))
    return rows


def _foot(progress: Progress, width: int) -> list[Text]:
    """Epoch, rate and memory, as many as fit; and what the user should know now."""
    facts = []
    if progress.epoch:
        of = f" of {progress.num_epochs:g}" if progress.num_epochs else ""
        facts.append(f"epoch {progress.epoch:.1f}{of}")
    if progress.samples_per_second:
        facts.append(f"{progress.samples_per_second:.1f} samples/s")
    if progress.memory_gib:
        facts.append(f"{progress.memory_gib:.2f} GiB")
    while facts and len("  ".join(facts)) > width:
        facts.pop()
    lines = [Text("  ".join(facts), style="dim", no_wrap=True)] if facts else []
    if progress.status:
        lines.append(Text(progress.status, style="dim", no_wrap=True))
    if progress.is_stopping:
        lines.append(Text("saving; Ctrl-C again ends it at once", style="yellow", no_wrap=True))
    elif progress.stop_reason:
        lines.append(Text(progress.stop_reason, style="yellow", no_wrap=True))
    return lines
