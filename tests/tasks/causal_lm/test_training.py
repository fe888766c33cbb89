"""Language models are really trained: on a play, on Chinese, with and without the speedups."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.generated.projects import events, run, train
from tests.tasks.causal_lm.workbench import (
    CHINESE,
    MIXED,
    SHAKESPEARE,
    imported,
    made,
    varied,
)

MARGIN_BITS = 0.4
"""By which a minute of training beats the frequencies of the tokens, in bits per byte."""

SMALL: tuple[tuple[str, object], ...] = (
    ("task.block_size", 64),
    ("model.hidden_size", 96),
    ("model.heads", 3),
    ("model.tokenizer", {"vocab_size": 512}),
    ("training", {"epochs": 6, "batch_size": 16, "learning_rate": 0.004}),
)


def results(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "outputs/results.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def value(split: dict[str, Any], name: str) -> float:
    return float(split[name]["value"] if isinstance(split[name], dict) else split[name])


@pytest.mark.skipif(not SHAKESPEARE.exists(), reason="no shared data beside the repository")
def test_a_play_is_learned(tmp_path: Path) -> None:
    text = SHAKESPEARE.read_text(encoding="utf-8")[:150_000]
    plan, project = made(tmp_path, varied(*SMALL), text)
    assert plan.facts.by_position
    train(project)
    found = results(project)
    scores, baseline = found["metrics"]["test"], found["baseline"]["metrics"]["test"]
    assert value(scores, "bits_per_byte") < value(baseline, "bits_per_byte") - MARGIN_BITS
    assert scores["bits_per_byte"]["low"] < scores["bits_per_byte"]["value"]
    assert found["training"]["tokens_per_second"] > 0
    log = events(project / "outputs")
    assert all(e["train/tokens_per_second"] > 0 for e in log if e["event"] == "train")
    sampled = [event["step"] for event in log if event["event"] == "sample"]
    assert sampled == [event["step"] for event in log if event["event"] == "eval"]
    report = (project / "outputs/report.md").read_text(encoding="utf-8")
    assert "## Samples as training went" in report and f"step {sampled[-1]}" in report

    # What predict.py says of the held-out text is what evaluate.py says of the split.
    modules = imported(project)
    held_out = modules.data.read_splits(modules.config.Config())["test"].texts[0]
    (project / "held_out.txt").write_text(held_out, encoding="utf-8")
    scored = json.loads(run(project, "predict.py", "--score", "--file", "held_out.txt"))
    again = json.loads(run(project, "evaluate.py", "--split", "test"))
    assert scored == pytest.approx(again)
    assert scored["loss"] == pytest.approx(value(scores, "loss"), abs=1e-6)

    options = ("--max-new-tokens", "12", "--temperature", "0.8", "--top-k", "40", "--seed", "3")
    lines = run(project, "predict.py", *options, "ROMEO:", "KING").splitlines()
    answers = [json.loads(line) for line in lines]
    assert [answer["prompt"] for answer in answers] == ["ROMEO:", "KING"]
    assert all(answer["text"] for answer in answers)
    assert lines == run(project, "predict.py", *options, "ROMEO:", "KING").splitlines()


@pytest.mark.skipif(not CHINESE.exists(), reason="no shared data beside the repository")
def test_a_script_without_spaces_is_learned(tmp_path: Path) -> None:
    rows = json.loads(CHINESE.read_text(encoding="utf-8"))
    text = "\n\n".join(f"{row['instruction']}\n{row['output']}" for row in rows)[:60_000]
    spec = varied(*SMALL, ("task.documents", "paragraph"), ("training.epochs", 4))
    _, project = made(tmp_path, spec, text)
    train(project)
    found = results(project)
    scores, baseline = found["metrics"]["test"], found["baseline"]["metrics"]["test"]
    assert value(scores, "bits_per_byte") < value(baseline, "bits_per_byte") - MARGIN_BITS
    blocks = (project / "outputs/predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert any("一" <= letter <= "鿿" for letter in json.loads(blocks[0])["text"])


def losses(folder: Path, spec: dict[str, Any]) -> list[float]:
    """The first training losses, one a step."""
    _, project = made(folder, spec)
    modules = imported(project)
    output_dir = folder / "outputs"
    config = replace(modules.config.Config(), max_steps=6, log_every=1, output_dir=str(output_dir))
    modules.train.main(config)
    return [event["train/loss"] for event in events(output_dir) if event["event"] == "train"]


@pytest.mark.parametrize("isolates", [False, True])
@pytest.mark.parametrize("architecture", ["gpt2", "llama"])
def test_speedups_train_what_the_plain_project_trains(
    architecture: str, isolates: bool, tmp_path: Path
) -> None:
    """Without dropout, whose masks differ, nothing but rounding is left between the two."""
    found = {}
    for kernels in ("auto", "plain"):
        spec = varied(
            ("model.architecture", architecture),
            ("model.dropout", 0.0),
            ("task.isolate_documents", isolates),
            ("training.kernels", kernels),
        )
        found[kernels] = losses(tmp_path / kernels, spec)
        assert (tmp_path / kernels / "project/speedups.py").exists() == (kernels == "auto")
    assert len(found["auto"]) == 6
    assert found["auto"] == pytest.approx(found["plain"], rel=1e-4)


@pytest.mark.parametrize("architecture", ["gpt2", "llama"])
def test_dropout_of_the_speedups_drops(architecture: str, tmp_path: Path) -> None:
    spec = varied(("model.architecture", architecture), ("model.dropout", 0.5))
    modules = imported(made(tmp_path, spec)[1])
    model = modules.model.build_model(modules.config.Config(), 300)
    modules.speedups.speed_up(model, 0)
    ids = torch.arange(1, 33)[None]
    batch = {"input_ids": ids, "labels": torch.arange(32)}
    model.train()
    assert not torch.equal(modules.model.forward(model, batch), modules.model.forward(model, batch))
    model.eval()
    assert torch.equal(modules.model.forward(model, batch), modules.model.forward(model, batch))


def saved_base(folder: Path, architecture: str) -> None:
    """A small pretrained model with its tokenizer, as `save_pretrained` leaves it."""
    modules = imported(made(folder, varied(("model.architecture", architecture)))[1])
    tokenizer = modules.data.load_tokenizer(
        modules.config.Config(), [MIXED * 6], folder / "base/tokenizer.json"
    )
    torch.manual_seed(5)
    model = modules.model.build_model(modules.config.Config(), tokenizer.get_vocab_size())
    model.save_pretrained(folder / "base")


@pytest.mark.parametrize("architecture", ["gpt2", "llama"])
def test_a_pretrained_model_goes_on(architecture: str, tmp_path: Path) -> None:
    saved_base(tmp_path, architecture)
    spec = varied(("training.epochs", 3), ("training.learning_rate", 0.003))
    spec["model"] = {"base": "./base", "freeze": ["layers 0"], "dropout": 0.0}
    plan, project = made(tmp_path, spec, MIXED * 30)
    assert plan.packing is not None and plan.packing.num_tokens
    modules = imported(project)
    splits = modules.data.read_splits(modules.config.Config())
    tokenizer = modules.data.load_tokenizer(modules.config.Config())
    loader = modules.data.Loader(splits["train"], tokenizer, modules.config.Config())
    assert len(loader.stream) == pytest.approx(plan.packing.num_tokens, rel=0.02)
    (tmp_path / "run").mkdir()
    config = replace(modules.config.Config(), output_dir=str(tmp_path / "run"))
    found = modules.train.main(config)
    scores, baseline = found["metrics"]["test"], found["baseline"]["metrics"]["test"]
    assert value(scores, "loss") < value(baseline, "loss")
    frozen = modules.model.load_model(tmp_path / "run/model")
    before = modules.model.build_model(modules.config.Config())
    name = "transformer.h.0" if architecture == "gpt2" else "model.layers.0"
    for one, other in zip(
        frozen.get_submodule(name).parameters(),
        before.get_submodule(name).parameters(),
        strict=True,
    ):
        assert torch.equal(one, other)
    (tmp_path / "base").rename(tmp_path / "gone")  # the trained model has all that is needed
    again = modules.evaluate.main("test", tmp_path / "run/model", config)
    assert again["loss"] == pytest.approx(value(scores, "loss"))
    predictor = modules.predict.Predictor(tmp_path / "run/model", replace(config, max_new_tokens=3))
    assert len(list(predictor(["The gulls"]))) == 1


def test_shortest_spec_has_sensible_numbers(tmp_path: Path) -> None:
    """A file and an architecture: everything else is derived, and shown."""
    spec = {"task": {"kind": "causal-lm"}, "model": {"architecture": "gpt2"}, "data": "text.txt"}
    plan, _ = made(tmp_path, spec, MIXED * 200)
    values = {entry.key: entry.value for entry in plan.entries}
    assert values["task.block_size"] == 512
    assert values["model.tokenizer.train"] == "bpe"
    assert values["training.learning_rate.encoder"] == 1e-3
    assert values["training.epochs"] == 50
    assert values["evaluation.best"] == "loss"
