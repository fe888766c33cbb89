"""Layers that are computed again for their gradient train the same, and keep less in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from tests.generated.inside import Spec, few_steps, opened
from tests.generated.projects import write
from tests.generated.small import BERT, lay_out, of_task, small
from tests.golden.gallery import compile_spec
from tests.tasks.causal_lm.workbench import TINY
from tests.tasks.text_to_text.bases import SMALL, answers, summaries

T5 = {k: v for k, v in SMALL.items() if k != "heads"} | {"architecture": "t5"}


def encoder(base: str, architecture: str = "bert", **training: Any) -> Spec:
    model = BERT | {"layers": 4, "architecture": architecture}
    return small(of_task(base), model, **training)


def decoder(architecture: str) -> Spec:
    return small(TINY, TINY["model"] | {"layers": 4, "architecture": architecture})


CASES: dict[str, Spec] = {
    "bert": encoder("scratch"),
    "distilbert": encoder("scratch", "distilbert"),
    "roberta": encoder("scratch", "roberta"),
    "electra": encoder("scratch", "electra"),
    "own head": small(of_task("scratch"), BERT | {"layers": 4, "head": {"pooling": "mean"}}),
    "plain bert": encoder("scratch", kernels="plain"),
    "tags": encoder("words"),
    "questions": encoder("questions"),
    "gpt2": decoder("gpt2"),
    "llama": decoder("llama"),
    "qwen2": decoder("qwen2"),
    "mistral": decoder("mistral"),
    "bart": small(answers(), SMALL | {"architecture": "bart", "layers": 4}),
    "marian": small(answers(), SMALL | {"layers": 4}),
    "mbart": small(answers(), SMALL | {"architecture": "mbart", "layers": 4}),
    "t5": small(summaries(), T5 | {"layers": 4}),
}


OF_EACH_KIND = ("bert", "plain bert", "distilbert", "gpt2", "llama", "bart", "t5")


def recomputed(spec: Spec, dropout: float) -> tuple[Spec, Spec]:
    """The spec without and with checkpointing."""
    spec = spec | {"model": spec["model"] | {"dropout": dropout}}
    return spec, spec | {"training": spec["training"] | {"gradient_checkpointing": True}}


def assert_same_training(plain: Spec, again: Spec, folder: Path) -> None:
    one, other = few_steps(plain, folder, "plain"), few_steps(again, folder, "again")
    assert "activation_checkpointing_enable" in (folder / "projects/again/model.py").read_text()
    assert other.losses == pytest.approx(one.losses, rel=1e-6)
    for name, weights in other.weights.items():
        torch.testing.assert_close(weights, one.weights[name], rtol=1e-5, atol=1e-7, msg=name)


@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("name", CASES)
def test_the_same_is_trained(name: str, dropout: float, tmp_path: Path) -> None:
    """Also with dropout: a layer meets the very masks again that it had in the forward pass."""
    assert_same_training(*recomputed(CASES[name], dropout), lay_out(tmp_path))


@pytest.mark.parametrize("name", ["bert", "gpt2", "marian"])
def test_the_same_is_trained_in_bfloat16(name: str, tmp_path: Path) -> None:
    hardware = {"device": "cpu", "instructions": "amx-bf16"}
    spec = CASES[name] | {"hardware": hardware}
    assert_same_training(*recomputed(spec, 0.1), lay_out(tmp_path))


def test_frozen_layers_below_are_not_computed_again(tmp_path: Path) -> None:
    model = {"base": of_task("quick")["model"]["base"], "freeze": ["embeddings", "layers 0-3"]}
    spec = small(of_task("quick"), model)
    again = spec | {"training": spec["training"] | {"gradient_checkpointing": True}}
    assert_same_training(spec, again, lay_out(tmp_path))
    project = tmp_path / "projects/again"
    with opened(project) as modules:
        config = modules.config.Config()
        network = modules.model.build_model(config)
        calls: list[int] = []
        for number, layer in enumerate(network.bert.encoder.layer):
            first = layer.intermediate.dense
            first.register_forward_hook(lambda *_, number=number: calls.append(number))
        network.train()
        tokens = torch.ones(2, 8, dtype=torch.long)
        batch = {"input_ids": tokens, "attention_mask": tokens}
        modules.model.forward(network, batch).sum().backward()
    assert calls == [0, 1, 2, 3, 4, 5, 5, 4]


def kept_bytes(spec: Spec, folder: Path, name: str) -> int:
    """What is kept between the forward and the backward pass of the first batch."""
    project = write(compile_spec(spec, folder, name), folder / f"projects/{name}")
    with opened(project) as modules:
        config = modules.config.Config()
        splits = modules.data.read_splits(config)
        train = splits["train"]
        texts = train.all_texts() if hasattr(train, "all_texts") else train.texts
        tokenizer = modules.data.load_tokenizer(config, texts, folder / f"{name}.json")
        loader = modules.data.Loader(splits["train"], tokenizer, config)
        model = modules.model.build_model(config, tokenizer.get_vocab_size())
        if "kernels" not in spec["training"]:
            is_encoder = spec["task"]["kind"] == "text-classification"
            ids = (loader.token_ids,) if is_encoder else ()
            modules.speedups.speed_up(model, *ids, config.seed)
        model.train()
        kept: dict[int, int] = {}

        def keep(tensor: torch.Tensor) -> torch.Tensor:
            storage = tensor.untyped_storage()
            kept[storage.data_ptr()] = storage.nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            states = modules.model.forward(model, next(loader.starting_at(0)))
        # Weights are there anyway, and so is the pool that dropout cuts its masks from.
        there = {p.untyped_storage().data_ptr() for p in (*model.parameters(), *model.buffers())}
        for module in model.modules():
            masks = module.pool.masks.values() if hasattr(module, "pool") else ()
            there |= {mask.untyped_storage().data_ptr() for mask in masks}
        assert states.requires_grad
    return sum(size for address, size in kept.items() if address not in there)


@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_less_is_kept(name: str, tmp_path: Path) -> None:
    """Of four layers a stack; an encoder's last one keeps the little that the first token needs."""
    folder = lay_out(tmp_path)
    plain, again = recomputed(CASES[name], 0.1)
    bytes_plain = kept_bytes(plain, folder, "plain")
    bytes_again = kept_bytes(again, folder, "again")
    assert 0 < bytes_again < bytes_plain / 3
