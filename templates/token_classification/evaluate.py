"""Metrics of {{ task.what_words | doc }}, with bootstrap intervals; `python evaluate.py` scores a trained model."""

import argparse
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from config import Config
from distributed import all_summed, data_rank, data_size, gather, in_turn, rank, world_size
from data import FOLDER, Loader, load_tokenizer, read_splits
from model import forward, has_bf16, load_model, pick_device
{{ model.class_import }}


@dataclass(frozen=True)
class Outcome:
    """What metrics and report need to know of each sentence of a split, in its order (N).

    `counts` (N, {{ task.kinds }}, 3) are, by {{ task.kind_word }}, how many {{ task.things }} are right, predicted and true.
    """

    targets: list[np.ndarray]  # tag ids of the words
    predictions: list[np.ndarray]  # tag ids of the words
    confidence: list[np.ndarray]  # probability of the predicted tag of each word
    losses: np.ndarray  # (N,) sum over the words, in nats, without weights and smoothing
    counts: np.ndarray
    words: np.ndarray  # (N, 2) right and all words

    @classmethod
    def of(
        cls,
        targets: list[np.ndarray],
        predictions: list[np.ndarray],
        confidence: list[np.ndarray],
        losses: np.ndarray,
    ) -> "Outcome":
        """With the counts, from which every metric follows by adding up."""
        pairs = list(zip(targets, predictions, strict=True))
        counts = np.array([count(*pair) for pair in pairs])
        words = np.array([((a == b).sum(), len(a)) for a, b in pairs])
        return cls(targets, predictions, confidence, losses, counts, words)


# {% if task.is_plain %}
def count(targets: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Right, predicted and true words of one sentence by class (classes, 3)."""
    size = len(Config.labels)
    parts = (targets[targets == predictions], predictions, targets)
    return np.stack([np.bincount(part, minlength=size) for part in parts], axis=1)


# {% else %}
def entities(tags: Iterable[int]) -> set[tuple[str, int, int]]:
    """Type, first and last word of each entity, as conlleval and seqeval find them."""
    from seqeval.metrics.sequence_labeling import get_entities

    return set(get_entities([Config.labels[tag] for tag in tags]))


def count(targets: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Right, predicted and true entities of one sentence by type (types, 3)."""
    true, predicted = entities(targets), entities(predictions)
    counts = np.zeros((len(Config.types), 3), dtype=int)
    for column, found in enumerate((true & predicted, predicted, true)):
        for kind, _, _ in found:
            counts[Config.types.index(kind), column] += 1
    return counts


# {% endif %}
@torch.inference_mode()
def predict(model: {{ model.class_name }}, loader: Loader) -> Outcome:
    """The model's tag for every word of a split; logits are dropped batch by batch."""
    lengths = [len(words) for words in loader.examples.words]
    ends = np.cumsum(lengths)
    starts = ends - lengths
    predictions = {{ devices.blank }}(int(ends[-1]), dtype=torch.long)
    confidence, losses = {{ devices.blank }}(len(predictions)), {{ devices.blank }}(len(predictions))
    model.eval()
    for rows, batch in loader.in_order():
        # {% if hardware.autocast_loader %}
        with {{ hardware.autocast_loader }}:
            logits = forward(model, batch)
        # {% else %}
        logits = forward(model, batch)
        # {% endif %}
        # {% if devices.is_fsdp %}
        if not len(rows):
            continue  # this process has no row left, and the others wait for its shares
        # {% endif %}
        labels = batch["labels"]
        # {% if not hardware.is_cpu %}
        logits, labels = logits.cpu(), labels.cpu()
        # {% endif %}
        windows = [loader.windows[row] for row in rows]
        places = torch.tensor([starts[window.row] + word for window in windows for word in window.words])
        # {% if task.labels_all %}
        # The first token of a word answers for it: the one whose place has not come before.
        first = torch.cat([torch.tensor([True]), places[1:] != places[:-1]])
        logits, labels, places = logits[first], labels[first], places[first]
        # {% endif %}
        best = logits.softmax(-1).max(-1)
        predictions[places], confidence[places] = best.indices, best.values
        losses[places] = F.cross_entropy(logits, labels, reduction="none")
    model.train()
    # {% if devices.many %}
    # Each process has filled in its words, and the others' are 0.
    for part in (predictions, confidence, losses):
        all_summed(part)
    # {% endif %}
    return Outcome.of(
        [np.array(tags, dtype=int) for tags in loader.examples.tags],
        np.split(predictions.numpy(), ends[:-1]),
        np.split(confidence.numpy(), ends[:-1]),
        np.bincount(np.repeat(np.arange(len(lengths)), lengths), losses, minlength=len(lengths)),
    )


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part by whole; 0 where there is nothing."""
    return np.divide(part, whole, out=np.zeros(np.shape(whole)), where=whole > 0)


def score(outcome: Outcome, rows: np.ndarray | slice = slice(None)) -> dict[str, {{ evaluation.score_type }}]:
    """The metrics of the sentences in `rows`, by name."""
    {{ evaluation.counts_statement }}
    {{ evaluation.words_statement }}
    # {% if evaluation.by_kind %}
    f1 = ratio(2 * right, predicted + true)
    # {% endif %}
    # {% if evaluation.macro %}
    occurs = predicted + true > 0
    # {% endif %}
    return {
        "loss": float(outcome.losses[rows].sum() / num_words),
        # {% for metric in evaluation.metrics %}
        {{ metric.name | py }}: {{ metric.expression }},
        # {% endfor %}
    }


# {% include "partials/intervals.py" %}
def baseline(outcome: Outcome) -> Outcome:
    """The answer that looks at no text: {{ task.baseline_words | doc }}."""
    majority = Config.labels.index(Config.majority_label)
    constant = [np.full_like(tags, majority) for tags in outcome.targets]
    certain = [np.ones(len(tags)) for tags in outcome.targets]
    return Outcome.of(outcome.targets, constant, certain, np.full_like(outcome.losses, np.nan))


# {% include "partials/evaluate_main.py" %}
