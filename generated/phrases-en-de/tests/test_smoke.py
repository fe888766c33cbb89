"""Trains a tiny random model on a few rows: `python -m pytest tests` needs no weights, no network."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers.models.marian.configuration_marian import MarianConfig
from transformers.models.marian.modeling_marian import MarianMTModel

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import data
import predict
import train
from config import Config

NAMES = {"red": "rot", "blue": "blau", "green": "gruen", "black": "schwarz", "white": "weiss"}
TEXTS = [f"it is {name}" for name in NAMES] * 8
TARGETS = [f"es ist {name}" for name in NAMES.values()] * 8


def tiny_tokenizer(*_: object) -> Tokenizer:
    """Words as tokens, with the end behind them."""
    texts = [*map(data.as_source, TEXTS), *TARGETS]
    words = sorted({word for text in texts for word in text.split()})
    vocabulary = {word: index for index, word in enumerate(["<pad>", "</s>", "<unk>", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.add_special_tokens(["<pad>", "</s>", "<unk>"])
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.decoder = decoders.WordPiece(prefix="")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A $B </s>", special_tokens=[("</s>", 1)]
    )
    return data.prepare(tokenizer, Config())


def tiny_model(config: Config, *_: object) -> MarianMTModel:
    """The same classes with a few thousand random weights."""
    sizes = MarianConfig(
        vocab_size=64,
        encoder_layers=2,
        d_model=32,
        encoder_attention_heads=2,
        encoder_ffn_dim=64,
        max_position_embeddings=64,
        decoder_layers=2,
        decoder_attention_heads=2,
        decoder_ffn_dim=64,
        forced_eos_token_id=None,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=1,
        decoder_start_token_id=0,
        dropout=config.dropout,
    )
    return MarianMTModel(sizes)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The experiment's configuration, on tiny data, with a tiny model."""
    examples = data.Examples(TEXTS, TARGETS)
    monkeypatch.setattr(
        train, "read_splits", lambda _: dict.fromkeys(("train", "validation", "test"), examples)
    )
    monkeypatch.setattr(train, "load_tokenizer", tiny_tokenizer)
    monkeypatch.setattr(train, "build_model", tiny_model)
    monkeypatch.setattr(predict, "load_tokenizer", tiny_tokenizer)
    return replace(
        Config(),
        output_dir=str(tmp_path / "outputs"),
        batch_size=8,
        epochs=2,
        learning_rate=0.01,
        num_resamples=20,
        max_length=16,
        max_target_length=8,
        max_new_tokens=8,
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
    train.main(config)
    output_dir = Path(config.output_dir)
    written = (output_dir / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    predictor = predict.Predictor(output_dir / "model", config)
    for line, answer in zip(map(json.loads, written), predictor(TEXTS), strict=True):
        assert answer["prediction"] == line["prediction"]
