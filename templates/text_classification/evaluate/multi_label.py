"""Metrics of the labels, with bootstrap intervals; `python evaluate.py` scores a trained model."""

import argparse
import json
from collections.abc import Callable
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
    """What metrics and report need to know of each text of a split, in its order."""

    targets: np.ndarray  # (N, labels), 0 or 1
    predictions: np.ndarray  # (N, labels), 0 or 1
    scores: np.ndarray  # (N, labels) probabilities
    losses: np.ndarray  # (N,) cross-entropy in nats, mean over the labels


@torch.inference_mode()
def predict(model: {{ model.class_name }}, loader: Loader, thresholds: np.ndarray) -> Outcome:
    """The model's answer to every text of a split; logits are dropped batch by batch."""
    num_texts = len(loader.examples.texts)
    scores, losses = {{ devices.blank }}(num_texts, len(Config.labels)), {{ devices.blank }}(num_texts)
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
        scores[rows] = logits.sigmoid()
        each = F.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        losses[rows] = each.mean(-1)
    model.train()
    # {% if devices.many %}
    # Each process has filled in its rows, and the others' are 0.
    all_summed(scores)
    all_summed(losses)
    # {% endif %}
    targets = loader.examples.targets.numpy().astype(int)
    predictions = (scores.numpy() > thresholds).astype(int)
    return Outcome(targets, predictions, scores.numpy(), losses.numpy())


# {% if evaluation.uses_ranked %}
def ranked(metric: Callable[..., float], targets: np.ndarray, scores: np.ndarray) -> float:
    """An area under a curve; nan where only one of the two answers occurs."""
    return float(metric(targets, scores)) if 0 < targets.sum() < len(targets) else float("nan")


# {% endif %}
# {% if evaluation.uses_mean_over_labels %}
def mean_over_labels(metric: Callable[..., float], targets: np.ndarray, scores: np.ndarray) -> float:
    """The mean of an area under a curve over the labels that some texts have and some have not."""
    defined = [k for k in range(targets.shape[1]) if 0 < targets[:, k].sum() < len(targets)]
    if not defined:
        return float("nan")
    return float(np.mean([metric(targets[:, k], scores[:, k]) for k in defined]))


# {% endif %}
def score(outcome: Outcome, rows: np.ndarray | slice = slice(None)) -> dict[str, {{ evaluation.score_type }}]:
    """The metrics of the texts in `rows`, by name."""
    # {% if evaluation.metrics %}
    # Takes a second to import, and the first optimizer step does not need it.
    from sklearn import metrics

    targets, predictions = outcome.targets[rows], outcome.predictions[rows]
    # {% if evaluation.needs_scores %}
    scores = outcome.scores[rows]
    # {% endif %}
    # {% endif %}
    return {
        "loss": float(outcome.losses[rows].mean()),
        # {% for metric in evaluation.metrics %}
        {{ metric.name | py }}: {{ metric.expression }},
        # {% endfor %}
    }


# {% if task.tunes_thresholds %}
def tune_thresholds(outcome: Outcome) -> np.ndarray:
    """For each label, the threshold with the best F1 on this split (labels,).

    Candidates are the middles between neighbouring scores; 0.5 stays where the label never occurs.
    """
    thresholds = np.full(outcome.scores.shape[1], 0.5)
    for label in range(len(thresholds)):
        order = np.argsort(-outcome.scores[:, label], kind="stable")
        scores, hits = outcome.scores[order, label], outcome.targets[order, label]
        num_positive = hits.sum()
        if num_positive == 0:
            continue
        # F1 when the first n of the sorted texts are called positive: 2 tp / (n + positives)
        f1 = 2 * hits.cumsum() / (np.arange(1, len(hits) + 1) + num_positive)
        splits_ties = np.append(scores[:-1] == scores[1:], False)
        best = int(np.where(splits_ties, -1, f1).argmax())
        below = scores[best + 1] if best + 1 < len(scores) else 0.0
        thresholds[label] = (scores[best] + below) / 2
    return thresholds


# {% endif %}
def load_thresholds(folder: Path) -> np.ndarray:
    """The decision thresholds that belong to the trained model (labels,)."""
    # {% if task.tunes_thresholds %}
    file = folder / "thresholds.json"
    if file.exists():
        return np.array(list(json.loads(file.read_text(encoding="utf-8")).values()))
    # {% endif %}
    return np.full(len(Config.labels), Config.threshold)


# {% include "partials/intervals.py" %}
def baseline(outcome: Outcome) -> Outcome:
    """The answer that looks at no text: the labels that most training texts have."""
    shares = np.array(Config.label_shares)
    scores = np.tile(shares, (len(outcome.targets), 1))
    predictions = (scores > 0.5).astype(int)
    return Outcome(outcome.targets, predictions, scores, np.full_like(outcome.losses, np.nan))


# {% include "partials/evaluate_main.py" %}
