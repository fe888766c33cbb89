"""torch.compile for real, on the CPU: the same losses, one graph, and going on where it fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.generated.inside import Spec
from tests.generated.projects import environment, events, write
from tests.generated.small import BERT, lay_out, of_task, small
from tests.golden.gallery import compile_spec

TIME_LIMIT_S = 900
"""A C++ compiler needs a minute for the kernels of a small network, more on a busy machine."""

PROGRAM = """
import json, sys
from dataclasses import replace
from config import Config
from train import main
main(replace(Config(), output_dir=sys.argv[1], max_steps=6, max_eval_rows=4, log_every=1))
import torch
print(json.dumps(dict(torch._dynamo.utils.counters["stats"])))
"""


def spec_of(dropout: float, **training: Any) -> Spec:
    return small(of_task("scratch"), BERT | {"dropout": dropout}, **training)


def trained(spec: Spec, folder: Path, name: str, **variables: str) -> tuple[Path, str]:
    """The output folder of a short run in a process of its own, and what it printed."""
    project = write(compile_spec(spec, folder, name), folder / f"projects/{name}")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder / name)],
        cwd=project,
        env=environment(project) | variables,
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / name, done.stdout


def losses(output_dir: Path) -> list[float]:
    return [event["train/loss"] for event in events(output_dir) if event["event"] == "train"]


def weights(output_dir: Path) -> dict[str, torch.Tensor]:
    last = max((output_dir / "checkpoints").glob("*.pt"))
    return torch.load(last, weights_only=True)["model"]  # type: ignore[no-any-return]


@pytest.mark.skipif(not Path("/usr/bin/g++").exists(), reason="torch.compile needs a C++ compiler")
def test_compiled_training_is_the_same_but_for_rounding(tmp_path: Path) -> None:
    lay_out(tmp_path)
    plain, _ = trained(spec_of(0.0, kernels="plain"), tmp_path, "plain")
    compiled, said = trained(spec_of(0.0, compile=True), tmp_path, "compiled")
    assert "not compiled" not in said
    assert losses(compiled) == pytest.approx(losses(plain), rel=1e-4)
    assert weights(compiled).keys() == weights(plain).keys()
    for name, tensor in weights(compiled).items():
        torch.testing.assert_close(tensor, weights(plain)[name], rtol=1e-3, atol=1e-5, msg=name)
    graphs = json.loads(said.splitlines()[-1])
    assert graphs["unique_graphs"] == 1, "batches of other sizes must not be compiled anew"


def test_without_a_compiler_the_run_goes_on_as_if_nothing_had_been_tried(tmp_path: Path) -> None:
    """Dropout draws random numbers: that the weights are equal shows that none were used up."""
    lay_out(tmp_path)
    cache = {"TORCHINDUCTOR_CACHE_DIR": str(tmp_path / "cache"), "CXX": "/nonexistent"}
    plain, _ = trained(spec_of(0.1, kernels="plain"), tmp_path, "plain")
    fallen, said = trained(spec_of(0.1, compile=True), tmp_path, "fallen", **cache)
    told = [line for line in said.splitlines() if line.startswith("not compiled")]
    assert len(told) == 1 and len(told[0]) > 60, said
    assert losses(fallen) == losses(plain)
    for name, tensor in weights(fallen).items():
        assert torch.equal(tensor, weights(plain)[name]), name
