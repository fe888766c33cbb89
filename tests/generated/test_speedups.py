"""The speedups train what the plain project trains, and to the same losses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generated.projects import events, run, train, write
from tests.generated.test_resume import SCRATCH
from tests.golden.gallery import compile_spec, workplace
from tests.variants.bases import QUICK, changed

NAMES_BEFORE_AND_AFTER = """
from config import Config
from data import Loader, load_tokenizer, read_splits
from model import build_model
from speedups import speed_up

def trained(model):
    return sorted(name for name, p in model.named_parameters() if p.requires_grad)

config = Config()
model = build_model(config)
before = trained(model)
loader = Loader(read_splits(config)["train"], load_tokenizer(config), config)
speed_up(model, loader.token_ids, config.seed)
after = [name.replace("word_embeddings.rows", "word_embeddings.weight") for name in trained(model)]
assert before == sorted(after), set(before) ^ set(after)
print(len(before), "parameters are trained")
"""


@pytest.mark.parametrize("freeze", ["*embeddings*", "*.weight"])
def test_what_is_frozen_stays_frozen(freeze: str, tmp_path: Path) -> None:
    spec = changed(QUICK, ("model", "freeze"), [freeze])
    project = write(compile_spec(spec, workplace(tmp_path)), tmp_path / "project")
    assert "parameters are trained" in run(project, "-c", NAMES_BEFORE_AND_AFTER)


def losses_of(spec: dict[str, object], folder: Path) -> list[float]:
    project = write(compile_spec(spec, folder), folder / "project")
    output_dir = train(project, max_steps=8, num_resamples=2)
    return [event["train/loss"] for event in events(output_dir) if event["event"] == "train"]


def test_losses_are_those_of_the_plain_project(tmp_path: Path) -> None:
    """Without dropout, whose masks differ, nothing but rounding is left between the two."""
    losses = {}
    for kernels in ("auto", "plain"):
        spec = changed(SCRATCH, ("model", "dropout"), 0.0)
        spec = changed(spec, ("training", "kernels"), kernels)
        place = workplace(tmp_path / kernels)
        losses[kernels] = losses_of(spec, place)
        assert (place / "project/speedups.py").exists() == (kernels == "auto")
    assert len(losses["auto"]) == 8
    assert losses["auto"] == pytest.approx(losses["plain"], rel=1e-4)
