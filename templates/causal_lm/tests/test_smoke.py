"""Trains a tiny random model on a few lines: `python -m pytest tests` needs no weights, no network."""

import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from torch.distributed.checkpoint.format_utils import dcp_to_torch_save
from tokenizers import Tokenizer, models, pre_tokenizers
{{ model.import_line }}

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import data
import generate
import model as model_module
import predict
import train
from config import Config

TEXTS = [f"the {word} comes after the {other} and" for word, other in zip("abcdefgh", "bcdefgha")] * 4


def tiny_tokenizer(*_: object) -> Tokenizer:
    """Words as tokens, and the end of a text."""
    words = sorted({word for text in TEXTS for word in text.split()})
    vocabulary = {word: index for index, word in enumerate(["<|endoftext|>", "[UNK]", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def tiny_model(config: Config, *_: object) -> torch.nn.Module:
    """The same class with a few thousand random weights."""
    sizes = {{ model.config_class }}(
        # {% for line in model.tiny_lines %}
        {{ line }},
        # {% endfor %}
    )
    model = {{ model.build_call }}(sizes)
    # {% if model.freezes %}
    model_module.freeze(model, config)
    # {% endif %}
    # {% for line in model.checkpointing_lines %}
    {{ line }}
    # {% endfor %}
    return model


# {% from "partials/smoke_settings.py" import patches, settings with context %}
@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The experiment's configuration, on tiny data, with a tiny model."""
    examples = data.Examples([data.clean(text) for text in TEXTS])
    {{ patches() | trim | indent(4) }}
    # {% if not model.is_scratch %}
    monkeypatch.setattr(data, "end_id", lambda _: 0)
    monkeypatch.setattr(generate, "end_id", lambda _: 0)
    # {% endif %}
    return replace(
        Config(),
        {{ settings() | trim | trim(",") | indent(8) }},
        block_size=16,
        max_new_tokens=4,
    )


# {% include "partials/smoke_runs.py" %}
def test_predict_equals_evaluate(config: Config) -> None:
    results = train.main(config)
    predictor = predict.Predictor(
        Path(config.output_dir) / "model",
        config,
        # {% if not hardware.is_cpu %}
        torch.device("cpu"),
        # {% endif %}
    )
    for name, value in predictor.score(TEXTS).items():
        assert value == pytest.approx(results["metrics"][{{ data.final_split | py }}][name]["value"], abs=1e-6)
