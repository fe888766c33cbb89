"""A machine that has less than the spec declares is told before the first step."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from specc.render.context.machine import FLAGS
from tests.cli.workbench import SPEC, specc, write_spec
from tests.generated.inside import opened
from tests.generated.projects import write
from tests.generated.small import lay_out, of_task, small
from tests.golden.gallery import compile_spec

HERE = torch.cpu.get_capabilities()
OFFERED = [name for name, flag in FLAGS.items() if HERE.get(flag)]
LACKING = next(name for name, flag in FLAGS.items() if not HERE.get(flag))
END = "Change the spec and build again, or run with --ignore-hardware."


def said_by(hardware: dict[str, Any], folder: Path, *device: str) -> str:
    """What `machine.py` of a project for `hardware` ends with here; nothing if it is content."""
    spec = small(of_task("quick")) | {"hardware": hardware}
    project = write(compile_spec(spec, lay_out(folder), "built"), folder / "projects/built")
    with opened(project) as modules:
        try:
            modules.machine.check_machine(*device)
        except SystemExit as stopped:
            return str(stopped)
    return ""


def test_specc_run_stops_before_the_first_step_unless_told_to_go_on(tmp_path: Path) -> None:
    hardware = f"{{device: cpu, instructions: {LACKING}, memory: 900TB, precision: fp32}}"
    spec = write_spec(tmp_path, text=SPEC.replace("hardware: cpu", f"hardware: {hardware}"))
    stopped = specc("run", spec, "--json", cwd=tmp_path)
    payload = json.loads(stopped.stdout)
    (found,) = payload["diagnostics"]
    assert (stopped.returncode, found["code"]) == (3, "SP660")
    assert f"`hardware.instructions: {LACKING}`, this CPU has {OFFERED[0]}" in found["message"]
    assert "`hardware.memory: 900TB`, this machine has " in found["message"]
    assert not (tmp_path / "runs/intents/outputs/metrics.jsonl").exists()
    again = specc("run", spec, "--ignore-hardware", "--max-steps", "1", "--json", cwd=tmp_path)
    assert json.loads(again.stdout)["outcome"] == "finished", again.stderr


@pytest.mark.parametrize("name", OFFERED)
def test_what_is_declared_and_here_is_fine(name: str, tmp_path: Path) -> None:
    assert said_by({"device": "cpu", "instructions": name, "memory": "1GB"}, tmp_path) == ""


def test_bf16_without_instructions_for_it(tmp_path: Path) -> None:
    said = said_by({"device": "cpu", "precision": "bf16"}, tmp_path)
    emulated = not any(name.endswith("bf16") for name in OFFERED)
    assert ("`hardware.precision: bf16`, this CPU emulates bf16" in said) == emulated


def test_each_difference_names_its_key_and_both_sides(tmp_path: Path) -> None:
    said = said_by({"device": "cpu", "memory": "900TB", "count": 3}, tmp_path)
    assert said.startswith("this machine has less than the spec declares: ") and said.endswith(END)
    assert "`hardware.count: 3`, 1 started instead of 3 by `torchrun --nproc-per-node 3" in said
    assert "`hardware.memory: 900TB`, this machine has " in said


@pytest.mark.skipif(torch.cuda.is_available(), reason="for machines without a CUDA GPU")
def test_a_gpu_that_is_not_here(tmp_path: Path) -> None:
    said = said_by({"gpu": "t4"}, tmp_path, "cuda")
    assert "`hardware.gpu: t4` (14.56 GiB), GPU 0 is not there" in said
    assert said_by({"gpu": "t4"}, tmp_path / "again", "cpu") == ""


def test_what_declares_nothing_has_no_such_file(tmp_path: Path) -> None:
    for hardware in ({"device": "cpu"}, {"device": "auto"}, {"device": "cuda"}):
        spec = small(of_task("quick")) | {"hardware": hardware}
        project = compile_spec(spec, lay_out(tmp_path), "plain")
        assert not any(file.path == "machine.py" for file in project.files)
