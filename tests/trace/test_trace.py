"""A step on shapes needs what a real step needs; shapes of well-known models are theirs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import transformers

from benchmarks.planner import Point, changed, compare, points
from specc import cache
from specc.pipeline import plan
from specc.plan.known import KNOWN_CONFIGS
from specc.sizing.question import setting_of
from specc.trace.configs import UnknownShape, find_config
from specc.trace.run import trace
from specc.trace.watch import watched
from tests.golden.gallery import ROOT, workplace

PUBLISHED = {
    "bert-base-uncased": 109_482_240,
    "bert-large-uncased": 335_141_888,
    "bert-base-multilingual-cased": 177_853_440,
    "sentence-transformers/all-MiniLM-L6-v2": 22_713_216,
    "distilbert-base-uncased": 66_362_880,
    "roberta-base": 124_645_632,
    "xlm-roberta-base": 278_043_648,
    "albert-base-v2": 11_683_584,
    "gpt2": 124_439_808,
    "gpt2-xl": 1_557_611_200,
    "t5-small": 60_506_624,
    "google/flan-t5-base": 222_903_552,  # transformers 5 ties its output layer
    "facebook/bart-base": 139_420_416,
    "facebook/bart-large": 406_291_456,
    "facebook/nllb-200-distilled-600M": 615_073_792,
    "facebook/m2m100_418M": 483_905_536,
    "HuggingFaceTB/SmolLM2-135M": 134_515_008,
    "TinyLlama/TinyLlama-1.1B-Chat-v1.0": 1_100_048_384,
    "meta-llama/Llama-3.2-1B": 1_235_814_400,
    "meta-llama/Llama-3.1-8B": 8_030_261_248,
    "Qwen/Qwen2.5-0.5B": 494_032_768,
    "mistralai/Mistral-7B-v0.1": 7_241_732_096,
}
"""Parameters by the models' cards and checkpoints, with the output layer where there is one."""

_WITH_HEAD = {"gpt2", "llama", "qwen2", "mistral"}
_ENCODER_DECODERS = {"t5", "bart"}


@pytest.mark.parametrize("name", PUBLISHED)
def test_known_shapes_have_the_published_number_of_parameters(name: str) -> None:
    fields = dict(KNOWN_CONFIGS[name])
    kind = fields.pop("model_type")
    config = transformers.AutoConfig.for_model(kind, **fields)
    loader = transformers.AutoModel
    if kind in _WITH_HEAD:
        loader = transformers.AutoModelForCausalLM
    if kind in _ENCODER_DECODERS and "v1_1" not in name:
        loader = transformers.AutoModelForSeq2SeqLM if "flan" in name else transformers.AutoModel
    with torch.device("meta"):
        model = loader.from_config(config)
    assert sum(parameter.numel() for parameter in model.parameters()) == PUBLISHED[name]


def test_models_that_once_had_no_owner_are_known_by_both_names() -> None:
    assert KNOWN_CONFIGS["google-bert/bert-base-uncased"] == KNOWN_CONFIGS["bert-base-uncased"]
    assert len({name.rpartition("/")[2] for name in KNOWN_CONFIGS}) >= 60


def test_a_shape_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(UnknownShape, match=r"^nobody/has-this$"):
        find_config("nobody/has-this", {})


def test_options_go_into_a_known_configuration() -> None:
    config, rest = find_config("gpt2", {"resid_pdrop": 0.5})
    assert (config.resid_pdrop, config.n_layer, rest) == (0.5, 12, {})


PURE = {"device": "cpu", "precision": "bf16-pure"}
_SHARED = {"device": "cpu", "count": 2, "strategy": "fsdp"}
SMALL = [
    Point("intents-from-scratch", 8, 16),
    Point("phrases-en-de", 8, 12),
    Point("harbour-stories", 8, 64, training={"gradient_checkpointing": True}),
    Point("intents-frozen", 8, 16),
    Point("intents-from-scratch", 8, 16, hardware=PURE),
    Point("harbour-stories", 4, 64, hardware={"device": "cpu", "count": 2}, accumulation=2),
    Point("intents-from-scratch", 4, 16, hardware=_SHARED),
    Point("harbour-stories", 4, 64, hardware=_SHARED, accumulation=2),
]


@pytest.mark.parametrize("point", SMALL, ids=lambda point: point.spec)
def test_planned_is_measured(point: Point, tmp_path: Path) -> None:
    planned, measured = compare(point, workplace(tmp_path))
    assert planned.peak == pytest.approx(measured["step"], rel=0.02)
    assert measured["spread"] <= planned.peak
    if point.hardware == _SHARED:
        # Texts are not written here, and the second process has the smaller shares.
        evaluation = planned.evaluation_peak - planned.evaluate["cache"]
        assert evaluation == pytest.approx(measured["evaluation"], rel=0.03)


def test_copies_of_weights_are_counted_with_the_optimizer(tmp_path: Path) -> None:
    """Of a parameter: 2 bytes; 4 of its copy and 8 of Adam's means; 4 of the copy's gradient."""
    point = Point("intents-from-scratch", 1, 4, hardware=PURE)
    made = plan(changed(point, workplace(tmp_path)), weighs=False)[0]
    found = trace(made, [replace(setting_of(made, 1), length=4, eval_batch=1)], tmp_path)[0]
    for kind, size in (("weights", 2), ("optimizer", 12), ("gradients", 4)):
        assert found.train[kind] == pytest.approx(size * found.parameters, rel=0.02), kind
    assert found.train["copies"] == 0


def test_the_benchmark_has_points_for_every_task() -> None:
    assert len(list(points())) >= 20


def test_what_was_traced_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = plan(ROOT / "specs/intents-from-scratch.yaml")[0]
    setting = setting_of(made, 4)
    told: list[str] = []
    with watched(told.append):
        first = trace(made, [setting], ROOT / "specs")
        trace(made, [setting], ROOT / "specs")  # nobody waits for what is kept
    assert told == ["tracing a step of the project: 4 at a time"]
    (kept,) = cache.cache_folder().glob("*.json")
    answers = json.loads(kept.read_text())
    answers[0]["flops"] = 7
    kept.write_text(json.dumps(answers))
    assert trace(made, [setting], ROOT / "specs")[0].flops == 7
    kept.write_text("{")
    assert trace(made, [setting], ROOT / "specs") == first


def test_one_of_several_holds_its_share(tmp_path: Path) -> None:
    """Of weights and optimizer state, whatever the number of processes."""
    traces = {}
    for count in (2, 8):
        hardware = {"device": "cuda", "count": count, "strategy": "fsdp", "precision": "bf16"}
        point = Point("intents-from-scratch", 4, 16, hardware=hardware)
        made = plan(changed(point, workplace(tmp_path / str(count))), weighs=False)[0]
        traces[count] = trace(made, [setting_of(made, 4)], tmp_path / str(count))[0]
    two, eight = traces[2], traces[8]
    assert two.parameters == eight.parameters
    assert two.saved == eight.saved
    for kind in ("weights", "optimizer"):
        assert two.train[kind] == pytest.approx(4 * eight.train[kind], rel=0.05)
    # Weights to all in bfloat16, twice, and gradients to their owners in float32: (n - 1) / n.
    assert eight.sent == pytest.approx(eight.parameters * 8 * 7 / 8, rel=0.3)


def test_offloaded_shares_are_in_the_memory_of_the_host(tmp_path: Path) -> None:
    """Of a parameter: 4 bytes, as many of its gradient, and 8 of Adam's means."""
    traces = {}
    for offload in (False, True):
        hardware = {"device": "cuda", "count": 2, "strategy": "fsdp", "precision": "bf16"}
        point = Point("intents-from-scratch", 4, 16, hardware=hardware | {"offload": offload})
        folder = workplace(tmp_path / str(offload))
        made = plan(changed(point, folder), weighs=False)[0]
        traces[offload] = trace(made, [setting_of(made, 4)], folder)[0]
    device, host = traces[False], traces[True]
    assert (device.host, host.host) == (0, pytest.approx(16 * host.parameters / 2, rel=0.02))
    held = {"weights", "gradients", "optimizer"}
    assert sum(host.train[kind] for kind in held) < 0.01 * sum(device.train[k] for k in held)
    for kind in device.train.keys() - held:
        assert host.train[kind] == pytest.approx(device.train[kind], rel=0.02), kind


def test_four_messages_a_layer_where_two_hold_it_together(tmp_path: Path) -> None:
    """Of all tokens' states in float32; each computes half of the layers' products."""
    traces = {}
    for together in (1, 2):
        hardware = {"device": "cuda", "count": 2, "strategy": "fsdp", "precision": "fp32"}
        hardware |= {"tensor_parallel": together}
        point = Point("intents-from-scratch", 4, 16, hardware=hardware)
        folder = workplace(tmp_path / str(together))
        made = plan(changed(point, folder), weighs=False)[0]
        setting = setting_of(made, 4)
        traces[together] = trace(made, [setting], folder)[0]
    model, num_tokens = made.spec.model, setting.accumulation * 4 * setting.length
    states = num_tokens * model.hidden_size * 4
    # Both lie in one row, so shares of the data axis are whole: no message goes between rows.
    assert traces[2].sent_within == pytest.approx(4 * model.layers * states, rel=0.01)
    assert traces[2].sent == traces[2].sent_within
    assert traces[1].sent_within == 0
    assert traces[2].flops < 0.6 * traces[1].flops
    assert traces[2].saved == traces[1].saved
    assert traces[2].train["activations"] < 0.8 * traces[1].train["activations"]


def test_keys_and_values_are_those_that_the_network_keeps(tmp_path: Path) -> None:
    made = plan(changed(Point("phrases-en-de", 8, 12), workplace(tmp_path)), weighs=False)[0]
    setting = setting_of(made, 4)
    model = made.spec.model
    assert setting.generated_sequences and model.architecture == "marian"
    tokens = setting.length + setting.target_length
    expected = 2 * 4 * model.hidden_size * model.layers * tokens * setting.generated_sequences
    assert trace(made, [setting], tmp_path)[0].evaluate["cache"] == expected


def test_layers_that_chance_leaves_out_are_counted() -> None:
    """M2M100 leaves out layers in training, and each of them is trained in some step."""
    config, _ = find_config("facebook/m2m100_418M", {})
    assert (config.encoder_layerdrop, config.decoder_layerdrop) == (0, 0)
