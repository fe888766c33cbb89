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
from data import FOLDER, Loader, load_tokenizer, read_splits
from model import BertForSequenceClassification, forward, load_model


@dataclass(frozen=True)
class Outcome:
    """What metrics and report need to know of each text of a split, in its order."""

    targets: np.ndarray  # (N, labels), 0 or 1
    predictions: np.ndarray  # (N, labels), 0 or 1
    scores: np.ndarray  # (N, labels) probabilities
    losses: np.ndarray  # (N,) cross-entropy in nats, mean over the labels


@torch.inference_mode()
def predict(
    model: BertForSequenceClassification, loader: Loader, thresholds: np.ndarray
) -> Outcome:
    """The model's answer to every text of a split; logits are dropped batch by batch."""
    num_texts = len(loader.examples.texts)
    scores, losses = torch.empty(num_texts, len(Config.labels)), torch.empty(num_texts)
    model.eval()
    for rows, batch in loader.in_order():
        logits = forward(model, batch)
        labels = batch["labels"]
        scores[rows] = logits.sigmoid()
        each = F.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        losses[rows] = each.mean(-1)
    model.train()
    targets = loader.examples.targets.numpy().astype(int)
    predictions = (scores.numpy() > thresholds).astype(int)
    return Outcome(targets, predictions, scores.numpy(), losses.numpy())


def mean_over_labels(
    metric: Callable[..., float], targets: np.ndarray, scores: np.ndarray
) -> float:
    """The mean of an area under a curve over the labels that some texts have and some have not."""
    defined = [k for k in range(targets.shape[1]) if 0 < targets[:, k].sum() < len(targets)]
    if not defined:
        return float("nan")
    return float(np.mean([metric(targets[:, k], scores[:, k]) for k in defined]))


def score(outcome: Outcome, rows: np.ndarray | slice = slice(None)) -> dict[str, Any]:
    """The metrics of the texts in `rows`, by name."""
    # Takes a second to import, and the first optimizer step does not need it.
    from sklearn import metrics

    targets, predictions = outcome.targets[rows], outcome.predictions[rows]
    scores = outcome.scores[rows]
    return {
        "loss": float(outcome.losses[rows].mean()),
        "f1_micro": float(metrics.f1_score(targets, predictions, average="micro", zero_division=0)),
        "f1_macro": float(metrics.f1_score(targets, predictions, average="macro", zero_division=0)),
        "f1_per_class": dict(
            zip(
                Config.labels,
                metrics.f1_score(targets, predictions, average=None, zero_division=0).tolist(),
                strict=True,
            )
        ),
        "average_precision": mean_over_labels(metrics.average_precision_score, targets, scores),
    }


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


def load_thresholds(folder: Path) -> np.ndarray:
    """The decision thresholds that belong to the trained model (labels,)."""
    file = folder / "thresholds.json"
    if file.exists():
        return np.array(list(json.loads(file.read_text(encoding="utf-8")).values()))
    return np.full(len(Config.labels), Config.threshold)


def evaluate(
    model: BertForSequenceClassification, loader: Loader, config: Config
) -> dict[str, float]:
    """The metrics of one split that are single numbers."""
    outcome = predict(model, loader, np.full(len(config.labels), config.threshold))
    return {name: value for name, value in score(outcome).items() if not isinstance(value, dict)}


def intervals(outcome: Outcome, config: Config) -> dict[str, tuple[float, float]]:
    """95 % percentile bootstrap interval of each metric (Efron 1979): resampled texts."""
    rng = np.random.default_rng(config.seed)
    num_samples = len(outcome.losses)
    draws = [
        score(outcome, rng.integers(num_samples, size=num_samples))
        for _ in range(config.num_resamples)
    ]
    names = [name for name, value in draws[0].items() if not isinstance(value, dict)]
    return {name: tuple(np.nanpercentile([d[name] for d in draws], (2.5, 97.5))) for name in names}


def baseline(outcome: Outcome) -> Outcome:
    """The answer that looks at no text: the labels that most training texts have."""
    shares = np.array(Config.label_shares)
    scores = np.tile(shares, (len(outcome.targets), 1))
    predictions = (scores > 0.5).astype(int)
    return Outcome(outcome.targets, predictions, scores, np.full_like(outcome.losses, np.nan))


def main(split: str, model_dir: Path, config: Config) -> dict[str, Any]:
    """Scores a trained model on one split of the data."""
    model = load_model(model_dir)
    tokenizer = load_tokenizer(config, model_dir)
    loader = Loader(read_splits(config)[split], tokenizer, config)
    return score(predict(model, loader, load_thresholds(model_dir)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--split", default="test", choices=("train", "validation", "test"))
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    args = parser.parse_args()
    print(json.dumps(main(args.split, args.model_dir, Config()), indent=2))
