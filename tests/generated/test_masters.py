"""bf16 weights with float32 copies: what is rounded, what is not, and that runs can be resumed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.generated.inside import Spec, few_steps, opened
from tests.generated.projects import run, write
from tests.generated.small import BERT, lay_out, of_task, small
from tests.golden.gallery import compile_spec
from tests.tasks.causal_lm.workbench import TINY
from tests.tasks.text_to_text.bases import SMALL, answers, summaries

STILL = {"dropout": 0.0}
T5 = {k: v for k, v in SMALL.items() if k != "heads"} | {"architecture": "t5"}
OWN_HEAD = BERT | {"head": {"pooling": "mean"}}
LLAMA = TINY["model"] | {"architecture": "llama"}
FROZEN = {"freeze": ["embeddings", "layers 0-3"], "dropout": 0.0}


def pure(spec: Spec) -> Spec:
    return spec | {"hardware": {"device": "cpu", "precision": "bf16-pure"}}


CASES: dict[str, Spec] = {
    "classes": small(of_task("scratch"), BERT | STILL),
    "own head": small(of_task("scratch"), OWN_HEAD | STILL, l1=1e-4, l2=1e-3),
    "frozen layers": small(of_task("quick"), of_task("quick")["model"] | FROZEN),
    "features": small(of_task("quick"), of_task("quick")["model"] | {"freeze": "encoder"}),
    "numbers": small(of_task("stars"), BERT | STILL, learning_rate=0.01),
    "tags": small(of_task("words"), BERT | STILL),
    "questions": small(of_task("questions"), BERT | STILL),
    "gpt2": small(TINY, TINY["model"] | STILL),
    "llama": small(TINY, LLAMA | STILL),
    "bart": small(answers(), SMALL | STILL | {"architecture": "bart"}),
    "marian": small(answers(), SMALL | STILL),
    "t5": small(summaries(), T5 | STILL),
}


@pytest.mark.parametrize("name", CASES)
def test_it_trains_what_float32_trains_but_for_rounding(name: str, tmp_path: Path) -> None:
    lay_out(tmp_path)
    spec = CASES[name] | {"training": CASES[name]["training"] | {"kernels": "plain"}}
    plain = few_steps(spec, tmp_path, "plain")
    rounded = few_steps(pure(CASES[name]), tmp_path, "pure")
    assert rounded.losses == pytest.approx(plain.losses, rel=0.03)
    assert rounded.weights.keys() == plain.weights.keys()
    saved = load_file(tmp_path / "outputs/pure/model/model.safetensors")
    assert {tensor.dtype for tensor in saved.values() if tensor.is_floating_point()} == {
        torch.bfloat16
    }


def test_parts_of_a_batch_are_summed_up_in_float32(tmp_path: Path) -> None:
    spec = pure(small(of_task("scratch"), BERT | STILL))
    whole = few_steps(spec, lay_out(tmp_path), "whole")
    parts = few_steps(spec | {"training": spec["training"] | {"micro_batch": 3}}, tmp_path, "parts")
    assert parts.losses == pytest.approx(whole.losses, rel=0.01)


def test_steps_too_small_for_bf16_add_up(tmp_path: Path) -> None:
    """Copies are float32 and move; the weights that are saved are those copies, rounded."""
    spec = pure(small(of_task("scratch"), BERT | STILL, learning_rate=1e-6))
    one = few_steps(spec, lay_out(tmp_path), "one", steps=1)
    ten = few_steps(spec, tmp_path, "ten", steps=10)
    name = "bert.encoder.layer.0.output.dense.weight"
    assert one.weights[name].dtype == torch.float32
    moved = (one.weights[name] != ten.weights[name]).float().mean()
    seen = (one.weights[name].bfloat16() != ten.weights[name].bfloat16()).float().mean()
    assert moved > 0.9 and seen < 0.1
    assert not torch.equal(one.weights[name], one.weights[name].bfloat16().float())


def test_what_is_not_trained_has_no_copy(tmp_path: Path) -> None:
    spec = pure(CASES["frozen layers"])
    project = write(compile_spec(spec, lay_out(tmp_path)), tmp_path / "project")
    with opened(project) as modules:
        model = modules.model.build_model(modules.config.Config())
        masters = modules.masters.take_masters(model)
    for weight, master in zip(model.parameters(), masters.parameters(), strict=True):
        assert weight.dtype == torch.bfloat16
        assert (weight is master) == (not weight.requires_grad)
        assert master.dtype == (torch.float32 if weight.requires_grad else torch.bfloat16)


def test_tables_that_the_library_computes_stay_exact(tmp_path: Path) -> None:
    project = write(compile_spec(pure(CASES["llama"]), lay_out(tmp_path)), tmp_path / "project")
    with opened(project) as modules:
        model = modules.model.build_model(modules.config.Config(), 300)
        before = {name: tensor.clone() for name, tensor in model.named_buffers()}
        modules.masters.take_masters(model)
    assert before, "the frequencies of the positions"
    for name, tensor in model.named_buffers():
        assert torch.equal(before[name], tensor) and before[name].dtype == tensor.dtype


EVERYTHING = {
    "early_stopping": 5,
    "micro_batch": 3,
    "gradient_clip": 0.5,
    "l2": 1e-3,
    "optimizer": "adamw",
}


@pytest.mark.parametrize("name", ["own head", "frozen layers", "t5"])
def test_own_tests_pass(name: str, tmp_path: Path) -> None:
    """They resume bit for bit, and read the saved model as it was evaluated."""
    spec = pure(CASES[name])
    spec |= {"training": spec["training"] | EVERYTHING | {"learning_rate": 0.01}}
    project = write(compile_spec(spec, lay_out(tmp_path)), tmp_path / "project")
    run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")


def test_a_resumed_run_is_the_uninterrupted_one(tmp_path: Path) -> None:
    """With real data and dropout, over more than one epoch."""
    spec = pure(small(of_task("scratch"), BERT))
    project = write(compile_spec(spec, lay_out(tmp_path)), tmp_path / "project")
    with opened(project) as modules:
        config = replace(modules.config.Config(), max_steps=30, output_dir=str(tmp_path / "a"))
        modules.train.main(config)
        halves = replace(config, output_dir=str(tmp_path / "b"))
        modules.train.main(replace(halves, max_steps=17))
        modules.train.main(halves, resume=True)
    states = [
        torch.load(max((tmp_path / run / "checkpoints").glob("*.pt")), weights_only=True)
        for run in "ab"
    ]
    for name, weights in states[0]["model"].items():
        assert torch.equal(weights, states[1]["model"][name]), name
