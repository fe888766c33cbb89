"""The names that are printed into projects of decoders exist in the libraries that are pinned."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import torch

from specc.language.model import NETWORKS, ROTARY
from specc.plan.architectures import FAMILIES, KNOWN_HUB_MODELS
from specc.plan.decoders import DECODERS
from specc.plan.family import Family

TINY = {"layers": 2, "hidden_size": 32, "heads": 4, "feed_forward_size": 48, "max_positions": 40}
END_ID = 0


def named(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


class Sizes:
    """What `config` is in a project, as far as a new configuration asks for it."""

    num_heads = TINY["heads"]


def tiny(family: Family) -> Any:
    """A language model of the family, with the very arguments that a project prints."""
    sizes = {family.sizes[name]: value for name, value in TINY.items()}
    lines = ", ".join(family.scratch_lines)
    more = eval(f"dict({lines})", {"config": Sizes, "END_ID": END_ID})
    config = named(family.config_module, family.config)(vocab_size=64, **sizes, **more)
    for name, value in sizes.items():
        assert getattr(config, name) == value
    return named(family.module, family.model_class("ForCausalLM"))(config).eval()


def test_every_decoder_is_in_the_language() -> None:
    assert {name for name, kind in NETWORKS.items() if kind == "decoder"} == set(DECODERS)
    assert all(FAMILIES[name] is family for name, family in DECODERS.items())
    assert set(ROTARY) == set(DECODERS) - {"gpt2"}


@pytest.mark.parametrize("family", DECODERS.values(), ids=DECODERS)
def test_classes_and_sizes_exist(family: Family) -> None:
    model = tiny(family)
    assert model.config.model_type == family.name
    body = getattr(model, family.prefix)
    assert isinstance(body, named(family.module, family.encoder))
    assert len(body.get_submodule(family.layers)) == TINY["layers"]
    for name in family.embeddings:
        assert isinstance(body.get_submodule(name), torch.nn.Embedding)
    for name in family.dropouts:
        assert hasattr(model.config, name), name


@pytest.mark.parametrize("family", DECODERS.values(), ids=DECODERS)
def test_head_shares_its_weight_with_the_embeddings(family: Family) -> None:
    model = tiny(family)
    assert model.lm_head.weight is model.get_input_embeddings().weight
    assert model.config.eos_token_id == END_ID


@pytest.mark.parametrize("family", DECODERS.values(), ids=DECODERS)
def test_positions_that_begin_anew_keep_documents_apart(family: Family) -> None:
    """What `isolate_documents` stands on: the library masks by positions that do not go on.

    Only without a cache, which a model of the library makes by itself.
    """
    model = tiny(family)
    one, other = torch.arange(5, 12), torch.arange(20, 26)
    positions = torch.cat([torch.arange(7), torch.arange(6)])[None]
    with torch.inference_mode():
        ids = torch.cat([one, other])[None]
        packed = model(input_ids=ids, position_ids=positions, use_cache=False).logits
        torch.testing.assert_close(packed[:, :7], model(input_ids=one[None]).logits)
        torch.testing.assert_close(packed[:, 7:], model(input_ids=other[None]).logits)


def test_known_hub_models_name_a_family() -> None:
    known = [shape for shape in KNOWN_HUB_MODELS.values() if shape.family in DECODERS]
    assert len(known) >= 20
    assert {shape.family for shape in known} == set(DECODERS)
    assert all(shape.max_positions >= 1024 for shape in known)
