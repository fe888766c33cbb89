"""`specc run`: one real training, and runs that cannot start."""

from __future__ import annotations

import json
import os
from pathlib import Path

from .workbench import ROOT, specc, write_spec


def test_smoke_trains_two_steps(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    result = specc("run", spec, "--smoke", "--json", cwd=tmp_path)
    payload = json.loads(result.stdout)
    assert (result.returncode, result.stderr) == (0, ""), payload
    assert payload["outcome"] == "finished" and payload["folder"] == "runs/intents"
    assert payload["results"]["training"]["steps"] == 2
    assert "accuracy" in payload["results"]["metrics"]["validation"]
    assert (tmp_path / "runs/intents/outputs/smoke/report.md").is_file()
    assert not (tmp_path / "runs/intents/outputs/results.json").exists()


def test_a_missing_package_is_found_before_the_start(tmp_path: Path) -> None:
    # The interpreter's own packages without torch: a finder that comes first and knows better.
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util, importlib.metadata\n"
        "find, get = importlib.util.find_spec, importlib.metadata.distribution\n"
        "importlib.util.find_spec = lambda n, p=None: None if n == 'torch' else find(n, p)\n"
        "def distribution(name):\n"
        "    if name == 'torch':\n"
        "        raise importlib.metadata.PackageNotFoundError(name)\n"
        "    return get(name)\n"
        "importlib.metadata.distribution = distribution\n"
    )
    path = f"{tmp_path}{os.pathsep}{ROOT}"
    result = specc("run", write_spec(tmp_path), cwd=tmp_path, PYTHONPATH=path)
    assert result.returncode == 2
    assert "SP604" in result.stderr and "specc[train]" in result.stderr
    assert not (tmp_path / "runs/intents/outputs").exists()


def test_a_project_that_breaks_is_three_with_the_end_of_its_log(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    folder = tmp_path / "out"
    assert specc("build", spec, "-o", folder, cwd=tmp_path).returncode == 0
    model = folder / "model.py"
    model.write_text(model.read_text() + "\nraise ValueError('broken by hand')\n")
    for smoke in ([], ["--smoke"]):
        result = specc("run", spec, "-o", folder, *smoke, cwd=tmp_path)
        assert result.returncode == 3 and "broken by hand" in result.stderr
        assert "SP601" in result.stderr


def test_a_conflict_keeps_a_run_from_starting(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    folder = tmp_path / "out"
    specc("build", spec, "-o", folder, cwd=tmp_path)
    (folder / "config.py").write_text("mine\n")
    spec.write_text(spec.read_text().replace("batch_size: 8", "batch_size: 4"))
    result = specc("run", spec, "-o", folder, cwd=tmp_path)
    assert result.returncode == 1 and "SP506" in result.stderr
    assert not (folder / "outputs").exists()
