"""Trains a tiny random model on a few rows: `python -m pytest tests` needs no weights, no network."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers.models.bert.configuration_bert import BertConfig
from transformers.models.bert.modeling_bert import BertModel

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import data
import model as model_module
import predict
import train
from config import Config

WORDS = ["tea", "sun", "day", "food", "room"]
TEXTS = [f"good {word} today" for word in WORDS * 4]
TEXTS += [f"{word} is broken and late again" for word in WORDS * 4]
TARGETS = torch.tensor([0] * 20 + [1] * 20)


def tiny_tokenizer(*_: object) -> Tokenizer:
    """Words as tokens."""
    words = sorted({word for text in TEXTS for word in text.split()})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "<pad>"]  # families name padding in two ways
    vocabulary = {word: i for i, word in enumerate([*special, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return data.prepare(tokenizer, Config())


def tiny_model(config: Config, *_: object) -> torch.nn.Module:
    """The same classes with a few thousand random weights."""
    sizes = BertConfig(
        vocab_size=64,
        num_hidden_layers=2,
        hidden_size=32,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    model = model_module.TextClassifier(BertModel(sizes, add_pooling_layer=False), config)
    return model


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
        Config(), output_dir=str(tmp_path / "outputs"), batch_size=8, epochs=2, num_resamples=20
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
