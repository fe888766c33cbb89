"""Traces that share one import of torch say what those in processes of their own say."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks.planner import Point, changed
from specc.pipeline import plan
from specc.sizing.question import setting_of
from specc.trace import workers
from specc.trace.run import trace
from tests.golden.gallery import workplace

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is shared")


@on_linux
def test_answers_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of projects whose modules have the same names and other contents, one after the other."""
    folder = workplace(tmp_path)
    specs = ("intents-from-scratch", "harbour-stories", "intents-from-scratch")
    plans = [plan(changed(Point(name, 4, 16), folder), weighs=False)[0] for name in specs]
    answers = []
    for cache in ("alone", "shared"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / cache))
        with workers.warm() if cache == "shared" else nullcontext():
            answers.append([asdict(trace(p, [setting_of(p, 2)], folder)[0]) for p in plans])
    assert answers[0] == answers[1]


@on_linux
def test_a_trace_that_fails_leaves_the_next_one_alone(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    with workers.warm():
        for _ in range(2):
            said, failed = workers.run_child(tmp_path / "bad")
            assert said == "" and "request.json" in failed.strip().splitlines()[-1]


@on_linux
def test_without_its_template_a_trace_starts_alone(tmp_path: Path) -> None:
    with workers.warm():
        workers.run_child(tmp_path)
        template = workers._template.get()
        assert template is not None and template._process is not None
        os.kill(template._process.pid, signal.SIGKILL)
        template._process.wait()
        assert "request.json" in workers.run_child(tmp_path)[1]
