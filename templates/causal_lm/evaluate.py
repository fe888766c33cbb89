"""Loss, perplexity, bits per byte: `python evaluate.py` scores a trained model."""

import argparse
import json
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from config import Config
from distributed import all_summed, data_rank, data_size, gather, in_turn, rank, world_size
from data import FOLDER, Loader, load_tokenizer, read_splits
from loss import token_losses
from model import forward, has_bf16, load_model, pick_device
{{ model.class_import }}


@dataclass(frozen=True)
class Outcome:
    """Sums over the tokens of each block, in the order of the text (N,), and for the report."""

    losses: np.ndarray  # cross-entropy in nats
    num_tokens: np.ndarray
    num_right: np.ndarray  # tokens that the model held for the likeliest
    num_bytes: np.ndarray  # of the text in UTF-8
    by_position: np.ndarray  # (2, T) losses and tokens by place in the block
    by_token: np.ndarray  # (2, V) losses and tokens by the token that was to be predicted


# {% if not data.on_disk %}
def sums(index: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Sum of `values` and their number for each index: (2, size)."""
    return np.stack([np.bincount(index, values, size), np.bincount(index, minlength=size)])
# {% endif %}


# {% if data.on_disk %}
def empty(loader: Loader) -> Outcome:
    """Sums over nothing."""
    shapes = [*[(loader.num_blocks,)] * 4, (2, loader.config.block_size)]
    return Outcome(*map(np.zeros, [*shapes, (2, loader.tokenizer.get_vocab_size())]))


def add(outcome: Outcome, start: int, losses: np.ndarray, is_right: np.ndarray, loader: Loader) -> None:
    """Adds the losses of single tokens (S,), of which the first is the target `start`."""
    places = np.arange(start, start + len(losses))
    blocks, columns = np.divmod(places, loader.config.block_size)
    targets = loader.stream.flat(start + 1, start + 1 + len(losses))
    num_bytes = loader.num_bytes.flat(start + 1, start + 1 + len(losses))
    for sums, index, values in (
        (outcome.losses, blocks, losses),
        (outcome.num_tokens, blocks, 1),
        (outcome.num_right, blocks, is_right),
        (outcome.num_bytes, blocks, num_bytes),
        (outcome.by_position[0], columns, losses),
        (outcome.by_position[1], columns, 1),
        (outcome.by_token[0], targets, losses),
        (outcome.by_token[1], targets, 1),
    ):
        np.add.at(sums, index, values)


@torch.inference_mode()
def predict(model: {{ model.class_name }}, loader: Loader) -> Outcome:
    """The model's loss on every token of a split; of a token, only sums are kept."""
    # {% if devices.many %}
    outcome = empty(loader)
    # {% else %}
    outcome, start = empty(loader), 0
    # {% endif %}
    model.eval()
    # {% if devices.many %}
    for rows, batch in loader.in_order():
        starts = [row * loader.config.block_size for row in rows]
    # {% else %}
    for _, batch in loader.in_order():
    # {% endif %}
        # {% if hardware.autocast_loader %}
        with {{ hardware.autocast_loader }}:
            states = forward(model, batch)
        # {% else %}
        states = forward(model, batch)
        # {% endif %}
        # {% if devices.is_fsdp %}
        if not starts:
            continue  # this process has no row left, and the others wait for its shares
        # {% endif %}
        nats, right = token_losses(states, {{ task.head }}, batch["labels"])
        # {% if devices.many %}
        add(outcome, starts[0], nats.cpu().double().numpy(), right.cpu().numpy(), loader)
        # {% else %}
        add(outcome, start, nats.cpu().double().numpy(), right.cpu().numpy(), loader)
        start += len(nats)
        # {% endif %}
    model.train()
    # {% if devices.many %}
    # Each process has added what its blocks hold, and the others' are 0.
    for part in vars(outcome).values():
        all_summed(torch.from_numpy(part))
    # {% endif %}
    return outcome


# {% else %}
def summed(losses: np.ndarray, is_right: np.ndarray, targets: np.ndarray, loader: Loader) -> Outcome:
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
def predict(model: {{ model.class_name }}, loader: Loader) -> Outcome:
    """The model's loss on every token of a split; logits are dropped chunk by chunk."""
    losses, is_right = [], []
    model.eval()
    # {% if devices.is_fsdp %}
    for rows, batch in loader.in_order():
        num_own = len(rows)
    # {% else %}
    for _, batch in loader.in_order():
    # {% endif %}
        # {% if hardware.autocast_loader %}
        with {{ hardware.autocast_loader }}:
            states = forward(model, batch)
        # {% else %}
        states = forward(model, batch)
        # {% endif %}
        # {% if devices.is_fsdp %}
        if not num_own:
            continue  # this process has no row left, and the others wait for its shares
        # {% endif %}
        nats, right = token_losses(states, {{ task.head }}, batch["labels"])
        losses.append(nats.cpu().double().numpy())
        is_right.append(right.cpu().numpy())
    model.train()
    # {% if devices.many %}
    losses, is_right = in_turn(losses), in_turn(is_right)
    # {% endif %}
    targets = loader.stream[1 : 1 + sum(map(len, losses))].numpy()
    return summed(np.concatenate(losses), np.concatenate(is_right), targets, loader)


# {% endif %}
def score(outcome: Outcome, rows: np.ndarray | slice = slice(None)) -> dict[str, float]:
    """The metrics of the blocks in `rows`, by name: every token counts the same."""
    total, num_tokens = outcome.losses[rows].sum(), outcome.num_tokens[rows].sum()
    loss = float(total / num_tokens)
    return {
        "loss": loss,
        # {% for metric in evaluation.metrics %}
        {{ metric.name | py }}: float({{ metric.expression }}),
        # {% endfor %}
    }


# {% include "partials/intervals.py" %}
def baseline(loader: Loader, train: Loader) -> Outcome:
    """What looks at no text before: each token by its share of the training tokens, plus one."""
    # {% if data.on_disk %}
    counts = train.stream.counts(loader.tokenizer.get_vocab_size())
    counts[{{ task.opening | replace("self", "train") }}] -= 1  # the first one is no target
    counts += 1
    outcome, costs = empty(loader), -np.log(counts / counts.sum())
    num_targets = min(loader.num_tokens - 1, loader.num_blocks * loader.config.block_size)
    for start in range(0, num_targets, 1_000_000):
        targets = loader.stream.flat(start + 1, min(start + 1_000_000, num_targets) + 1)
        add(outcome, start, costs[targets], targets == counts.argmax(), loader)
    return outcome
    # {% else %}
    targets = loader.stream[1 : 1 + loader.num_blocks * loader.config.block_size].numpy()
    counts = 1 + np.bincount(train.stream[1:].numpy(), minlength=loader.tokenizer.get_vocab_size())
    return summed(-np.log(counts / counts.sum())[targets], targets == counts.argmax(), targets, loader)
    # {% endif %}


# {% include "partials/evaluate_main.py" %}
