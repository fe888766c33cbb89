"""Trains a tiny random model on a few rows: `python -m pytest tests` needs no weights, no network."""

import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from torch.distributed.checkpoint.format_utils import dcp_to_torch_save
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
{{ model.import_line }}
{{ model.tokenizer_import }}

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import data
import model as model_module
import predict
import train
from config import Config

NAMES = {"red": "rot", "blue": "blau", "green": "gruen", "black": "schwarz", "white": "weiss"}
# {% if task.is_pair %}
TEXTS = [("which colour", f"it is {name}") for name in NAMES] * 8
# {% else %}
TEXTS = [f"it is {name}" for name in NAMES] * 8
# {% endif %}
TARGETS = [f"es ist {name}" for name in NAMES.values()] * 8


def tiny_tokenizer(*_: object) -> {{ model.tokenizer_class }}:
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
    # {% if model.tokenizer_file %}
    return data.prepare(tokenizer, Config())
    # {% else %}
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    # {% endif %}


def tiny_model(config: Config, *_: object) -> {{ model.class_name }}:
    """The same classes with a few thousand random weights."""
    sizes = {{ model.config_class }}(
        # {% for line in model.tiny_lines %}
        {{ line }},
        # {% endfor %}
    )
    # {% if model.freezes or training.recomputes %}
    model = {{ model.build_call }}(sizes)
    # {% if model.freezes %}
    model_module.freeze(model, config)
    # {% endif %}
    # {% for line in model.checkpointing_lines %}
    {{ line }}
    # {% endfor %}
    return model
    # {% else %}
    return {{ model.build_call }}(sizes)
    # {% endif %}


# {% from "partials/smoke_settings.py" import patches, settings with context %}
@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The experiment's configuration, on tiny data, with a tiny model."""
    examples = data.Examples(TEXTS, TARGETS)
    {{ patches() | trim | indent(4) }}
    return replace(
        Config(),
        {{ settings() | trim | trim(",") | indent(8) }},
        max_length=16,
        max_target_length=8,
        max_new_tokens=8,
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
        assert answer["prediction"] == line["prediction"]
