"""AdamW with moments of 8 bits: what it learns, what it holds, that its runs can be resumed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from benchmarks.planner import Point, compare
from tests.generated.inside import Spec, few_steps, opened
from tests.generated.processes import Group, trained
from tests.generated.projects import environment, run, write
from tests.generated.small import BERT, lay_out, of_task, small
from tests.golden.gallery import compile_spec, workplace
from tests.tasks.causal_lm.workbench import TINY

needs_package = pytest.mark.skipif(
    importlib.util.find_spec("bitsandbytes") is None,
    reason="bitsandbytes (43 MB) is not installed: pip install bitsandbytes==0.50.2",
)
EIGHT_BITS = {"optimizer": "adamw-8bit"}
WIDE = {"hidden_size": 64, "feed_forward_size": 128, "heads": 2}
"""Matrices of 4,096 numbers and more, which alone have moments of 8 bits."""
WIDE_BERT = {k: v for k, v in BERT.items() if k not in WIDE} | WIDE | {"dropout": 0.0}
PURE = {"device": "cpu", "precision": "bf16-pure"}


def eight_bits(spec: Spec, **training: object) -> Spec:
    more = EIGHT_BITS | {"learning_rate": 1e-3} | training
    return spec | {"training": spec["training"] | more}


def test_a_missing_package_stops_the_run_with_one_sentence(tmp_path: Path) -> None:
    project = write(
        compile_spec(eight_bits(small(of_task("scratch"))), lay_out(tmp_path)), tmp_path
    )
    assert "bitsandbytes==" in (project / "requirements.txt").read_text()
    hidden = "import sys; sys.modules['bitsandbytes'] = None; import train"
    done = subprocess.run(
        [sys.executable, "-c", hidden],
        cwd=project,
        env=environment(project),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .startswith("the optimizer needs the package bitsandbytes: pip install")
    )


@needs_package
def test_it_learns_what_adamw_learns_but_for_rounding(tmp_path: Path) -> None:
    spec = small(of_task("scratch"), WIDE_BERT, learning_rate=1e-3, optimizer="adamw")
    whole = few_steps(spec, lay_out(tmp_path), "whole")
    few = few_steps(eight_bits(spec), tmp_path, "few")
    assert few.losses == pytest.approx(whole.losses, rel=0.01)
    assert few.losses != whole.losses


@needs_package
@pytest.mark.parametrize("hardware", ["cpu", PURE], ids=["fp32", "bf16-pure"])
def test_own_tests_pass(hardware: object, tmp_path: Path) -> None:
    """They resume bit for bit."""
    spec = eight_bits(small(of_task("scratch"), WIDE_BERT), micro_batch=3)
    project = write(
        compile_spec(spec | {"hardware": hardware}, lay_out(tmp_path)), tmp_path / "project"
    )
    run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")


@needs_package
def test_two_processes_resume_bit_for_bit(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    spec = eight_bits(small(of_task("scratch"), WIDE_BERT), batch_size=6)
    spec |= {"hardware": {"device": "cpu", "count": 2, "strategy": "ddp"}}
    project = write(compile_spec(spec, folder, "many"), folder / "projects/many")
    Group(project, 2).train(folder / "whole", max_steps=4, log_every=1)
    for last in (2, 4):
        Group(project, 2).train(folder / "parts", resume=True, max_steps=last, log_every=1)
    whole, parts = trained(folder / "whole"), trained(folder / "parts")
    assert parts.losses == whole.losses
    assert all(torch.equal(parts.weights[name], whole.weights[name]) for name in whole.weights)


@needs_package
def test_state_is_as_large_as_the_stand_in_says(tmp_path: Path) -> None:
    """Names, arithmetic and bytes of each parameter's moments; one table of codes for all."""
    from specc.trace import bits

    project = write(compile_spec(eight_bits(TINY), lay_out(tmp_path)), tmp_path / "project")
    with opened(project) as modules:
        model = modules.model.build_model(modules.config.Config(), 300)
        groups = modules.model.parameter_groups(model, modules.config.Config())
        real = modules.eight_bits.adamw_8bit(model, groups, (0.9, 0.999), 1e-8)
    manager = bits.GlobalOptimManager.get_instance()
    for name, parameter in model.named_parameters():
        parameter.grad = torch.ones_like(parameter)
        if "wte" in name or "wpe" in name or "embed" in name:
            manager.override_config(parameter, "optim_bits", 32)
    stand_in = bits.AdamW8bit(model.parameters(), (0.9, 0.999), 1e-8)
    real.step()
    stand_in.step()
    kinds = set()
    for parameter in model.parameters():
        kept = {k: v for k, v in real.state[parameter].items() if isinstance(v, torch.Tensor)}
        meant = stand_in.state[parameter]
        assert {k: (v.shape, v.dtype) for k, v in kept.items()} == {
            k: (v.shape, v.dtype) for k, v in meant.items()
        }
        kinds.add(kept["state1"].dtype)
        assert {k for k in kept if k.startswith("qmap")} <= {"qmap1", "qmap2"}
    assert kinds == {torch.uint8, torch.float32}
    tables = {id(state["qmap1"]) for state in real.state.values() if "qmap1" in state}
    assert len(tables) == 1


@needs_package
@pytest.mark.parametrize(
    "point",
    [
        Point("intents-from-scratch", 1, 8, training=EIGHT_BITS),
        Point("harbour-stories", 16, 64, training=EIGHT_BITS, hardware=PURE),
    ],
    ids=lambda point: point.spec,
)
def test_planned_is_measured(point: Point, tmp_path: Path) -> None:
    planned, measured = compare(point, workplace(tmp_path))
    assert planned.peak == pytest.approx(measured["step"], rel=0.005)
