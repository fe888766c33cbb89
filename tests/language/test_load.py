"""What loads, and that whatever is written never raises anything but `SpecError`."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.diagnostics.diagnostic import SpecError
from specc.diagnostics.full import render_full
from specc.language.load import load_spec
from specc.language.spec import Spec
from specc.language.vocabulary import places_of
from specc.tasks.text_classification.checks import check_problem, metrics_fit
from specc.tasks.text_classification.metrics import METRICS, metrics_for
from specc.yaml.read import read_source


def load(text: str, folder: Path) -> Spec:
    path = folder / "spec.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    return load_spec(read_source(path))


SHORTEST = """\
task: {kind: text-classification, text: message, label: intent}
model: bert-base-uncased
data: {train: data/intents.csv}
"""

FULL = """\
spec: 1
name: my-run
task:
  kind: text-classification
  text: [question1, question2]
  label: duplicate
  problem: binary
  labels: ["no", "yes"]
model:
  base: sentence-transformers/all-MiniLM-L6-v2
  revision: main
  freeze: [embeddings, layers 0-3, "*.attention.*"]
  head: {pooling: mean, hidden: [64, 32], activation: gelu, dropout: 0.2}
  dropout: 0.1
data:
  train: [data/a.csv, data/b.csv]
  validation: data/dev.csv
  delimiter: ;
  quote: none
  encoding: latin-1
  columns: [question1, question2, duplicate]
  split: {test: 0.1, stratified: true, seed: 3}
  clean:
    strip_html: true
    unicode: nfkc
    replace: [{pattern: 'https?://\\S+', by: URL}]
    stop_words: [the, a]
  max_length: 128
  truncation: start
  copy: never
training:
  steps: 1000
  batch_size: 16
  learning_rate: {encoder: 2e-5, head: 1e-3, layer_decay: 0.9}
  optimizer: {kind: sgd, momentum: 0.9, nesterov: true}
  schedule: {kind: polynomial, power: 1.5, end: 0.1}
  warmup: 100
  label_smoothing: 0.1
  class_weights: {"no": 1.0, "yes": 2.5}
  gradient_clip: null
  early_stopping: {metric: f1, patience: 2, min_change: 0.001}
  seed: 1
  deterministic: true
  time_limit: 2h
  checkpoint: {every: 100, keep: 2}
evaluation: {metrics: [f1, accuracy, loss], best: f1, every: 100, resamples: 0}
hardware: {device: cpu, instructions: avx512, cores: 4, precision: fp32}
"""

SCRATCH = """\
task: {kind: text-classification, text: t, label: [a, b], thresholds: tuned}
model:
  architecture: roberta
  layers: 2
  hidden_size: 96
  heads: 3
  tokenizer: {train: bpe, vocab_size: 2000}
data: data/x.jsonl
training: {epochs: 2, class_weights: balanced, early_stopping: 3}
hardware: cuda
"""

VALID = (SHORTEST, FULL, SCRATCH)


@pytest.mark.parametrize("text", VALID)
def test_valid_specs_load(text: str, tmp_path: Path) -> None:
    spec = load(text, tmp_path)
    assert spec.task.kind == "text-classification"


def test_shorthands_are_lifted(tmp_path: Path) -> None:
    spec = load(SCRATCH, tmp_path)
    assert spec.data.train == ("data/x.jsonl",)
    assert spec.task.text == ("t",)
    assert spec.hardware.device == "cuda"
    assert spec.training.early_stopping is not None and spec.training.early_stopping.patience == 3


def test_findings_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load(SHORTEST + "training: {epochs: 0, foo: 1}\nname: A B\n", tmp_path)
    assert [d.code for d in caught.value.diagnostics] == ["SP106", "SP104", "SP110"]


def test_one_mistake_is_told_once(tmp_path: Path) -> None:
    for text, code in (
        ("task: {kind: tagging, tokens: a}\nmodel: x\ndata: x.csv\n", "SP107"),
        (SHORTEST.replace("label:", "lable:"), "SP104"),
        (SHORTEST.replace("label: intent", "labels: [1, 2], label: x"), "SP105"),
    ):
        with pytest.raises(SpecError) as caught:
            load(text, tmp_path)
        assert {d.code for d in caught.value.diagnostics} == {code}


def test_the_problem_that_the_data_tells_is_checked_later(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    text = SHORTEST + "training: {label_smoothing: 0.1}\nevaluation: {metrics: [accuracy, f1]}\n"
    path.write_text(text)
    source = read_source(path)
    spec = load_spec(source)
    assert metrics_fit(source, spec, "binary") == check_problem(source, spec, "binary") == []
    assert [d.code for d in metrics_fit(source, spec, "multi-class")] == ["SP232"]
    codes = [d.code for d in check_problem(source, spec, "regression")]
    assert codes == ["SP232", "SP232", "SP223"]


def test_the_table_of_metrics() -> None:
    assert len(METRICS) == 28
    assert all(name == metric.name for name, metric in METRICS.items())
    assert metrics_for("regression") == ("pearson", "spearman", "mse", "mae", "rmse", "r2", "loss")
    assert "f1" in metrics_for("binary") and "f1" not in metrics_for("multi-class")
    assert "accuracy" not in metrics_for("multi-label")
    lower = {name for name, metric in METRICS.items() if not metric.greater_is_better}
    assert lower == {"mse", "mae", "rmse", "loss"}
    assert {m.name for m in METRICS.values() if m.per_class} == {
        f"{part}_per_class" for part in ("precision", "recall", "f1")
    }


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 1.5, 2**70, float("inf"), float("nan"), "", "auto", "\u202e", "\0", "😀",
     "a" * 300, "hf_" + "a" * 30, "3", "1_0", "10%", "f1", "layers 9-1", "(", "[", [], {}, [[]],
     {"kind": "sgd"}, {"a": None}, ["x", "x"], [None], {"": 1}, "package:", "loss", "epoch"]
)  # fmt: skip
KEYS = st.sampled_from(sorted(places_of())) | st.text(max_size=8)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path in a value."""
    items: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        items = enumerate(value)
    return [p for key, child in items for p in [(*path, key), *places(child, (*path, key))]]


def mutate(value: Any, draw: st.DrawFn) -> None:
    """Delete, rename, replace or add one key somewhere."""
    found = places(value)
    if not found:
        return
    *parents, last = draw(st.sampled_from(found))
    here = value
    for key in parents:
        here = here[key]
    action = draw(st.sampled_from(["delete", "rename", "replace", "add"]))
    if action == "replace" or isinstance(here, list):
        here[last] = copy.deepcopy(draw(ODD | st.text(max_size=12)))
    elif action == "add":
        here[draw(KEYS)] = copy.deepcopy(draw(ODD))
    else:
        moved = here.pop(last)
        if action == "rename":
            here[draw(KEYS)] = moved


@st.composite
def mutated(draw: st.DrawFn) -> str:
    value = yaml.safe_load(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(1, 4))):
        mutate(value, draw)
    return yaml.safe_dump(value, allow_unicode=draw(st.booleans()), sort_keys=False)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 6))
        text = text[:at] + draw(st.text(max_size=5) | st.sampled_from("{}[]:-#&*!|>'\"%@`\t\n")) \
            + text[at + length :]  # fmt: skip
    return text


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=mutated() | damaged())
def test_no_spec_raises_anything_but_spec_error(text: str, tmp_path: Path) -> None:
    try:
        load(text, tmp_path)
    except SpecError as error:
        assert error.diagnostics
        told = render_full(error.diagnostics, {d.file: text for d in error.diagnostics})
        assert "error[SP" in told
        assert "is not a value that this key takes" not in told
        for diagnostic in error.diagnostics:
            assert diagnostic.help, diagnostic
