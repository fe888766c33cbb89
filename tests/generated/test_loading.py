"""What a base brings is accounted for: nothing is lost, and no old head is taken over."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertForMaskedLM, BertForSequenceClassification

from tests.generated.projects import write
from tests.golden.gallery import compile_spec
from tests.tasks.causal_lm.workbench import imported

LABELS = ["bad", "good"]
SIZES: dict[str, Any] = {
    "vocab_size": 20,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
}


def lay_out(folder: Path, model: Any) -> Path:
    """The base with a tokenizer, and reviews beside it."""
    base = folder / "base"
    model.save_pretrained(base)
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "bad", "good", "film"]
    words = Tokenizer(models.WordLevel({n: i for i, n in enumerate(names)}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    words.save(str(base / "tokenizer.json"))
    rows = [f"{label} film {number},{label}" for number in range(20) for label in LABELS]
    (folder / "reviews.csv").write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    return base


def project_of(folder: Path, **model: Any) -> SimpleNamespace:
    spec: dict[str, Any] = {
        "task": {"kind": "text-classification", "text": "text", "label": "label"},
        "model": {"base": str(folder / "base")} | model,
        "data": str(folder / "reviews.csv"),
        "training": {"epochs": 1},
    }
    return imported(write(compile_spec(spec, folder), folder / "project"))


@pytest.mark.parametrize("own_head", [False, True])
@pytest.mark.parametrize("prefix", ["module.", "_orig_mod."])
def test_weights_under_a_prefix_are_not_lost(prefix: str, own_head: bool, tmp_path: Path) -> None:
    base = lay_out(tmp_path, BertForMaskedLM(BertConfig(**SIZES)))
    modules = project_of(tmp_path, **({"head": {"pooling": "mean"}} if own_head else {}))
    # After the build, which would refuse it: so may a hub id be, whose files it does not see.
    weights = base / "model.safetensors"
    state = {prefix + name: tensor for name, tensor in load_file(weights).items()}
    save_file(state, weights, {"format": "pt"})
    with pytest.raises(SystemExit) as raised:
        modules.model.build_model(modules.config.Config())
    assert f"'{prefix}" in str(raised.value)
    assert "bert.embeddings.LayerNorm.bias" in str(raised.value)


@pytest.mark.parametrize("layers", [1, 3])
def test_a_base_with_other_layers_than_it_says_is_refused(layers: int, tmp_path: Path) -> None:
    base = lay_out(tmp_path, BertForMaskedLM(BertConfig(**SIZES)))
    modules = project_of(tmp_path)
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    (base / "config.json").write_text(json.dumps(config | {"num_hidden_layers": layers}))
    with pytest.raises(SystemExit, match="encoder.layer"):
        modules.model.build_model(modules.config.Config())


def test_a_pretraining_head_and_a_missing_pooler_are_no_loss(tmp_path: Path) -> None:
    lay_out(tmp_path, BertForMaskedLM(BertConfig(**SIZES)))
    modules = project_of(tmp_path)
    modules.model.build_model(modules.config.Config())


@pytest.mark.parametrize("names", [["good", "bad"], ["negative", "neutral", "positive"]])
def test_the_head_is_new(names: list[str], tmp_path: Path) -> None:
    labels = {"id2label": dict(enumerate(names)), "label2id": {n: i for i, n in enumerate(names)}}
    base = lay_out(tmp_path, BertForSequenceClassification(BertConfig(**SIZES, **labels)))
    modules = project_of(tmp_path)
    model = modules.model.build_model(modules.config.Config())
    assert list(model.config.id2label.values()) == LABELS
    saved = load_file(base / "model.safetensors")
    for name, tensor in model.state_dict().items():
        same = saved[name].shape == tensor.shape and torch.equal(saved[name], tensor)
        assert same == (not name.startswith("classifier.weight")) or name == "classifier.bias"


HEADS = {
    "bert": (transformers.BertConfig, transformers.BertForSequenceClassification),
    "roberta": (transformers.RobertaConfig, transformers.RobertaForSequenceClassification),
    "electra": (transformers.ElectraConfig, transformers.ElectraForSequenceClassification),
    "distilbert": (transformers.DistilBertConfig, transformers.DistilBertForSequenceClassification),
}


@pytest.mark.parametrize("family", HEADS)
@torch.no_grad()
def test_a_head_that_is_kept_answers_as_before(family: str, tmp_path: Path) -> None:
    """Its labels stand in another order than those of the data."""
    make_config, make_model = HEADS[family]
    sizes = {"dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 24, "vocab_size": 20}
    names = {0: "good", 1: "bad"}
    config = make_config(
        **(sizes if family == "distilbert" else SIZES | {"max_position_embeddings": 40}),
        id2label=names,
        label2id={name: place for place, name in names.items()},
        pad_token_id=0,
    )
    model = make_model(config).eval()
    head = [m for m in model.modules() if isinstance(m, torch.nn.Linear)][-1]
    torch.nn.init.normal_(head.bias)
    lay_out(tmp_path, model)
    modules = project_of(tmp_path, keep_head=True)
    built = modules.model.build_model(modules.config.Config()).eval()
    ids = torch.tensor([[2, 5, 6, 7, 3], [2, 7, 3, 0, 0]])
    batch = {"input_ids": ids, "attention_mask": (ids != 0).long()}
    ours, theirs = built(**batch).logits, model(**batch).logits
    assert modules.config.Config().labels == tuple(LABELS)
    torch.testing.assert_close(ours, theirs[:, [1, 0]])
    assert built.config.id2label == {0: "bad", 1: "good"}


def test_a_head_of_other_labels_is_not_kept(tmp_path: Path) -> None:
    base = lay_out(tmp_path, BertForSequenceClassification(BertConfig(**SIZES)))
    settings = json.loads((base / "config.json").read_text(encoding="utf-8"))
    settings |= {"id2label": {"0": "bad", "1": "good"}, "label2id": {"bad": 0, "good": 1}}
    (base / "config.json").write_text(json.dumps(settings))
    modules = project_of(tmp_path, keep_head=True)
    settings |= {"id2label": {"0": "NEG", "1": "good"}, "label2id": {"NEG": 0, "good": 1}}
    (base / "config.json").write_text(json.dumps(settings))
    with pytest.raises(SystemExit, match="for the labels .*NEG"):
        modules.model.build_model(modules.config.Config())
    settings |= {"id2label": {"0": "bad", "1": "good"}, "label2id": {"bad": 0, "good": 1}}
    (base / "config.json").write_text(json.dumps(settings))
    weights = load_file(base / "model.safetensors")
    del weights["classifier.weight"]
    save_file(weights, base / "model.safetensors", {"format": "pt"})
    with pytest.raises(SystemExit, match="classifier.weight"):
        modules.model.build_model(modules.config.Config())


TASKS: dict[str, tuple[type, dict[str, Any], list[Any], str]] = {
    "tags": (
        transformers.BertForTokenClassification,
        {"kind": "token-classification", "tokens": "words", "tags": "tags"},
        [{"words": ["good", "film"], "tags": ["O", "B-FILM"]}] * 30,
        "classifier",
    ),
    "answers": (
        transformers.BertForQuestionAnswering,
        {"kind": "question-answering"},
        [{"question": f"{n}?", "context": f"film {n}", "answers": ["film"]} for n in range(30)],
        "qa_outputs",
    ),
}


@pytest.mark.parametrize("task", TASKS)
def test_heads_of_tags_and_answers_are_kept(task: str, tmp_path: Path) -> None:
    make_model, section, rows, name = TASKS[task]
    names = {0: "I-FILM", 1: "B-FILM", 2: "O"} if task == "tags" else {}
    named = {"id2label": names, "label2id": {v: k for k, v in names.items()}} if names else {}
    model = make_model(BertConfig(**SIZES, **named))
    lay_out(tmp_path, model)
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    spec: dict[str, Any] = {
        "task": section,
        "model": {"base": str(tmp_path / "base"), "keep_head": True},
        "data": {"train": str(tmp_path / "rows.jsonl"), "unknown_characters": "accept"},
        "training": {"epochs": 1},
    }
    modules = imported(write(compile_spec(spec, tmp_path), tmp_path / "project"))
    built = modules.model.build_model(modules.config.Config())
    labels = modules.config.Config().labels if task == "tags" else ()
    order = [list(names.values()).index(label) for label in labels] or [0, 1]
    assert len(order) == len(names) or not names
    theirs = getattr(model, name).weight[order]
    assert torch.equal(getattr(built, name).weight, theirs)
