"""Metrics of entities, with bootstrap intervals; `python evaluate.py` scores a trained model."""

import argparse
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from config import Config
from data import FOLDER, Loader, load_tokenizer, read_splits
from distributed import all_summed
from model import BertForTokenClassification, forward, load_model


@dataclass(frozen=True)
class Outcome:
    """What metrics and report need to know of each sentence of a split, in its order (N).

    `counts` (N, types, 3) are, by type, how many entities are right, predicted and true.
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


@torch.inference_mode()
def predict(model: BertForTokenClassification, loader: Loader) -> Outcome:
    """The model's tag for every word of a split; logits are dropped batch by batch."""
    lengths = [len(words) for words in loader.examples.words]
    ends = np.cumsum(lengths)
    starts = ends - lengths
    predictions = torch.zeros(int(ends[-1]), dtype=torch.long)
    confidence, losses = torch.zeros(len(predictions)), torch.zeros(len(predictions))
    model.eval()
    for rows, batch in loader.in_order():
        with torch.autocast(loader.device.type, torch.bfloat16):
            logits = forward(model, batch)
        labels = batch["labels"]
        logits, labels = logits.cpu(), labels.cpu()
        windows = [loader.windows[row] for row in rows]
        places = torch.tensor(
            [starts[window.row] + word for window in windows for word in window.words]
        )
        best = logits.softmax(-1).max(-1)
        predictions[places], confidence[places] = best.indices, best.values
        losses[places] = F.cross_entropy(logits, labels, reduction="none")
    model.train()
    # Each process has filled in its words, and the others' are 0.
    for part in (predictions, confidence, losses):
        all_summed(part)
    return Outcome.of(
        [np.array(tags, dtype=int) for tags in loader.examples.tags],
        np.split(predictions.numpy(), ends[:-1]),
        np.split(confidence.numpy(), ends[:-1]),
        np.bincount(np.repeat(np.arange(len(lengths)), lengths), losses, minlength=len(lengths)),
    )


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part by whole; 0 where there is nothing."""
    return np.divide(part, whole, out=np.zeros(np.shape(whole)), where=whole > 0)


def score(outcome: Outcome, rows: np.ndarray | slice = slice(None)) -> dict[str, float]:
    """The metrics of the sentences in `rows`, by name."""
    right, predicted, true = outcome.counts[rows].sum(0).T
    right_words, num_words = outcome.words[rows].sum(0)
    return {
        "loss": float(outcome.losses[rows].sum() / num_words),
        "f1": float(ratio(2 * right.sum(), predicted.sum() + true.sum())),
        "precision": float(ratio(right.sum(), predicted.sum())),
        "recall": float(ratio(right.sum(), true.sum())),
        "accuracy": float(right_words / num_words),
    }


def evaluate(model: BertForTokenClassification, loader: Loader, config: Config) -> dict[str, float]:
    """The metrics of one split that are single numbers."""
    return score(predict(model, loader))


def intervals(outcome: Outcome, config: Config) -> dict[str, tuple[float, float]]:
    """95 % percentile bootstrap interval of each metric (Efron 1979): resampled sentences."""
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
    """The answer that looks at no text: every word is O."""
    majority = Config.labels.index(Config.majority_label)
    constant = [np.full_like(tags, majority) for tags in outcome.targets]
    certain = [np.ones(len(tags)) for tags in outcome.targets]
    return Outcome.of(outcome.targets, constant, certain, np.full_like(outcome.losses, np.nan))


def main(split: str, model_dir: Path, config: Config) -> dict[str, float]:
    """Scores a trained model on one split of the data."""
    device = torch.device(config.device)
    model = load_model(model_dir, device)
    tokenizer = load_tokenizer(config, model_dir)
    loader = Loader(read_splits(config)[split], tokenizer, config, device)
    return score(predict(model, loader))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--split", default="test", choices=("train", "validation", "test"))
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    args = parser.parse_args()
    print(json.dumps(main(args.split, args.model_dir, Config()), indent=2))
