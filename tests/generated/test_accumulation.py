"""A batch in parts trains what the whole batch trains: the same losses, the same weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from tests.generated.inside import Spec, Trained, few_steps, opened
from tests.generated.projects import write
from tests.generated.small import BERT, lay_out, of_task, small
from tests.golden.gallery import compile_spec
from tests.tasks.causal_lm.workbench import TINY
from tests.tasks.text_to_text.bases import SMALL, answers, summaries
from tests.variants.compare import changed_lines

STILL = {"dropout": 0.0}
T5 = {k: v for k, v in SMALL.items() if k != "heads"} | {"architecture": "t5"}
TOPIC_WEIGHTS = {"billing": 2.0, "bug": 1.0, "feature_request": 1.0, "account": 3.0, "praise": 0.5}
TAG_WEIGHTS = {"O": 0.5, "B-A": 2.0, "I-A": 1.0, "B-B": 3.0, "I-B": 1.0}


def encoder(base: str, **training: Any) -> Spec:
    return small(of_task(base), BERT | STILL, **training)


def questions() -> Spec:
    """Contexts of which some are longer than a window."""
    spec = encoder("questions")
    task = spec["task"] | {"stride": 4, "max_answer_length": 8}
    return spec | {"task": task, "data": {"train": "long_questions.jsonl", "max_length": 40}}


def blocks(**task: Any) -> Spec:
    spec = small(TINY, TINY["model"] | STILL)
    return spec | {"task": spec["task"] | task}


CASES: dict[str, Spec] = {
    "classes": encoder("scratch"),
    "weighted classes": encoder("scratch", class_weights="balanced", label_smoothing=0.1),
    "penalties": encoder("scratch", l1=1e-4, l2=1e-3),
    "labels": encoder("topics", class_weights=TOPIC_WEIGHTS),
    "numbers": encoder("stars", learning_rate=0.01),
    "features": small(of_task("quick"), of_task("quick")["model"] | {"freeze": "encoder"}),
    "tags": encoder("words"),
    "weighted tags": encoder("words", class_weights=TAG_WEIGHTS),
    "questions": questions(),
    "smoothed questions": questions()
    | {"training": questions()["training"] | {"label_smoothing": 0.1}},
    "blocks": blocks(),
    "isolated documents": blocks(isolate_documents=True, documents="paragraph"),
    "answers": small(answers(), SMALL | STILL | {"architecture": "bart"}, label_smoothing=0.1),
    "summaries": small(summaries(), T5 | STILL),
}


def in_parts(spec: Spec, size: int) -> Spec:
    return spec | {"training": spec["training"] | {"micro_batch": size}}


def test_some_questions_have_several_windows(tmp_path: Path) -> None:
    project = write(compile_spec(CASES["questions"], lay_out(tmp_path)), tmp_path / "project")
    with opened(project) as modules:
        config = modules.config.Config()
        train = modules.data.read_splits(config)["train"]
        corpus = [*train.questions, *train.contexts]
        tokenizer = modules.data.load_tokenizer(config, corpus, tmp_path / "tokenizer.json")
        loader = modules.data.Loader(train, tokenizer, config)
    assert len(loader.windows) > 1.2 * len(train)


def assert_same(parts: Trained, whole: Trained) -> None:
    """Losses, norms and weights are equal but for rounding; what is counted is equal."""
    assert len(parts.losses) == len(whole.losses) == 3
    assert parts.losses == pytest.approx(whole.losses, rel=1e-5)
    norms = [[event["train/gradient_norm"] for event in run.log] for run in (parts, whole)]
    assert norms[0] == pytest.approx(norms[1], rel=1e-4)
    assert parts.weights.keys() == whole.weights.keys()
    for name, weights in parts.weights.items():
        torch.testing.assert_close(weights, whole.weights[name], rtol=1e-4, atol=2e-6, msg=name)


@pytest.mark.parametrize("name", CASES)
def test_parts_train_what_the_batch_trains(name: str, tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    whole = few_steps(CASES[name], folder, "whole")
    parts = few_steps(in_parts(CASES[name], 3), folder, "parts")
    assert "for part in parts:" in (folder / "projects/parts/train.py").read_text()
    assert "micro_batch" not in (folder / "projects/whole/train.py").read_text()
    assert_same(parts, whole)


@pytest.mark.parametrize("name", ["penalties", "blocks"])
def test_scaled_gradients_of_parts_add_up(name: str, tmp_path: Path) -> None:
    """fp16, as a CPU does it; half the precision leaves half the digits."""
    folder = lay_out(tmp_path)
    spec = CASES[name] | {"hardware": {"device": "cuda", "precision": "fp16"}}
    whole = few_steps(spec, folder, "whole", device="cpu")
    parts = few_steps(in_parts(spec, 3), folder, "parts", device="cpu")
    assert "scaler.scale(loss).backward()" in (folder / "projects/parts/train.py").read_text()
    assert parts.losses == pytest.approx(whole.losses, rel=2e-3)
    assert parts.losses[-1] != pytest.approx(parts.losses[0], rel=2e-3)
    for weights, others in zip(parts.weights.values(), whole.weights.values(), strict=True):
        torch.testing.assert_close(weights, others, rtol=2e-2, atol=2e-3)


def test_the_whole_batch_at_a_time_is_the_plain_project(tmp_path: Path) -> None:
    folder, spec = lay_out(tmp_path), CASES["classes"]
    size = spec["training"]["batch_size"]
    plain, said = compile_spec(spec, folder), compile_spec(in_parts(spec, size), folder)
    assert changed_lines(plain, said) == {}
    assert set(changed_lines(plain, compile_spec(in_parts(spec, size - 1), folder))) >= {"train.py"}


def test_one_example_at_a_time(tmp_path: Path) -> None:
    """The smallest part there is, with a part that holds no label of its own class."""
    folder = lay_out(tmp_path)
    name = "weighted tags"
    assert_same(
        few_steps(in_parts(CASES[name], 1), folder, "parts"),
        few_steps(CASES[name], folder, "whole"),
    )
