"""Trains a tiny random model on a few rows: `python -m pytest tests` needs no weights, no network."""

import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

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
import windows
from config import Config

NAMES = ["Rome", "Oslo", "Lima", "Kyiv", "Bern"]
WORDS = [["we", "met", "in", name, "today"] for name in NAMES * 4]
WORDS += [["nothing", "new", "today"] for _ in range(20)]
TAGS = [[0, 0, 0, 1, 0]] * 20 + [[0, 0, 0]] * 20


def tiny_tokenizer(*_: object) -> {{ model.tokenizer_class }}:
    """Words as tokens."""
    words = sorted({word for sentence in WORDS for word in sentence})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "<pad>"]  # families name padding in two ways
    vocabulary = {word: i for i, word in enumerate([*special, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    # {% if model.tokenizer_file %}
    return tokenizer
    # {% else %}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]")
    # {% endif %}


def tiny_model(config: Config, *_: object) -> torch.nn.Module:
    """The same classes with a few thousand random weights."""
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
    examples = data.Examples(WORDS, TAGS)
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
    for line, answer in zip(map(json.loads, written), predictor(list(WORDS)), strict=True):
        assert answer["prediction"] == line["prediction"]


def test_windows_answer_for_each_word_once() -> None:
    lengths = [1, 3, 2, 8, 1, 1, 5, 2, 2, 1] * 6
    found = list(windows.windows_of(lengths, 16))
    assert [word for _, answered in found for word in answered] == list(range(60))
    assert all(sum(lengths[word] for word in read) <= 16 for read, _ in found)
