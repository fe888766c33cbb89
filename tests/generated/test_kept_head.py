"""A head that is kept answers as in the base: under other spellings, on any family, for numbers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForSequenceClassification

from specc.diagnostics.diagnostic import SpecError
from tests.generated.projects import write
from tests.generated.test_loading import SIZES, lay_out, project_of
from tests.golden.gallery import compile_spec
from tests.tasks.causal_lm.workbench import imported

IDS = torch.tensor([[2, 5, 6, 7, 3], [2, 7, 3, 0, 0]])
BATCH = {"input_ids": IDS, "attention_mask": (IDS != 0).long()}


def named(*names: str) -> dict[str, Any]:
    return {"id2label": dict(enumerate(names)), "label2id": {n: i for i, n in enumerate(names)}}


def with_bias(model: Any) -> Any:
    """Outputs that differ in more than their weights."""
    head = [m for m in model.modules() if isinstance(m, torch.nn.Linear)][-1]
    torch.nn.init.normal_(head.bias)
    return model.eval()


def classifier(**labels: Any) -> Any:
    return with_bias(BertForSequenceClassification(BertConfig(**SIZES, **labels)))


def edited(base: Path, **settings: Any) -> None:
    """Other settings in config.json; None takes one out."""
    path = base / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) | settings
    path.write_text(json.dumps({k: v for k, v in config.items() if v is not None}))


UNLISTED: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "deberta-v2": (
        transformers.DebertaV2Config,
        transformers.DebertaV2ForSequenceClassification,
        {},
    ),
    "albert": (
        transformers.AlbertConfig,
        transformers.AlbertForSequenceClassification,
        {"embedding_size": 16},
    ),
    "camembert": (
        transformers.CamembertConfig,
        transformers.CamembertForSequenceClassification,
        {},
    ),
}


@pytest.mark.parametrize("family", UNLISTED)
@torch.no_grad()
def test_a_family_that_specc_does_not_know(family: str, tmp_path: Path) -> None:
    """Its weights tell where the head is; the labels are spelled in another case."""
    make_config, make_model, more = UNLISTED[family]
    sizes = SIZES | {"max_position_embeddings": 40, "pad_token_id": 0} | more
    model = with_bias(make_model(make_config(**sizes, **named("GOOD", "BAD"))))
    lay_out(tmp_path, model)
    modules = project_of(tmp_path, keep_head=True)
    built = modules.model.build_model(modules.config.Config()).eval()
    auto = transformers.AutoModelForSequenceClassification.from_pretrained(tmp_path / "base").eval()
    torch.testing.assert_close(built(**BATCH).logits, auto(**BATCH).logits[:, [1, 0]])


@torch.no_grad()
def test_the_order_is_that_of_id2label(tmp_path: Path) -> None:
    """`label2id` may be left over from another model: the library does not read answers by it."""
    model = classifier(**named("good", "bad"))
    base = lay_out(tmp_path, model)
    edited(base, label2id={"bad": 0, "good": 1})
    modules = project_of(tmp_path, keep_head=True)
    built = modules.model.build_model(modules.config.Config()).eval()
    torch.testing.assert_close(built(**BATCH).logits, model(**BATCH).logits[:, [1, 0]])


@torch.no_grad()
def test_pickled_weights_have_a_head_too(tmp_path: Path) -> None:
    model = classifier(**named("good", "bad"))
    base = lay_out(tmp_path, model)
    torch.save(model.state_dict(), base / "pytorch_model.bin")
    (base / "model.safetensors").unlink()
    modules = project_of(tmp_path, keep_head=True)
    built = modules.model.build_model(modules.config.Config()).eval()
    torch.testing.assert_close(built(**BATCH).logits, model(**BATCH).logits[:, [1, 0]])


def test_a_head_on_a_pooler_that_is_missing_is_refused(tmp_path: Path) -> None:
    base = lay_out(tmp_path, classifier(**named("good", "bad")))
    modules = project_of(tmp_path, keep_head=True)
    weights = load_file(base / "model.safetensors")
    kept = {name: tensor for name, tensor in weights.items() if ".pooler." not in name}
    save_file(kept, base / "model.safetensors", {"format": "pt"})
    with pytest.raises(SystemExit, match=r"pooler\.dense"):
        modules.model.build_model(modules.config.Config())


def compiled(folder: Path, task: dict[str, Any], rows: list[str], **more: Any) -> SimpleNamespace:
    """The modules of a project that goes on from the head of the base, on other rows."""
    (folder / "rows.csv").write_text("\n".join(rows), encoding="utf-8")
    spec: dict[str, Any] = {
        "task": {"kind": "text-classification", "text": "text"} | task,
        "model": {"base": str(folder / "base"), "keep_head": True} | more.pop("model", {}),
        "data": {"train": str(folder / "rows.csv"), "unknown_characters": "accept"},
        "training": {"epochs": 1} | more,
    }
    return imported(write(compile_spec(spec, folder), folder / "project"))


@torch.no_grad()
def test_numbers_are_predicted_as_before(tmp_path: Path) -> None:
    model = classifier(num_labels=1, problem_type="regression")
    base = lay_out(tmp_path, model)
    rows = ["text,stars", *(f"film {number},{number / 4}" for number in range(40))]
    modules = compiled(tmp_path, {"label": "stars", "problem": "regression"}, rows)
    config = modules.config.Config()
    assert config.target_mean and config.target_std != 1
    built = modules.model.build_model(config).eval()
    ours = modules.model.forward(built, BATCH)
    torch.testing.assert_close(ours, model(**BATCH).logits[:, 0], rtol=1e-4, atol=1e-4)
    edited(base, problem_type=None)
    with pytest.raises(SystemExit, match="regression"):
        modules.model.build_model(config)


@torch.no_grad()
def test_the_head_of_a_multi_label_base(tmp_path: Path) -> None:
    model = classifier(**named("loud", "funny", "long"))
    lay_out(tmp_path, model)
    flags = [f"film {n},{n % 2},{n % 3 // 2},{n % 5 // 4}" for n in range(60)]
    names = ["funny", "long", "loud"]
    modules = compiled(tmp_path, {"label": names}, [f"text,{','.join(names)}", *flags])
    built = modules.model.build_model(modules.config.Config()).eval()
    torch.testing.assert_close(built(**BATCH).logits, model(**BATCH).logits[:, [1, 2, 0]])


@torch.no_grad()
def test_numbers_of_classes_are_the_names_of_unnamed_outputs(tmp_path: Path) -> None:
    model = classifier()
    lay_out(tmp_path, model)
    rows = ["text,label", *(f"film {number},{number % 2}" for number in range(40))]
    modules = compiled(tmp_path, {"label": "label", "problem": "binary"}, rows)
    built = modules.model.build_model(modules.config.Config()).eval()
    torch.testing.assert_close(built(**BATCH).logits, model(**BATCH).logits)


@torch.no_grad()
def test_rates_and_frozen_layers_beside_a_kept_head(tmp_path: Path) -> None:
    model = classifier(**named("good", "bad"))
    lay_out(tmp_path, model)
    rows = ["text,label", *(f"film {n},{('bad', 'good')[n % 2]}" for n in range(40))]
    rate = {"encoder": 1e-4, "head": 1e-3, "layer_decay": 0.5}
    frozen = {"freeze": ["embeddings"]}
    task = {"label": "label"}
    modules = compiled(tmp_path, task, rows, learning_rate=rate, model=frozen)
    config = modules.config.Config()
    built = modules.model.build_model(config).eval()
    torch.testing.assert_close(built(**BATCH).logits, model(**BATCH).logits[:, [1, 0]])
    groups = modules.model.parameter_groups(built, config)
    rates = {id(p): group["lr"] for group in groups for p in group["params"]}
    assert rates[id(built.classifier.weight)] == pytest.approx(1e-3)
    assert id(built.bert.embeddings.word_embeddings.weight) not in rates


REFUSED = [
    ({"id2label": {"0": "NEG", "1": "POS"}}, "for the labels `NEG`, `POS`"),
    ({"id2label": {"0": "bad", "1": "bad"}}, "for the labels `bad`, `bad`"),
    ({"id2label": {"1": "bad", "2": "good"}}, "does not count from 0"),
    ({"id2label": None, "label2id": None}, "have no names"),
]


@pytest.mark.parametrize("where", ["beside the spec", "in the cache"])
@pytest.mark.parametrize(("settings", "words"), REFUSED)
def test_names_that_do_not_tell_are_refused_at_compile_time(
    settings: dict[str, Any],
    words: str,
    where: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = lay_out(tmp_path, classifier(**named("good", "bad")))
    edited(base, **settings)
    with pytest.raises(SpecError) as raised:
        compile_kept(tmp_path, where, monkeypatch)
    errors = [found for found in raised.value.diagnostics if found.severity == "error"]
    assert [error.code for error in errors] == ["SP434"]
    assert words in errors[0].message


@pytest.mark.parametrize("where", ["beside the spec", "in the cache"])
def test_a_head_of_another_shape_is_refused_at_compile_time(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = lay_out(tmp_path, classifier(**named("a", "b", "c")))
    edited(base, **named("good", "bad"))
    with pytest.raises(SpecError, match="does not have 2 rows"):
        compile_kept(tmp_path, where, monkeypatch)


def compile_kept(folder: Path, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiles a spec that keeps the head of the base, which is moved into the cache if asked."""
    model: dict[str, Any] = {"keep_head": True}
    if where == "in the cache":
        cached = folder / "hub" / "models--someone--moods"
        shutil.move(folder / "base", cached / "snapshots" / "abc")
        (cached / "refs").mkdir()
        (cached / "refs" / "main").write_text("abc")
        monkeypatch.setenv("HF_HUB_CACHE", str(folder / "hub"))
        model |= {"base": "someone/moods", "architecture": "bert"}
    project_of(folder, **model)
