"""Trains a tiny random model on a few rows: `python -m pytest tests` needs no weights, no network."""

import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.distributed.checkpoint.format_utils import dcp_to_torch_save
from tokenizers import Tokenizer, models, pre_tokenizers, processors
{{ model.import_line }}
{{ model.tokenizer_import }}

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import data
import model as model_module
import predict
import train
from config import Config

WORDS = ["tea", "sun", "day", "food", "room"]
# {% if task.is_pair %}
TEXTS = [(f"good {word} today", f"fine {word} now") for word in WORDS * 4]
TEXTS += [(f"bad {word} today", f"{word} is broken and late") for word in WORDS * 4]
# {% else %}
TEXTS = [f"good {word} today" for word in WORDS * 4]
TEXTS += [f"{word} is broken and late again" for word in WORDS * 4]
# {% endif %}
# {% if task.is_multi_label %}
TARGETS = torch.zeros(40, len(Config.labels))
TARGETS[:20, 0], TARGETS[20:, 1] = 1.0, 1.0
# {% elif task.is_regression %}
TARGETS = Config.target_mean + Config.target_std * torch.tensor([1.0] * 20 + [-1.0] * 20)
# {% else %}
TARGETS = torch.tensor([0] * 20 + [1] * 20)
# {% endif %}


def tiny_tokenizer(*_: object) -> {{ model.tokenizer_class }}:
    """Words as tokens."""
    {{ task.tiny_words }}
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "<pad>"]  # families name padding in two ways
    vocabulary = {word: i for i, word in enumerate([*special, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        # {% if task.is_pair %}
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        # {% endif %}
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    # {% if model.tokenizer_file %}
    return data.prepare(tokenizer, Config())
    # {% else %}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]")
    # {% endif %}


def tiny_model(config: Config, *_: object) -> torch.nn.Module:
    """The same classes with a few thousand random weights."""
    sizes = {{ model.config_class }}(
        # {% for line in model.tiny_lines %}
        {{ line }},
        # {% endfor %}
    )
    # {% if model.own_head %}
    model = model_module.TextClassifier({{ model.tiny_encoder }}, config)
    # {% else %}
    model = {{ model.build_call }}(sizes)
    # {% endif %}
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
    examples = data.Examples(TEXTS, TARGETS)
    {{ patches() | trim | indent(4) }}
    return replace(
        Config(),
        {{ settings() | trim | trim(",") | indent(8) }},
    )


# {% include "partials/smoke_runs.py" %}
def test_predict_equals_evaluate(config: Config) -> None:
    train.main(config)
    output_dir = Path(config.output_dir)
    written = (output_dir / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    predictor = predict.Predictor(
        output_dir / "model",
        config,
        # {% if not hardware.is_cpu %}
        torch.device("cpu"),
        # {% endif %}
    )
    for line, answer in zip(map(json.loads, written), predictor(TEXTS), strict=True):
        # {% if task.is_regression %}
        assert answer["prediction"] == pytest.approx(line["prediction"], abs=1e-4)
        # {% else %}
        assert answer["prediction"] == line["prediction"]
        # {% endif %}
