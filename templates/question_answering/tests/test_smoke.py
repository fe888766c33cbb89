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
from config import Config

PLACES = ["tea", "sun", "day", "food", "room"]
FILLER = ["and", "then", "we", "went", "on", "for", "a", "while"]
QUESTIONS = [f"where is {name} ?" for name in PLACES * 8]
# Of every five contexts one is longer than a window.
CONTEXTS = [
    " ".join([*FILLER * (6 if i % 5 == 4 else 1), f"the {name} is in house{i % 3}", *FILLER])
    for i, name in enumerate(PLACES * 8)
]
ANSWERS = [[f"house{i % 3}"] for i in range(40)]
# {% if task.unanswerable %}
ANSWERS[::4] = [[] for _ in ANSWERS[::4]]
# {% endif %}
SPANS = [
    (context.index(answers[0]), context.index(answers[0]) + len(answers[0])) if answers else (0, 0)
    for context, answers in zip(CONTEXTS, ANSWERS, strict=True)
]


def tiny_tokenizer(*_: object) -> {{ model.tokenizer_class }}:
    """Words as tokens."""
    words = sorted({word for text in QUESTIONS + CONTEXTS for word in text.split()})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "<pad>"]  # families name padding in two ways
    vocabulary = {word: i for i, word in enumerate([*special, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
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
    examples = data.Examples(QUESTIONS, CONTEXTS, ANSWERS, SPANS)
    {{ patches() | trim | indent(4) }}
    return replace(
        Config(),
        {{ settings() | trim | trim(",") | indent(8) }},
        max_length=40,
        stride=8,
        max_question_length=10,
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
    pairs = list(zip(QUESTIONS, CONTEXTS, strict=True))
    for line, answer in zip(map(json.loads, written), predictor(pairs), strict=True):
        assert answer["prediction"] == line["prediction"]
        assert line["n_best"][0] | {"score": 0, "probability": 0} == answer["n_best"][0] | {"score": 0, "probability": 0}
