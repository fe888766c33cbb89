"""Loss and metrics of written texts, with bootstrap intervals; `python evaluate.py` scores a trained model."""

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from config import Config
from data import FOLDER, Loader, decode, load_tokenizer, read_splits
from loss import token_losses
from model import MarianMTModel, forward, generation_config, load_model, output_weight
from scores import baseline_text, combined, corpus_metrics, statistics


@dataclass(frozen=True)
class Outcome:
    """What metrics and report need to know of a split: N losses, and M texts that were written."""

    losses: np.ndarray  # (N,) nats of a target, all its tokens together
    num_tokens: np.ndarray  # (N,) tokens of a target
    rows: np.ndarray  # (M,) whose texts were written, ascending
    sources: list[str]  # M
    targets: list[str]  # M
    predictions: list[str]  # M
    counts: dict[str, np.ndarray]  # what each metric needs of each of the M texts


def spread(num_rows: int, most: int) -> list[int]:
    """At most `most` rows, evenly spread."""
    count = min(num_rows, most)
    return [i * num_rows // count for i in range(count)]


@torch.inference_mode()
def write(model: MarianMTModel, loader: Loader, rows: list[int]) -> list[str]:
    """The text for each of `rows`, in their order: beam search, as config.py says."""
    config = loader.config
    texts, writer = [""] * len(rows), cast(Any, model)  # the library's types know no mix-ins
    settings = generation_config(model, config)
    # Longest sources first: what does not fit in memory fails at once.
    order = sorted(range(len(rows)), key=lambda i: -len(loader.source_ids[rows[i]]))
    size = config.eval_batch_size
    starts = range(0, len(order), size)
    for part in (order[start : start + size] for start in starts):
        sources = loader.sources([rows[i] for i in part])
        ids = writer.generate(**sources, generation_config=settings)
        for i, text in zip(part, decode(loader.tokenizer, ids), strict=True):
            texts[i] = text
    return texts


@torch.inference_mode()
def predict(model: MarianMTModel, loader: Loader, num_written: int | None = None) -> Outcome:
    """The loss of every target of a split, and the texts of `num_written` rows of it."""
    model.eval()
    num_rows = len(loader.lengths)
    losses = torch.zeros(num_rows)
    for rows, batch in loader.in_order():
        states = forward(model, batch)
        token_loss, _ = token_losses(states, output_weight(model), batch["labels"])
        owners = batch["positions"] // batch["target_ids"].shape[1]
        losses[rows] = torch.zeros(len(rows)).index_add(0, owners, token_loss)
    config = loader.config
    most = config.num_written if num_written is None else num_written
    written = spread(num_rows, most)
    predictions = write(model, loader, written)
    model.train()
    targets = [loader.examples.targets[row] for row in written]
    return Outcome(
        losses.numpy(),
        np.array([target for target, _ in loader.lengths]),
        np.array(written, dtype=np.int64),
        [loader.examples.texts[row] for row in written],
        targets,
        predictions,
        statistics(predictions, targets) if written else {},
    )


def score(outcome: Outcome, rows: np.ndarray | slice = slice(None)) -> dict[str, float]:
    """The metrics of the texts in `rows`, by name; those of written texts of the written ones."""
    place = np.full(len(outcome.losses), -1)
    place[outcome.rows] = np.arange(len(outcome.rows))
    written = place[rows][place[rows] >= 0]
    loss = outcome.losses[rows].sum() / outcome.num_tokens[rows].sum()
    values = {name: combined(name, counts[written]) for name, counts in outcome.counts.items()}
    return {"loss": float(loss), **values}


def evaluate(model: MarianMTModel, loader: Loader, config: Config) -> dict[str, float]:
    """The metrics of one split that are single numbers."""
    return score(predict(model, loader, config.num_written_in_training))


def intervals(outcome: Outcome, config: Config) -> dict[str, tuple[float, float]]:
    """95 % percentile bootstrap interval of each metric (Efron 1979): resampled pairs."""
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
    """The answer without a model: a copy of `en`."""
    predictions = [baseline_text(source) for source in outcome.sources]
    return replace(
        outcome,
        losses=np.full_like(outcome.losses, np.nan),
        predictions=predictions,
        counts=statistics(predictions, outcome.targets),
    )


def about_texts(outcomes: dict[str, Outcome], config: Config) -> dict[str, Any]:
    """What the metrics of written texts stand on, for results.json."""
    return {
        "written": {name: len(outcome.rows) for name, outcome in outcomes.items()},
        "generation": {
            name: getattr(config, name)
            for name in (
                "max_new_tokens",
                "num_beams",
                "length_penalty",
                "no_repeat_ngram_size",
                "temperature",
                "top_k",
                "top_p",
            )
        },
        **{name: str(metric.get_signature()) for name, metric in corpus_metrics().items()},
    }


def main(split: str, model_dir: Path, config: Config) -> dict[str, float]:
    """Scores a trained model on one split of the data."""
    model = load_model(model_dir)
    tokenizer = load_tokenizer(config, [], model_dir / "tokenizer.json")
    loader = Loader(read_splits(config)[split], tokenizer, config)
    return score(predict(model, loader))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--split", default="test", choices=("train", "validation", "test"))
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    args = parser.parse_args()
    print(json.dumps(main(args.split, args.model_dir, Config()), indent=2))
