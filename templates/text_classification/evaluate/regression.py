"""Metrics of the numbers, with bootstrap intervals; `python evaluate.py` scores a trained model."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from config import Config
from distributed import all_summed, data_rank, data_size, gather, in_turn, rank, world_size
from data import FOLDER, Loader, load_tokenizer, read_splits
from model import forward, has_bf16, load_model, pick_device
{{ model.class_import }}


@dataclass(frozen=True)
class Outcome:
    """What metrics and report need to know of each text of a split, in its order (N,)."""

    targets: np.ndarray
    predictions: np.ndarray
    losses: np.ndarray  # squared errors


@torch.inference_mode()
def predict(model: {{ model.class_name }}, loader: Loader) -> Outcome:
    """The model's answer to every text of a split."""
    predictions = {{ devices.blank }}(len(loader.examples.texts))
    model.eval()
    for rows, batch in loader.in_order():
        # {% if hardware.autocast_loader %}
        with {{ hardware.autocast_loader }}:
            numbers = forward(model, batch)
        # {% else %}
        numbers = forward(model, batch)
        # {% endif %}
        # {% if devices.is_fsdp %}
        if not len(rows):
            continue  # this process has no row left, and the others wait for its shares
        # {% endif %}
        # {% if not hardware.is_cpu %}
        numbers = numbers.cpu()
        # {% endif %}
        predictions[rows] = numbers
    model.train()
    # {% if devices.many %}
    all_summed(predictions)  # each process has filled in its rows, and the others' are 0
    # {% endif %}
    targets = loader.examples.targets.numpy()
    return Outcome(targets, predictions.numpy(), (targets - predictions.numpy()) ** 2)


def score(outcome: Outcome, rows: np.ndarray | slice = slice(None)) -> dict[str, {{ evaluation.score_type }}]:
    """The metrics of the texts in `rows`, by name; nan where one is not defined."""
    # {% if evaluation.metrics %}
    # Take a second to import, and the first optimizer step does not need them.
    from scipy import stats
    from sklearn import metrics

    targets, predictions = outcome.targets[rows], outcome.predictions[rows]
    # {% if evaluation.needs_variation %}
    varies = np.ptp(targets) > 0 and np.ptp(predictions) > 0
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
    """The answer that looks at no text: always the mean of the training targets."""
    constant = np.full_like(outcome.predictions, Config.target_mean)
    return Outcome(outcome.targets, constant, (outcome.targets - constant) ** 2)


# {% include "partials/evaluate_main.py" %}
