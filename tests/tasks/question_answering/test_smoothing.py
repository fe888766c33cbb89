"""Label smoothing spreads the target over the tokens that can be the answer, and over no others."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from tests.generated.projects import run

from .workbench import MINILM, modules_of, project_in, squad


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some of its questions have no answer, and some of its contexts take several windows."""
    folder = tmp_path_factory.mktemp("smoothing")
    (folder / "qa.json").write_text(json.dumps(squad(impossible=(0, 3, 5, 8, 10))))
    return project_in(folder, "qa.json\ntraining: {label_smoothing: 0.2}", model=MINILM)[1]


def smoothed(logits: torch.Tensor, batch: dict[str, torch.Tensor], smoothing: float) -> float:
    """The definition, token by token: a share for each candidate, the rest for the right one."""
    losses = []
    for row, candidates in enumerate(batch["is_candidate"]):
        allowed = candidates.nonzero().flatten().tolist()
        for side in (0, 1):
            scores = {token: float(logits[row, side, token]) for token in allowed}
            log_sum = math.log(sum(map(math.exp, scores.values())))
            target = dict.fromkeys(allowed, smoothing / len(allowed))
            target[int(batch["labels"][row, side])] += 1 - smoothing
            losses.append(sum(target[token] * (log_sum - scores[token]) for token in allowed))
    return sum(losses) / len(losses)


def test_loss_is_that_of_the_definition(project: Path) -> None:
    with modules_of(project, "data", "model", "config") as (data, model, config):
        assert config.Config().label_smoothing == 0.2
        settings = replace(config.Config(), max_length=32, stride=8, max_question_length=16)
        examples = data.read_splits(settings)["train"]
        loader = data.Loader(examples, data.load_tokenizer(settings), settings)
        batch = loader.batch(list(range(len(loader.windows))))
        assert len(loader.windows) > len(examples)
        assert batch["labels"].any(1).any() and not batch["labels"].any(1).all()
        torch.manual_seed(0)
        scores = torch.randn(len(loader.windows), 2, batch["input_ids"].shape[1])
        scores.requires_grad_()
        logits = scores.masked_fill(~batch["is_candidate"][:, None], -math.inf)
        for smoothing in (0.2, 0.7):
            loss = model.smoothed_loss(logits, batch, smoothing)
            assert loss.item() == pytest.approx(smoothed(logits.detach(), batch, smoothing))
        loss.backward()
        plain = F.cross_entropy(logits.flatten(0, 1), batch["labels"].flatten())
        torch.testing.assert_close(model.smoothed_loss(logits, batch, 0.0), plain)
    # Where no answer can be, nothing is learned, and no infinity spoils the rest.
    assert scores.grad is not None
    is_learned = scores.grad != 0
    assert scores.grad.isfinite().all()
    assert torch.equal(is_learned, batch["is_candidate"][:, None].expand_as(is_learned))


def test_project_learns_with_it(project: Path) -> None:
    assert "smoothed_loss(logits, batch, config.label_smoothing)" in (
        project / "train.py"
    ).read_text(encoding="utf-8")
    said = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert "3 passed" in said, said
