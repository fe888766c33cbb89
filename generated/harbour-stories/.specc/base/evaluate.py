"""Loss, perplexity, bits per byte: `python evaluate.py` scores a trained model."""

import argparse
import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from config import Config
from data import FOLDER, Loader, load_tokenizer, read_splits
from loss import token_losses
from model import GPT2LMHeadModel, forward, load_model


@dataclass(frozen=True)
class Outcome:
    """Sums over the tokens of each block, in the order of the text (N,), and for the report."""

    losses: np.ndarray  # cross-entropy in nats
    num_tokens: np.ndarray
    num_right: np.ndarray  # tokens that the model held for the likeliest
    num_bytes: np.ndarray  # of the text in UTF-8
    by_position: np.ndarray  # (2, T) losses and tokens by place in the block
    by_token: np.ndarray  # (2, V) losses and tokens by the token that was to be predicted


def sums(index: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Sum of `values` and their number for each index: (2, size)."""
    return np.stack([np.bincount(index, values, size), np.bincount(index, minlength=size)])


def summed(
    losses: np.ndarray, is_right: np.ndarray, targets: np.ndarray, loader: Loader
) -> Outcome:
    """Losses of single tokens (S,) to what is kept of them."""
    places = np.arange(len(losses))
    blocks, size = places // loader.config.block_size, loader.config.block_size
    by_block = sums(blocks, losses, loader.num_blocks)
    return Outcome(
        by_block[0],
        by_block[1],
        np.bincount(blocks, is_right),
        np.bincount(blocks, loader.num_bytes[: len(losses)]),
        sums(places % size, losses, size),
        sums(targets, losses, loader.tokenizer.get_vocab_size()),
    )


@torch.inference_mode()
def predict(model: GPT2LMHeadModel, loader: Loader) -> Outcome:
    """The model's loss on every token of a split; logits are dropped chunk by chunk."""
    losses, is_right = [], []
    model.eval()
    for _, batch in loader.in_order():
        states = forward(model, batch)
        nats, right = token_losses(states, model.lm_head.weight, batch["labels"])
        losses.append(nats.cpu().double().numpy())
        is_right.append(right.cpu().numpy())
    model.train()
    targets = loader.stream[1 : 1 + sum(map(len, losses))].numpy()
    return summed(np.concatenate(losses), np.concatenate(is_right), targets, loader)


def score(outcome: Outcome, rows: np.ndarray | slice = slice(None)) -> dict[str, float]:
    """The metrics of the blocks in `rows`, by name: every token counts the same."""
    total, num_tokens = outcome.losses[rows].sum(), outcome.num_tokens[rows].sum()
    loss = float(total / num_tokens)
    return {
        "loss": loss,
        "perplexity": float(math.exp(min(loss, 700))),
        "bits_per_byte": float(total / math.log(2) / outcome.num_bytes[rows].sum()),
        "accuracy": float(outcome.num_right[rows].sum() / num_tokens),
    }


def evaluate(model: GPT2LMHeadModel, loader: Loader, config: Config) -> dict[str, float]:
    """The metrics of one split that are single numbers."""
    return score(predict(model, loader))


def intervals(outcome: Outcome, config: Config) -> dict[str, tuple[float, float]]:
    """95 % percentile bootstrap interval of each metric (Efron 1979): resampled blocks."""
    rng = np.random.default_rng(config.seed)
    num_samples = len(outcome.losses)
    draws = [
        score(outcome, rng.integers(num_samples, size=num_samples))
        for _ in range(config.num_resamples)
    ]
    return {
        name: tuple(np.nanpercentile([d[name] for d in draws], (2.5, 97.5))) for name in draws[0]
    }


def baseline(loader: Loader, train: Loader) -> Outcome:
    """What looks at no text before: each token by its share of the training tokens, plus one."""
    targets = loader.stream[1 : 1 + loader.num_blocks * loader.config.block_size].numpy()
    counts = 1 + np.bincount(train.stream[1:].numpy(), minlength=loader.tokenizer.get_vocab_size())
    return summed(
        -np.log(counts / counts.sum())[targets], targets == counts.argmax(), targets, loader
    )


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
