"""`specc run --on`: where a training goes, and where it cannot go."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from .workbench import SPEC, specc, write_spec

WHO = """
import os, sys
open(f"outputs/rank-{os.environ.get('RANK', 'alone')}", "w").write(" ".join(sys.argv[1:]))
"""


def built(folder: Path, hardware: str) -> Path:
    """A spec whose built project has a `train.py` that only says who ran it."""
    spec = write_spec(folder, text=SPEC.replace("hardware: cpu", f"hardware: {hardware}"))
    result = specc("build", spec, "-o", "out", cwd=folder)
    assert result.returncode == 0, result.stderr
    (folder / "out/train.py").write_text(WHO)
    return spec


def ranks(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "out/outputs").glob("rank-*"))


@pytest.mark.parametrize(
    ("hardware", "options", "wanted"),
    [
        ("cpu", [], ["rank-alone"]),
        ("{device: cpu, launcher: slurm}", [], ["rank-alone"]),
        ("{device: cpu, count: 2}", [], ["rank-0", "rank-1"]),
        (
            "{device: cpu, count: 2, nodes: 2, launcher: ray}",
            ["--on", "local"],
            ["rank-0", "rank-1"],
        ),
    ],
)
def test_here_it_is_the_processes_of_one_node(
    tmp_path: Path, hardware: str, options: list[str], wanted: list[str]
) -> None:
    spec = built(tmp_path, hardware)
    result = specc("run", spec, "-o", "out", *options, "--max-steps", "3", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert ranks(tmp_path) == wanted
    assert (tmp_path / "out/outputs" / wanted[0]).read_text() == "--max-steps 3"


@pytest.mark.parametrize(
    ("launcher", "help"),
    [("slurm", "add `--on slurm`, or `--on local`"), ("torchrun", "or add `--on local`")],
)
def test_several_nodes_are_not_this_machine(tmp_path: Path, launcher: str, help: str) -> None:
    spec = built(tmp_path, f"{{device: cpu, nodes: 2, launcher: {launcher}}}")
    result = specc("run", spec, "-o", "out", cwd=tmp_path)
    assert result.returncode == 2 and "SP613" in result.stderr and help in result.stderr
    assert not ranks(tmp_path)


@pytest.mark.parametrize("place", ["slurm", "ray"])
def test_a_project_of_another_launcher(tmp_path: Path, place: str) -> None:
    spec = built(tmp_path, "{device: cpu, count: 2}")
    result = specc("run", spec, "-o", "out", "--on", place, cwd=tmp_path)
    assert result.returncode == 2 and "SP610" in result.stderr
    assert f"add `launcher: {place}` to `hardware`" in result.stderr


@pytest.mark.parametrize(("place", "program"), [("slurm", "sbatch"), ("ray", "ray")])
def test_a_launcher_that_is_not_installed(tmp_path: Path, place: str, program: str) -> None:
    if (Path(sys.executable).parent / program).exists():
        pytest.skip(f"{program} stands beside the Python that runs specc")
    spec = built(tmp_path, f"{{device: cpu, count: 2, launcher: {place}}}")
    (tmp_path / "bin").mkdir()
    path = str(tmp_path / "bin")
    result = specc("run", spec, "-o", "out", "--on", place, cwd=tmp_path, PATH=path)
    assert result.returncode == 2, result.stderr
    assert "SP609" in result.stderr and f"`{program}` is not installed here" in result.stderr


def test_a_trial_is_of_this_machine(tmp_path: Path) -> None:
    result = specc("run", write_spec(tmp_path), "--smoke", "--on", "local", cwd=tmp_path)
    assert result.returncode == 2 and "--smoke goes with none of" in result.stderr


def test_json_tells_what_became_of_a_job_that_was_not_taken(tmp_path: Path) -> None:
    spec = built(tmp_path, "{device: cpu, count: 2}")
    result = specc("run", spec, "-o", "out", "--on", "slurm", "--json", cwd=tmp_path)
    assert [d["code"] for d in json.loads(result.stdout)["diagnostics"]] == ["SP610"]
    assert [path.name for path in (tmp_path / "out/outputs").iterdir()] == ["run.log"]
