"""Trains a tiny random model on a few lines: `python -m pytest tests` needs no weights, no network."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers.models.gpt2.configuration_gpt2 import GPT2Config
from transformers.models.gpt2.modeling_gpt2 import GPT2LMHeadModel

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import data
import generate
import predict
import train
from config import Config

TEXTS = [
    f"the {word} comes after the {other} and" for word, other in zip("abcdefgh", "bcdefgha")
] * 4


def tiny_tokenizer(*_: object) -> Tokenizer:
    """Words as tokens, and the end of a text."""
    words = sorted({word for text in TEXTS for word in text.split()})
    vocabulary = {word: index for index, word in enumerate(["<|endoftext|>", "[UNK]", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def tiny_model(config: Config, *_: object) -> torch.nn.Module:
    """The same class with a few thousand random weights."""
    sizes = GPT2Config(
        vocab_size=64,
        n_layer=2,
        n_embd=32,
        n_head=2,
        n_inner=64,
        n_positions=64,
        bos_token_id=0,
        eos_token_id=0,
    )
    model = GPT2LMHeadModel(sizes)
    return model


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The experiment's configuration, on tiny data, with a tiny model."""
    examples = data.Examples([data.clean(text) for text in TEXTS])
    monkeypatch.setattr(
        train, "read_splits", lambda _: dict.fromkeys(("train", "validation", "test"), examples)
    )
    monkeypatch.setattr(train, "load_tokenizer", tiny_tokenizer)
    monkeypatch.setattr(train, "build_model", tiny_model)
    monkeypatch.setattr(predict, "load_tokenizer", tiny_tokenizer)
    monkeypatch.setattr(data, "end_id", lambda _: 0)
    monkeypatch.setattr(generate, "end_id", lambda _: 0)
    return replace(
        Config(),
        output_dir=str(tmp_path / "outputs"),
        batch_size=8,
        epochs=2,
        learning_rate=0.01,
        num_resamples=20,
        device="cpu",
        block_size=16,
        max_new_tokens=4,
    )


def losses(config: Config) -> list[float]:
    """What metrics.jsonl holds of the training loss."""
    lines = Path(config.output_dir, "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    return [event["train/loss"] for event in map(json.loads, lines) if event["event"] == "train"]


def test_learns(config: Config) -> None:
    train.main(replace(config, epochs=8))
    assert losses(config)[-1] < losses(config)[0]


def test_resumed_run_equals_uninterrupted(config: Config, tmp_path: Path) -> None:
    train.main(config)
    halves = replace(config, output_dir=str(tmp_path / "halves"))
    train.main(replace(halves, max_steps=5))
    train.main(halves, resume=True)
    torch.testing.assert_close(saved(halves), saved(config), rtol=0, atol=0)


def saved(config: Config) -> dict[str, torch.Tensor]:
    """The model in the newest checkpoint."""
    last = train.checkpoints(Path(config.output_dir, "checkpoints"))[-1]
    model: dict[str, torch.Tensor] = torch.load(last, weights_only=True)["model"]
    return model


def test_predict_equals_evaluate(config: Config) -> None:
    results = train.main(config)
    predictor = predict.Predictor(Path(config.output_dir) / "model", config, torch.device("cpu"))
    for name, value in predictor.score(TEXTS).items():
        assert value == pytest.approx(results["metrics"]["test"][name]["value"], abs=1e-6)
