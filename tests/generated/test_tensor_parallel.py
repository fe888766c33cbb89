"""Processes that hold layers together train what one trains (gloo, on the CPU)."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.generated.inside import Spec, few_steps
from tests.generated.processes import Group, few_steps_of_many, trained
from tests.generated.projects import write
from tests.generated.small import lay_out
from tests.generated.test_accumulation import CASES, STILL
from tests.generated.test_distributed import assert_equal_runs, on
from tests.golden.gallery import compile_spec

ROW = {"device": "cpu", "count": 2, "tensor_parallel": 2}
GRID = {"device": "cpu", "count": 4, "tensor_parallel": 2}
FEW = {"log_every": 1, "max_eval_rows": 4}


def decoder(**model: object) -> Spec:
    spec = CASES["blocks"]
    return spec | {"model": spec["model"] | STILL | {"architecture": "qwen2"} | model}


NETWORKS = {
    "decoder": (decoder(), GRID),
    "encoder": (CASES["weighted tags"], ROW),
    "both": (CASES["answers"], ROW),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_trains_what_one_trains(name: str, tmp_path: Path) -> None:
    """Losses, norms of gradients, weights, and the scores of the model that was saved."""
    folder, (spec, hardware) = lay_out(tmp_path), NETWORKS[name]
    one = few_steps(on(spec, {"device": "cpu"}, kernels="plain"), folder, "one")
    many = few_steps_of_many(on(spec, hardware), folder, "many")
    assert "parallelize_module(" in (folder / "projects/many/tensor_parallel.py").read_text()
    assert_equal_runs(folder, many, one)


def test_recomputed_layers_in_bfloat16(tmp_path: Path) -> None:
    """As on GPUs: shares are float32, what computes has 8 bits; texts are written meanwhile."""
    folder, spec = lay_out(tmp_path), decoder()
    spec |= {"task": spec["task"] | {"generation": {"prompts": ["The café"], "max_new_tokens": 8}}}
    one = few_steps(on(spec, {"device": "cpu"}, kernels="plain"), folder, "one")
    hardware = ROW | {"device": "cuda", "precision": "bf16"}
    many = on(spec, hardware, gradient_checkpointing=True, micro_batch=2)
    found = few_steps_of_many(many, folder, "many", device="cpu")
    assert found.losses == pytest.approx(one.losses, rel=2e-2)
    assert {weights.dtype for weights in found.weights.values()} == {torch.float32}


def test_goes_on_with_other_groups(tmp_path: Path) -> None:
    """Two groups of two processes, then two processes of which each computes whole layers."""
    folder, spec = lay_out(tmp_path), decoder()
    one = few_steps(on(spec, {"device": "cpu"}, kernels="plain"), folder, "one", steps=4)
    for last, hardware in ((2, GRID), (4, {"device": "cpu", "count": 2, "strategy": "fsdp"})):
        project = write(compile_spec(on(spec, hardware), folder, "many"), folder / f"many-{last}")
        group = Group(project, hardware["count"])
        group.train(folder / "parts", resume=True, max_steps=last, **FEW)
    parts = trained(folder / "parts")
    assert parts.losses == pytest.approx(one.losses, rel=1e-5)
    for name, weights in parts.weights.items():
        torch.testing.assert_close(weights, one.weights[name], rtol=1e-4, atol=2e-6, msg=name)


def test_dropout_is_that_of_the_group_and_comes_back(tmp_path: Path) -> None:
    """Were it each process's own, what both hold whole would differ, and so would a resumed run."""
    folder = lay_out(tmp_path)
    spec = on(CASES["tags"], ROW, optimizer="adamw", learning_rate=0.01)
    spec |= {"model": spec["model"] | {"dropout": 0.2}}
    group = Group(write(compile_spec(spec, folder, "many"), folder / "projects/many"), 2)
    group.train(folder / "whole", max_steps=4, **FEW)
    group.train(folder / "parts", max_steps=2, **FEW)
    group.train(folder / "parts", resume=True, max_steps=4, **FEW)
    whole, parts = trained(folder / "whole"), trained(folder / "parts")
    assert parts.losses == whole.losses
    for name, weights in parts.weights.items():
        torch.testing.assert_close(weights, whole.weights[name], rtol=0, atol=0, msg=name)


@pytest.mark.parametrize(
    ("size", "together", "told"),
    [(3, 2, "3 processes do not form groups of 2"), (3, 3, "num_attention_heads = 2")],
)
def test_says_what_cannot_be_divided(size: int, together: int, told: str, tmp_path: Path) -> None:
    """What only the start of a run can know: how many there are, and the heads of a hub's model."""
    folder = lay_out(tmp_path)
    project = write(compile_spec(on(decoder(), ROW), folder, "many"), folder / "projects/many")
    config = project / "config.py"
    settings = config.read_text().replace(
        "tensor_parallel: int = 2", f"tensor_parallel: int = {together}"
    )
    config.write_text(settings)
    with pytest.raises(AssertionError, match=told):
        Group(project, size).train(folder / "outputs", max_steps=1, **FEW)
