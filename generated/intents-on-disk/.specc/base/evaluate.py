"""Metrics of the classes, with bootstrap intervals; `python evaluate.py` scores a trained model."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from config import Config
from data import FOLDER, Loader, load_tokenizer, read_splits
from model import BertForSequenceClassification, forward, load_model


@dataclass(frozen=True)
class Outcome:
    """What metrics and report need to know of each text of a split, in its order (N,)."""

    targets: np.ndarray  # class ids
    predictions: np.ndarray  # class ids
    confidence: np.ndarray  # probability of the predicted class
    losses: np.ndarray  # cross-entropy in nats, without class weights and smoothing


@torch.inference_mode()
def predict(model: BertForSequenceClassification, loader: Loader) -> Outcome:
    """The model's answer to every text of a split; logits are dropped batch by batch."""
    num_texts = len(loader.examples.texts)
    predictions = torch.empty(num_texts, dtype=torch.long)
    confidence, losses = torch.empty(num_texts), torch.empty(num_texts)
    model.eval()
    for rows, batch in loader.in_order():
        logits = forward(model, batch)
        labels = batch["labels"]
        probabilities = logits.softmax(-1)
        best = probabilities.max(-1)
        predictions[rows], confidence[rows] = best.indices, best.values
        losses[rows] = F.cross_entropy(logits, labels, reduction="none")
    model.train()
    return Outcome(
        loader.examples.targets.numpy(), predictions.numpy(), confidence.numpy(), losses.numpy()
    )


def score(outcome: Outcome, rows: np.ndarray | slice = slice(None)) -> dict[str, float]:
    """The metrics of the texts in `rows`, by name."""
    # Takes a second to import, and the first optimizer step does not need it.
    from sklearn import metrics

    targets, predictions = outcome.targets[rows], outcome.predictions[rows]
    classes = range(len(Config.labels))
    return {
        "loss": float(outcome.losses[rows].mean()),
        "accuracy": float(metrics.accuracy_score(targets, predictions)),
        "f1_macro": float(
            metrics.f1_score(targets, predictions, labels=classes, average="macro", zero_division=0)
        ),
    }


def evaluate(
    model: BertForSequenceClassification, loader: Loader, config: Config
) -> dict[str, float]:
    """The metrics of one split that are single numbers."""
    return score(predict(model, loader))


def intervals(outcome: Outcome, config: Config) -> dict[str, tuple[float, float]]:
    """95 % percentile bootstrap interval of each metric (Efron 1979): resampled texts."""
    rng = np.random.default_rng(config.seed)
    num_samples = len(outcome.losses)
    draws = [
        score(outcome, rng.integers(num_samples, size=num_samples))
        for _ in range(config.num_resamples)
    ]
    return {
        name: tuple(np.nanpercentile([d[name] for d in draws], (2.5, 97.5))) for name in draws[0]
    }


def baseline(outcome: Outcome) -> Outcome:
    """The answer that looks at no text: always the commonest training label."""
    majority = Config.labels.index(Config.majority_label)
    constant = np.full_like(outcome.predictions, majority)
    certain = np.ones_like(outcome.confidence)
    return Outcome(outcome.targets, constant, certain, np.full_like(outcome.losses, np.nan))


def main(split: str, model_dir: Path, config: Config) -> dict[str, float]:
    """Scores a trained model on one split of the data."""
    model = load_model(model_dir)
    tokenizer = load_tokenizer(config, model_dir)
    loader = Loader(read_splits(config)[split], tokenizer, config)
    return score(predict(model, loader))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--split", default="test", choices=("train", "validation", "test"))
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    args = parser.parse_args()
    print(json.dumps(main(args.split, args.model_dir, Config()), indent=2))
