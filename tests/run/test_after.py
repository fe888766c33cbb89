"""Disk before a run, memory after it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from specc.pipeline import plan
from specc.plan.plan import Plan
from specc.plan.step import StepPlan
from specc.run.disk import disk_warning
from specc.run.memory import add_memory
from specc.run.summary import summary

from .stand_in import console

STEP = StepPlan("cpu", 2**33, {"weights": 2**20}, 2**29, 0, 2**20, 1, 1, 1, saved=3 * 2**20)


SPEC = """\
task: {kind: text-classification, text: message, label: intent}
model: {architecture: bert, layers: 2, hidden_size: 64, heads: 2}
data: {train: intents.csv, split: {validation: 0.2, test: 0}}
"""


@pytest.fixture
def open_plan(tmp_path: Path) -> Plan:
    """Of a small new network, where the spec says nothing of the hardware."""
    rows = [f"where is my parcel {i},delivery\nI want {i} euros back,refund" for i in range(20)]
    (tmp_path / "intents.csv").write_text("message,intent\n" + "\n".join(rows) + "\n")
    (tmp_path / "spec.yaml").write_text(SPEC)
    return plan(tmp_path / "spec.yaml")[0]


def test_a_run_that_fills_the_disk_is_warned_of(tmp_path: Path, open_plan: Plan) -> None:
    free = shutil.disk_usage(tmp_path).free
    assert STEP.disk == 2 * STEP.saved
    assert disk_warning(replace(open_plan, step=STEP), tmp_path) is None
    found = disk_warning(replace(open_plan, step=replace(STEP, saved=free)), tmp_path)
    assert found is not None
    assert (found.code, found.severity) == ("SP614", "warning")
    assert found.help and found.help.startswith("free some space, or choose another folder")


def test_an_open_target_is_warned_from_the_weights(
    tmp_path: Path, open_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert open_plan.step is None and disk_warning(open_plan, tmp_path) is None
    little = shutil.disk_usage(tmp_path)._replace(free=2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: little)
    found = disk_warning(open_plan, tmp_path)
    assert found is not None and found.code == "SP614"
    weights = 4 * (2 * 12 * 64 * 64 + (8000 + 512) * 64)
    assert f"about {8 * weights / 2**20:.1f} MiB, and 1.0 MiB are free" in found.message


def test_what_is_written_over_counts_as_free(tmp_path: Path, open_plan: Plan) -> None:
    old = tmp_path / "outputs/checkpoints/step-00000001.pt"
    old.parent.mkdir(parents=True)
    with old.open("wb") as file:
        file.truncate(2**43)  # a hole: it takes no room
    assert disk_warning(replace(open_plan, step=replace(STEP, saved=2**41)), tmp_path) is None


@pytest.mark.parametrize("planned", [1.23456, None])
def test_planned_beside_measured(planned: float | None, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(json.dumps({"name": "ü", "training": {"peak_memory_gib": 1.5}}))
    results = add_memory(path, planned)
    written = json.loads(path.read_text(encoding="utf-8"))
    rounded = None if planned is None else 1.235
    assert written["memory"] == {"planned_gib": rounded, "measured_gib": 1.5}
    assert written["name"] == "ü"
    assert results is not None and results.content == written
    assert [entry.name for entry in tmp_path.iterdir()] == ["results.json"]
    screen = console(80)
    screen.print(summary(results, "runs/x", planned))
    assert ("1.50 GiB, planned 1.23 GiB" in screen.export_text()) == (planned is not None)


def test_a_project_that_measured_nothing_keeps_its_results(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    assert add_memory(path, 1.0) is None
    path.write_text('{"training": {}}')
    assert add_memory(path, 1.0) is not None
    assert path.read_text() == '{"training": {}}'
