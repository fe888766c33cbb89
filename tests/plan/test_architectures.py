"""The names that are printed into projects exist in the libraries that are pinned."""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import Any

import pytest
import torch

from specc.plan.architectures import ENCODERS, KNOWN_HUB_MODELS, Family
from specc.render.pins import PINS

SPLITTERS = {"sacremoses", "emoji", "rjieba", "fugashi", "ipadic", "unidic-lite"}
"""For the tokenizers of a few bases."""

NOT_INSTALLED = {"flash-attn", "bitsandbytes"} | SPLITTERS
"""Built for a CUDA GPU where it is installed; 43 MB for one optimizer that few declare."""

INSTALLED = (
    "torch",
    "transformers",
    "tokenizers",
    "safetensors",
    "datasets",
    "pyarrow",
    "scikit-learn",
    "scipy",
    "seqeval",
    "sacrebleu",
    "rouge-score",
    "sentencepiece",
    "protobuf",
    "numpy",
    "psutil",
    "regex",
    "huggingface-hub",
    "pytest",
)
TINY = {"layers": 2, "hidden_size": 32, "heads": 2, "feed_forward_size": 48, "max_positions": 40}
EXTRA = {"electra": {"embedding_size": 32}}


def named(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def tiny(family: Family) -> Any:
    """A classifier of the family with a few thousand weights."""
    sizes = {family.sizes[name]: value for name, value in TINY.items()} | EXTRA.get(family.name, {})
    config = named(family.config_module, family.config)(vocab_size=64, **sizes)
    for name, value in sizes.items():
        assert getattr(config, name) == value
    return named(family.module, family.model_class("ForSequenceClassification"))(config).eval()


def test_every_family_is_in_the_language() -> None:
    assert set(ENCODERS) == {"bert", "roberta", "xlm-roberta", "electra", "distilbert"}
    assert all(name == family.name for name, family in ENCODERS.items())


@pytest.mark.parametrize("family", ENCODERS.values(), ids=ENCODERS)
def test_classes_and_sizes_exist(family: Family) -> None:
    model = tiny(family)
    assert model.config.model_type == family.name
    encoder = getattr(model, family.prefix)
    assert isinstance(encoder, named(family.module, family.encoder))
    assert len(encoder.get_submodule(family.layers)) == TINY["layers"]
    for name in (*family.dropouts, family.head_dropout):
        assert hasattr(model.config, name), name


@pytest.mark.parametrize("family", ENCODERS.values(), ids=ENCODERS)
def test_features_and_classifier_give_the_logits(family: Family) -> None:
    """What the templates print for a frozen encoder is what the class itself computes."""
    model = tiny(family)
    input_ids = torch.arange(5, 15).view(2, 5)
    batch = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
    with torch.inference_mode():
        states = getattr(model, family.prefix)(**batch)
        features = eval(f"states{family.features}", {"states": states})
        logits = eval(family.classify, {"model": model, "features": features})
        assert features.shape == (2, TINY["hidden_size"])
        torch.testing.assert_close(logits, model(**batch).logits)


@pytest.mark.parametrize("family", ENCODERS.values(), ids=ENCODERS)
def test_flags_say_what_the_encoder_has(family: Family) -> None:
    model = tiny(family)
    names = {name for name, _ in getattr(model, family.prefix).named_parameters()}
    assert any(name.startswith("pooler.") for name in names) == (
        family.has_pooler and "roberta" not in family.name
    )
    assert any("token_type" in name for name in names) or not family.has_type_ids


@pytest.mark.parametrize("family", ENCODERS.values(), ids=ENCODERS)
def test_as_many_tokens_fit_as_is_said(family: Family) -> None:
    """`max_positions` less `position_offset` tokens work, and one more does not."""
    model = tiny(family)
    most = TINY["max_positions"] - family.position_offset
    with torch.inference_mode():
        model(input_ids=torch.full((1, most), 5))
        with pytest.raises((IndexError, RuntimeError)):
            model(input_ids=torch.full((1, most + 1), 5))


def test_known_hub_models_name_a_family() -> None:
    shapes = [s for s in KNOWN_HUB_MODELS.values() if s.family in ENCODERS]
    assert len(shapes) >= 40
    assert {shape.family for shape in shapes} == set(ENCODERS)
    for shape in shapes:
        assert shape.hidden_size % 64 == 0
        assert shape.max_positions in (128, 512)


def test_every_pin_is_held_against_what_is_installed() -> None:
    assert set(PINS) - NOT_INSTALLED == set(INSTALLED)


@pytest.mark.parametrize("name", INSTALLED)
def test_pin_is_what_the_tests_run_with(name: str) -> None:
    # A local label such as +cpu names a build of the same release.
    assert importlib.metadata.version(name).partition("+")[0] == PINS[name]
