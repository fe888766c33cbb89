"""Metrics of the numbers, with bootstrap intervals; `python evaluate.py` scores a trained model."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from config import Config
from data import FOLDER, Loader, load_tokenizer, read_splits
from model import BertForSequenceClassification, forward, load_model


@dataclass(frozen=True)
class Outcome:
    """What metrics and report need to know of each text of a split, in its order (N,)."""

    targets: np.ndarray
    predictions: np.ndarray
    losses: np.ndarray  # squared errors


@torch.inference_mode()
def predict(model: BertForSequenceClassification, loader: Loader) -> Outcome:
    """The model's answer to every text of a split."""
    predictions = torch.empty(len(loader.examples.texts))
    model.eval()
    for rows, batch in loader.in_order():
        numbers = forward(model, batch)
        predictions[rows] = numbers
    model.train()
    targets = loader.examples.targets.numpy()
    return Outcome(targets, predictions.numpy(), (targets - predictions.numpy()) ** 2)


def score(outcome: Outcome, rows: np.ndarray | slice = slice(None)) -> dict[str, float]:
    """The metrics of the texts in `rows`, by name; nan where one is not defined."""
    # Take a second to import, and the first optimizer step does not need them.
    from scipy import stats
    from sklearn import metrics

    targets, predictions = outcome.targets[rows], outcome.predictions[rows]
    varies = np.ptp(targets) > 0 and np.ptp(predictions) > 0
    return {
        "loss": float(outcome.losses[rows].mean()),
        "pearson": float(stats.pearsonr(targets, predictions).statistic if varies else np.nan),
        "spearman": float(stats.spearmanr(targets, predictions).statistic if varies else np.nan),
        "rmse": float(metrics.root_mean_squared_error(targets, predictions)),
        "mae": float(metrics.mean_absolute_error(targets, predictions)),
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
    """The answer that looks at no text: always the mean of the training targets."""
    constant = np.full_like(outcome.predictions, Config.target_mean)
    return Outcome(outcome.targets, constant, (outcome.targets - constant) ** 2)


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
