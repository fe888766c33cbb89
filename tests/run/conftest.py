"""A training that nothing interrupts, for those that something does."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.run.child import several
from specc.run.run import run_project

from .stand_in import Recorder
from .training import build


@pytest.fixture(scope="session")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of two processes of this machine that ran from start to end."""
    project = build(tmp_path_factory.mktemp("whole"), "{device: cpu, count: 2}")
    result = run_project(project, [], Recorder(), several(2))
    assert result.outcome == "finished", result.log_tail
    return project / "outputs"
