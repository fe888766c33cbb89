"""Pretrained decoders: the loss that their class computes, how texts open, and who is refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from specc.diagnostics.diagnostic import SpecError
from tests.tasks.causal_lm.workbench import MIXED, imported, made, varied

LIKE_LLAMA: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "intermediate_size": 48,
    "max_position_embeddings": 64,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 2,
}
LISTED: dict[str, tuple[str, dict[str, Any]]] = {
    "gpt2": ("GPT2LMHeadModel", {"n_embd": 32, "n_layer": 2, "n_head": 2, "n_positions": 64}),
    "llama": ("LlamaForCausalLM", {"attention_bias": True, "mlp_bias": True} | LIKE_LLAMA),
    "qwen2": ("Qwen2ForCausalLM", LIKE_LLAMA),
    "mistral": ("MistralForCausalLM", LIKE_LLAMA | {"sliding_window": 8}),
}
UNLISTED: dict[str, tuple[str, dict[str, Any]]] = {
    "granite": ("GraniteForCausalLM", LIKE_LLAMA | {"logits_scaling": 8.0}),
    "cohere": ("CohereForCausalLM", LIKE_LLAMA | {"logit_scale": 0.0625}),
    "mamba": ("MambaForCausalLM", {"hidden_size": 32, "num_hidden_layers": 2}),
    "opt": (
        "OPTForCausalLM",
        {"hidden_size": 32, "word_embed_proj_dim": 16, "num_hidden_layers": 2, "ffn_dim": 48}
        | {"num_attention_heads": 2, "max_position_embeddings": 64, "dropout": 0.0},
    ),
}
REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "phi": ("PhiForCausalLM", LIKE_LLAMA),
    "gemma2": ("Gemma2ForCausalLM", LIKE_LLAMA | {"head_dim": 16, "final_logit_softcapping": 4.0}),
}
ENDS = {"bos_token_id": 1, "eos_token_id": 2}


@cache
def tokenizer() -> str:
    """SentencePiece's way: a space opens each text, and `<s>` stands before it."""
    learned = Tokenizer(models.BPE(unk_token="<unk>"))
    learned.pre_tokenizer = pre_tokenizers.Metaspace()
    learned.decoder = decoders.Metaspace()
    special = ["<unk>", "<s>", "</s>"]
    learned.train_from_iterator(
        [MIXED], trainers.BpeTrainer(vocab_size=200, special_tokens=special, show_progress=False)
    )
    learned.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", 1)]
    )
    return learned.to_str()


def loud(name: str, table: dict[str, tuple[str, dict[str, Any]]]) -> transformers.PreTrainedModel:
    """A small network whose biases are not 0, and whose logits are large, as in trained ones."""
    torch.manual_seed(0)
    kind, sizes = table[name]
    model_class = getattr(transformers, kind)
    size = Tokenizer.from_str(tokenizer()).get_vocab_size()
    model = model_class(model_class.config_class(vocab_size=size, **ENDS | sizes)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter += 0.3 * torch.randn_like(parameter)
        model.get_output_embeddings().weight.mul_(10)
    return model


def project_of(
    folder: Path, name: str, table: dict[str, tuple[str, dict[str, Any]]], *changes: tuple[str, Any]
) -> tuple[SimpleNamespace, Path]:
    """The modules of a project over this base, and its folder."""
    base = folder / "base"
    loud(name, table).save_pretrained(base)
    (base / "tokenizer.json").write_text(tokenizer(), encoding="utf-8")
    spec = varied(("model", {"base": str(base)}), *changes)
    project = made(folder, spec)[1]
    return imported(project), project


def batch_of(modules: SimpleNamespace) -> tuple[Any, dict[str, torch.Tensor]]:
    config = modules.config.Config()
    examples = modules.data.read_splits(config)["train"]
    loader = modules.data.Loader(examples, modules.data.load_tokenizer(config), config)
    return loader, loader.batch([0, 1])


@pytest.mark.parametrize("name", [*LISTED, *UNLISTED])
def test_loss_and_gradients_are_those_of_the_class(name: str, tmp_path: Path) -> None:
    modules, _ = project_of(tmp_path, name, LISTED | UNLISTED)
    _, batch = batch_of(modules)
    model = modules.model.build_model(modules.config.Config()).eval()
    weight = model.get_output_embeddings().weight
    loss = modules.loss.HeadLoss.apply(modules.model.forward(model, batch), weight, batch["labels"])
    loss.backward()
    gradients = {name: p.grad.clone() for name, p in model.named_parameters()}
    model.zero_grad()
    logits = model(input_ids=batch["input_ids"], use_cache=False).logits.flatten(0, 1)
    expected = torch.nn.functional.cross_entropy(logits, batch["labels"])
    expected.backward()
    torch.testing.assert_close(loss, expected, atol=1e-4, rtol=1e-4)
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(gradients[name], parameter.grad, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("name", REFUSED)
def test_networks_whose_logits_are_more_than_a_product_are_refused(
    name: str, tmp_path: Path
) -> None:
    with pytest.raises(SpecError) as raised:
        project_of(tmp_path, name, REFUSED)
    assert "SP450" in {found.code for found in raised.value.diagnostics}
    # A hub id says what it is when it is loaded: the project finds it out then.
    (tmp_path / "other").mkdir()
    modules, _ = project_of(tmp_path / "other", "opt", UNLISTED)
    modules.model.check_logits(loud("opt", UNLISTED))
    with pytest.raises(SystemExit, match="logits are not"):
        modules.model.check_logits(loud(name, REFUSED))


def test_documents_are_isolated_in_proven_families_alone(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as raised:
        project_of(tmp_path, "opt", UNLISTED, ("task.isolate_documents", True))
    assert {found.code for found in raised.value.diagnostics} == {"SP451"}


@pytest.mark.parametrize("name", LISTED)
def test_a_document_behind_another_is_read_as_if_alone(name: str, tmp_path: Path) -> None:
    isolates = ("task.isolate_documents", True)
    modules, _ = project_of(tmp_path, name, LISTED, isolates, ("task.documents", "line"))
    model = modules.model.build_model(modules.config.Config()).eval()
    loader, _ = batch_of(modules)

    def states(first: int) -> torch.Tensor:
        """Of the second document; the first one holds the tokens from `first` on."""
        end, start = loader.between
        ids = torch.tensor([[start, *range(first, first + 9), end, start, *range(40, 50)]])
        places = modules.data.positions(ids, start)
        batch = {"input_ids": ids, "position_ids": places, "labels": ids[0]}
        return modules.model.forward(model, batch)[11:].detach()

    torch.testing.assert_close(states(10), states(60), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("storage", ["memory", "disk"])
def test_documents_open_and_end_as_the_base_was_pretrained(storage: str, tmp_path: Path) -> None:
    changes = (("task.documents", "line"), ("data.storage", storage))
    modules, _ = project_of(tmp_path, "llama", LISTED, *changes)
    loader, batch = batch_of(modules)
    stream = batch["input_ids"].flatten().tolist()
    assert stream[0] == 1
    assert all(stream[place + 1] == 1 for place, token in enumerate(stream[:-1]) if token == 2)
    assert loader.stream[-1] == 2 if storage == "memory" else loader.tokens(0, 1).item() == 1
    bytes_of_texts = sum(len(text.encode()) for text in loader.examples.texts)
    counts = loader.num_bytes
    total = counts.sum() if storage == "memory" else counts.flat(0, loader.num_tokens).sum()
    assert int(total) == bytes_of_texts


def test_what_is_written_keeps_the_space_behind_the_prompt(tmp_path: Path) -> None:
    modules, _ = project_of(tmp_path, "llama", LISTED)
    learned = Tokenizer.from_str(tokenizer())
    ids = learned.encode("The gulls did").ids
    num_given = len(learned.encode("The").ids)
    assert modules.generate.written(learned, ids, num_given) == " gulls did"


def test_a_network_without_a_known_cache_writes(tmp_path: Path) -> None:
    modules, _ = project_of(tmp_path, "mamba", UNLISTED, ("task.generation", {"temperature": 0}))
    config = modules.config.Config()
    model, learned = modules.model.build_model(config).eval(), Tokenizer.from_str(tokenizer())
    text, _ = modules.generate.generate(model, learned, "The", config, torch.Generator())
    ids = learned.encode("The").ids
    while len(ids) < len(learned.encode("The").ids) + config.max_new_tokens and ids[-1] != 2:
        window = torch.tensor([ids[-config.block_size :]])
        ids.append(int(model(input_ids=window, use_cache=False).logits[0, -1].argmax()))
    assert "The" + text == learned.decode(ids)
