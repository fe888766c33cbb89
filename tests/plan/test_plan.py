"""Every value that the plan derives, over small specs and tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from specc.diagnostics.diagnostic import SpecError
from specc.pipeline import plan
from specc.plan import max_length, planner
from specc.plan.choices import name_of
from specc.plan.hardware import HardwarePlan
from specc.plan.lengths import TokenLengths, _estimate
from specc.plan.levers import Kernels
from specc.plan.plan import Plan
from tests.variants.bases import BASES, changed, lay_out


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("plan"))


def windowed(task: dict[str, str], model: dict[str, Any]) -> dict[str, Any]:
    data = {"train": "windowed.csv", "validation": "few.csv"}
    return {"task": task, "model": model, "data": data, "training": {}, "hardware": "cpu"}


CLASSES = {"kind": "text-classification", "text": "a", "label": "c"}
TINY = {"layers": 1, "hidden_size": 32, "heads": 2}
WINDOWED = {
    "quick": windowed(CLASSES, {"base": "bert-base-uncased"}),
    "scratch": windowed(CLASSES, {"architecture": "bert", **TINY}),
    "write": windowed(
        {"kind": "text-to-text", "source": "a", "target": "b"}, {"architecture": "marian", **TINY}
    ),
}


def planned(spec: dict[str, Any], folder: Path) -> Plan:
    path = folder / "planned.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return plan(path, weighs=False)[0]


def with_rows(folder: Path, labels: list[str], texts: list[str] | None = None) -> dict[str, Any]:
    """A spec from scratch over a table with these labels, all of it for training but a little."""
    texts = texts or [f"text {i}" for i in range(len(labels))]
    held = [f"held {i},{label}" for i, label in enumerate(sorted(set(labels)) * 2)]
    rows = [f"{text},{label}" for text, label in zip(texts, labels, strict=True)]
    for name, lines in (("rows.csv", rows), ("held.csv", held)):
        (folder / name).write_text("\n".join(["text,label", *lines, ""]), encoding="utf-8")
    return {
        "task": {"kind": "text-classification", "text": "text", "label": "label"},
        "model": {"architecture": "bert", "layers": 1, "hidden_size": 32, "heads": 2},
        "data": {"train": "rows.csv", "validation": "held.csv"},
        "hardware": "cpu",
    }


@pytest.mark.parametrize(
    ("longest", "typical", "limit", "expected"),
    [
        (31, 31, 512, 32),
        (32, 32, 512, 32),
        (33, 33, 512, 40),
        (3, 3, 512, 16),
        (500, 40, 512, 40),
        (60, 40, 512, 64),
        (2000, 2000, 512, 512),
        (2000, 2000, 128, 128),
        (2000, 2000, 8192, 512),
        (2000, 2000, None, 512),
    ],
)
def test_automatic_length(longest: int, typical: int, limit: int | None, expected: int) -> None:
    tokens = (*[typical] * 999, longest)
    length, reason = max_length._auto_length(TokenLengths(tokens, exact=True), limit, "texts", None)
    assert length == expected
    assert reason


def test_length_of_unseen_data_is_what_the_model_reads() -> None:
    assert max_length._auto_length(None, 128, "texts", None)[0] == 128
    assert max_length._auto_length(None, None, "texts", None)[0] == 512


def test_length_is_counted_with_the_tokenizer_of_the_base(folder: Path) -> None:
    from tokenizers import Tokenizer

    made = planned(BASES["quick"], folder)
    assert made.base is not None
    assert made.lengths is not None
    assert made.lengths.exact
    tokenizer = Tokenizer.from_file(str(made.base.tokenizer))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    texts = made.facts.splits["train"].table["message"].to_pylist()
    assert max(len(tokenizer.encode(text).ids) for text in texts) == made.lengths.longest
    assert made.max_length == 32


@pytest.mark.parametrize(
    ("text", "letters", "tokens"),
    [
        ("hello", 3, 4),
        ("a b c", 3, 5),
        ("hello", 1, 7),
        ("привет мир", 3, 11),
        ("สวัสดี", 3, 8),
        ("نعم", 3, 5),
        ("你好", 3, 4),
        ("don't!", 3, 6),
        ("Grüße", 3, 4),
        ("", 3, 2),
    ],
)
def test_length_is_estimated_by_script(text: str, letters: int, tokens: int) -> None:
    assert _estimate((text,), letters) == tokens


@pytest.mark.parametrize(("size", "longest"), [(499, 29), (500, 17), (3999, 17), (4000, 14)])
def test_a_small_vocabulary_makes_more_tokens(size: int, longest: int, folder: Path) -> None:
    spec = with_rows(folder, ["a", "b"] * 10, ["a whole sentence of many letters"] * 20)
    made = planned(changed(spec, ("model", "tokenizer"), {"vocab_size": size}), folder)
    assert made.lengths is not None
    assert made.lengths.longest == longest


@pytest.mark.parametrize(
    ("rows", "batch_size", "epochs", "steps"),
    [
        (40, 32, 20, 40),
        (320, 32, 15, 150),
        (640, 32, 8, 160),
        (3200, 32, 3, 300),
        (3201, 32, 3, 303),
        (40, 1, 4, 160),
    ],
)
def test_epochs_follow_the_number_of_steps(
    rows: int, batch_size: int, epochs: int, steps: int, folder: Path
) -> None:
    spec = with_rows(folder, ["a", "b"] * (rows // 2) + ["a"] * (rows % 2))
    made = planned(changed(spec, ("training", "batch_size"), batch_size), folder)
    assert (made.num_epochs, made.num_steps) == (epochs, steps)


def test_steps_that_are_given_stay(folder: Path) -> None:
    made = planned(changed(BASES["auto"], ("training", "steps"), 77), folder)
    assert (made.num_epochs, made.num_steps) == (None, 77)
    assert planned(BASES["hub"], folder).num_steps is None


@pytest.mark.parametrize(
    ("hardware", "precision"),
    [
        ({"device": "cpu"}, "fp32"),
        ({"device": "cpu", "instructions": "avx2"}, "fp32"),
        ({"device": "cpu", "instructions": "avx512"}, "fp32"),
        ({"device": "cpu", "instructions": "avx512-bf16"}, "bf16"),
        ({"device": "cpu", "instructions": "amx-bf16"}, "bf16"),
        ({"device": "cpu", "instructions": "neon-bf16"}, "bf16"),
        ({"device": "cpu", "instructions": "avx512-bf16", "precision": "fp32"}, "fp32"),
        ({"device": "cuda"}, "bf16"),
        ({"device": "cuda", "precision": "fp16"}, "fp16"),
        ({"device": "mps"}, "fp32"),
        ({"device": "auto"}, "auto"),
        ({"gpu": "t4"}, "fp16"),
        ({"gpu": "v100"}, "fp16"),
        ({"gpu": "rtx-2080-ti"}, "fp16"),
        ({"gpu": "rtx-3060"}, "bf16"),
        ({"gpu": "h100", "precision": "fp32"}, "fp32"),
        ({"gpu": "mi300x"}, "bf16"),
        ({"gpu": "m4-max"}, "fp32"),
    ],
)
def test_precision_follows_the_hardware(
    hardware: dict[str, Any], precision: str, folder: Path
) -> None:
    made = planned(changed(BASES["quick"], ("hardware",), hardware), folder)
    assert made.hardware.precision == precision
    assert made.reason("hardware.precision")


def planned_hardware(hardware: dict[str, Any], folder: Path) -> HardwarePlan:
    return planned(changed(BASES["quick"], ("hardware",), hardware), folder).hardware


def test_a_gpu_decides_device_precision_and_memory(folder: Path) -> None:
    made = planned(changed(BASES["quick"], ("hardware",), "T4"), folder)
    plan = made.hardware
    assert (plan.device, plan.precision) == ("cuda", "fp16")
    assert plan.precision_reason == "the T4 multiplies fp16 at 65 TFLOP/s and has no bf16"
    assert plan.accelerator and plan.accelerator.id == "t4"
    assert plan.memory_bytes == plan.accelerator.usable_bytes
    assert plan.price_per_hour is None
    entries = {e.key: e for e in made.entries if e.key.startswith("hardware.")}
    assert [e.origin for e in entries.values()] == ["spec", "derived", "derived", "derived"]
    assert entries["hardware.gpu"].value == "t4"
    assert entries["hardware.memory"].value == "14.56GiB"


def test_memory_and_price_are_those_of_the_spec(folder: Path) -> None:
    said = planned_hardware({"gpu": "m3-max", "memory": "64GB", "price_per_hour": 0.5}, folder)
    assert (said.device, said.memory_bytes, said.price_per_hour) == ("mps", 64 * 10**9, 0.5)
    assert planned_hardware({"gpu": "m3-max"}, folder).memory_bytes is None
    assert planned_hardware({"gpu": "l4", "memory": "20GiB"}, folder).memory_bytes == 20 * 2**30
    assert planned_hardware({"device": "cpu", "memory": "16GiB"}, folder).memory_bytes == 2**34
    bare = planned_hardware({"device": "cuda"}, folder)
    assert (bare.accelerator, bare.memory_bytes, bare.price_per_hour) == (None, None, None)


def test_balanced_weights_of_classes(folder: Path) -> None:
    spec = with_rows(folder, ["a"] * 60 + ["b"] * 30 + ["c"] * 10)
    made = planned(changed(spec, ("training", "class_weights"), "balanced"), folder)
    assert made.task.class_weights == (round(100 / 180, 4), round(100 / 90, 4), round(100 / 30, 4))


def test_balanced_weights_of_labels(folder: Path) -> None:
    made = planned(changed(BASES["topics"], ("training", "class_weights"), "balanced"), folder)
    rows = made.facts.splits["train"].rows
    counts = made.facts.task.counts["train"]
    assert made.task.class_weights == tuple(round((rows - n) / n, 4) for n in counts)


def test_given_weights_are_in_the_order_of_the_labels(folder: Path) -> None:
    weights = {"yes": 3.0, "no": 0.5}
    made = planned(changed(BASES["pair"], ("training", "class_weights"), weights), folder)
    assert made.facts.task.labels == ("no", "yes")
    assert made.task.class_weights == (0.5, 3.0)


@pytest.mark.parametrize(
    ("labels", "best"),
    [
        (["a"] * 50 + ["b"] * 50, "accuracy"),
        (["a"] * 70 + ["b"] * 30, "accuracy"),
        (["a"] * 75 + ["b"] * 25, "f1"),
        (["a"] * 40 + ["b"] * 30 + ["c"] * 30, "accuracy"),
        (["a"] * 60 + ["b"] * 20 + ["c"] * 20, "f1_macro"),
    ],
)
def test_imbalance_chooses_the_metric(labels: list[str], best: str, folder: Path) -> None:
    made = planned(with_rows(folder, labels), folder)
    assert made.best == best
    assert best in made.metrics


@pytest.mark.parametrize(
    ("base", "best"),
    [("topics", "f1_micro"), ("stars", "pearson"), ("hub", "accuracy"), ("quick", "accuracy")],
)
def test_usual_metric_of_each_problem(base: str, best: str, folder: Path) -> None:
    made = planned(BASES[base], folder)
    assert made.best == best
    assert made.metrics[0] == best


@pytest.mark.parametrize(
    ("freeze", "patterns"),
    [
        (["embeddings"], ("bert.embeddings.*",)),
        (["encoder"], ("bert.*",)),
        (["layer 1"], ("bert.encoder.layer.1.*",)),
        (["layers 0-1"], ("bert.encoder.layer.0.*", "bert.encoder.layer.1.*")),
        (["*.bias", "embeddings"], ("*.bias", "bert.embeddings.*")),
    ],
)
def test_frozen_parts_become_patterns(
    freeze: list[str], patterns: tuple[str, ...], folder: Path
) -> None:
    made = planned(changed(BASES["quick"], ("model", "freeze"), freeze), folder)
    assert made.frozen == patterns
    assert made.caches_features == (freeze == ["encoder"])
    with_head = changed(BASES["head"], ("model", "freeze"), freeze)
    expected = tuple(pattern.replace("bert.", "encoder.", 1) for pattern in patterns)
    assert planned(with_head, folder).frozen == expected


def test_layer_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(SpecError, match="6 layers"):
        planned(changed(BASES["quick"], ("model", "freeze"), "layers 0-6"), folder)


@pytest.mark.parametrize(
    ("size", "said", "copies"),
    [
        (0, "auto", True),
        (planner.COPY_LIMIT_BYTES, "auto", False),
        (planner.COPY_LIMIT_BYTES, "always", True),
        (0, "never", False),
    ],
)
def test_small_files_are_copied(size: int, said: str, copies: bool, folder: Path) -> None:
    spec = with_rows(folder, ["a", "b"] * 20)
    text = (folder / "rows.csv").read_text(encoding="utf-8")
    # One long row more, so that the file is as large as is asked for.
    filler = "x" * (size // 4)
    extra = "".join(f"{filler} {i},a\n" for i in range(4)) if size else ""
    (folder / "rows.csv").write_text(text + extra, encoding="utf-8")
    assert planned(changed(spec, ("data", "copy"), said), folder).copies_files == copies


PLAIN = Kernels()
USUAL = Kernels(
    keep_memory=True,
    pooled_dropout=True,
    short_attention=True,
    first_token=True,
    trained_rows=True,
)


@pytest.mark.parametrize(
    ("base", "path", "value", "kernels"),
    [
        ("quick", ("name",), "as-it-is", USUAL),
        ("quick", ("training", "kernels"), "plain", PLAIN),
        ("quick", ("hardware",), "cuda", PLAIN),
        ("quick", ("hardware",), "auto", PLAIN),
        ("quick", ("model", "freeze"), "encoder", PLAIN),
        ("unknown", ("name",), "as-it-is", PLAIN),
        ("quick", ("model", "freeze"), "embeddings", {"trained_rows": False}),
        ("quick", ("training", "optimizer"), "adafactor", {"trained_rows": False}),
        ("quick", ("training", "l1"), 1e-6, {"trained_rows": False}),
        ("quick", ("training", "l2"), 1e-6, {"trained_rows": False}),
        ("quick", ("model", "dropout"), 0.0, {"pooled_dropout": False}),
        ("quick", ("model", "head"), {"pooling": "mean"}, {"first_token": False}),
        ("quick", ("hardware", "instructions"), "avx512-bf16", {"bf16_stream": True}),
        ("scratch", ("name",), "as-it-is", USUAL),
    ],
)
def test_kernels_are_taken_where_they_pay(
    base: str,
    path: tuple[str, ...],
    value: object,
    kernels: Kernels | dict[str, bool],
    folder: Path,
) -> None:
    made = planned(changed(BASES[base], path, value), folder)
    expected = kernels if isinstance(kernels, Kernels) else Kernels(**{**vars_of(USUAL), **kernels})
    assert made.kernels == expected
    keys = {entry.key for entry in made.entries}
    assert "kernels" in keys if expected == PLAIN else "kernels.keep_memory" in keys


def vars_of(kernels: Kernels) -> dict[str, bool]:
    return {name: getattr(kernels, name) for name in kernels.__dataclass_fields__}


def test_long_texts_keep_the_fused_attention_where_there_is_no_dropout(folder: Path) -> None:
    labels = ["a", "b"] * 20
    spec = with_rows(folder, labels, [f"{'word ' * 300}{i}" for i in range(len(labels))])
    assert planned(spec, folder).kernels.short_attention
    made = planned(changed(spec, ("model", "dropout"), 0.0), folder)
    assert made.kernels.keep_memory
    assert not made.kernels.short_attention
    assert not made.kernels.first_token


@pytest.mark.parametrize(
    ("rows", "said", "resamples"),
    [(40, None, 1000), (40, 7, 7), (20_001, None, 200), (20_001, 9, 9)],
)
def test_resamples_of_large_splits_are_fewer(
    rows: int, said: int | None, resamples: int, folder: Path
) -> None:
    spec = with_rows(folder, (["a", "b"] * (rows // 2 + 1))[:rows])
    spec["evaluation"] = {} if said is None else {"resamples": said}
    assert planned(spec, folder).resamples == resamples


def test_every_entry_has_a_reason(folder: Path) -> None:
    for name, base in BASES.items():
        entries = planned(base, folder).entries
        assert len(entries) >= 25, name
        assert all(
            entry.reason and entry.origin in ("spec", "default", "derived") for entry in entries
        )
        keys = [entry.key for entry in entries]
        assert len(keys) == len(set(keys)), name


def test_names_of_specs_stay_apart_in_any_script() -> None:
    stems = (
        "été",
        "ete",
        "данные",
        "数据",
        "datá",
        "datà",
        "Ünïcode eins",
        "Ünïcode zwei",
        "x" * 90,
    )
    names = [name_of(Path(f"{stem}.yaml")) for stem in stems]
    assert len(set(names)) == len(stems)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) and len(name) <= 64 for name in names)
    assert name_of(Path("ete\u0301.yaml")) == name_of(Path("et\u00e9.yaml"))
    assert name_of(Path("My Spec.yaml")) == "my-spec"


@pytest.mark.parametrize(
    ("base", "rows", "said", "window"),
    [
        ("quick", 4_000, "auto", 31),
        ("quick", 12_800, "auto", 50),
        ("scratch", 4_000, "auto", 8),
        ("scratch", 100, "auto", 1),
        ("scratch", 4_000, 9, 9),
        ("write", 4_000, "auto", 1),
        ("write", 4_000, 9, 9),
    ],
)
def test_random_weights_get_few_batches_of_one_length(
    base: str, rows: int, said: int | str, window: int, folder: Path
) -> None:
    spec = WINDOWED[base]
    spec = changed(spec, ("training", "length_window"), said)
    lines = [f"{i},{i % 7} words,a{i % 2}" for i in range(rows)]
    (folder / "windowed.csv").write_text("\n".join(["a,b,c", *lines, ""]), encoding="utf-8")
    (folder / "few.csv").write_text("a,b,c\nx,y,a0\nz,w,a1\n", encoding="utf-8")
    assert planned(spec, folder).length_window == window
