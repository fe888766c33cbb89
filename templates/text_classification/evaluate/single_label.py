"""Metrics of the classes, with bootstrap intervals; `python evaluate.py` scores a trained model."""

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
    """What metrics and report need to know of each text of a split, in its order (N,)."""

    targets: np.ndarray  # class ids
    predictions: np.ndarray  # class ids
    confidence: np.ndarray  # probability of the predicted class
    losses: np.ndarray  # cross-entropy in nats, without class weights and smoothing
    # {% if evaluation.needs_scores %}
    scores: np.ndarray  # (N, classes) probabilities
    # {% endif %}


@torch.inference_mode()
def predict(model: {{ model.class_name }}, loader: Loader) -> Outcome:
    """The model's answer to every text of a split; logits are dropped batch by batch."""
    num_texts = len(loader.examples.texts)
    predictions = {{ devices.blank }}(num_texts, dtype=torch.long)
    confidence, losses = {{ devices.blank }}(num_texts), {{ devices.blank }}(num_texts)
    # {% if evaluation.needs_scores %}
    scores = {{ devices.blank }}(num_texts, len(Config.labels))
    # {% endif %}
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
        probabilities = logits.softmax(-1)
        best = probabilities.max(-1)
        predictions[rows], confidence[rows] = best.indices, best.values
        losses[rows] = F.cross_entropy(logits, labels, reduction="none")
        # {% if evaluation.needs_scores %}
        scores[rows] = probabilities
        # {% endif %}
    model.train()
    # {% if devices.many %}
    # Each process has filled in its rows, and the others' are 0.
    for part in (predictions, confidence, losses):
        all_summed(part)
    # {% if evaluation.needs_scores %}
    all_summed(scores)
    # {% endif %}
    # {% endif %}
    return Outcome(
        loader.examples.targets.numpy(),
        predictions.numpy(),
        confidence.numpy(),
        losses.numpy(),
        # {% if evaluation.needs_scores %}
        scores.numpy(),
        # {% endif %}
    )


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
    # {% if evaluation.needs_classes %}
    classes = range(len(Config.labels))
    # {% endif %}
    # {% endif %}
    return {
        "loss": float(outcome.losses[rows].mean()),
        # {% for metric in evaluation.metrics %}
        {{ metric.name | py }}: {{ metric.expression }},
        # {% endfor %}
    }


# {% include "partials/intervals.py" %}
def baseline(outcome: Outcome) -> Outcome:
    """The answer that looks at no text: always the commonest training label."""
    majority = Config.labels.index(Config.majority_label)
    constant = np.full_like(outcome.predictions, majority)
    certain = np.ones_like(outcome.confidence)
    # {% if evaluation.needs_scores %}
    scores = np.tile(np.eye(len(Config.labels))[majority], (len(constant), 1))
    return Outcome(outcome.targets, constant, certain, np.full_like(outcome.losses, np.nan), scores)
    # {% else %}
    return Outcome(outcome.targets, constant, certain, np.full_like(outcome.losses, np.nan))
    # {% endif %}


# {% include "partials/evaluate_main.py" %}
