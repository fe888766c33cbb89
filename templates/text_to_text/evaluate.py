"""Loss and metrics of written texts, with bootstrap intervals; `python evaluate.py` scores a trained model."""

import argparse
import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from config import Config
from distributed import all_summed, data_rank, data_size, gather, in_turn, rank, world_size
from data import FOLDER, Loader, decode, language_tokens, load_tokenizer, read_splits
from loss import token_losses
from model import forward, generation_config, has_bf16, load_model, output_weight, pick_device
from scores import baseline_text, combined, corpus_metrics, statistics
{{ model.class_import }}


@dataclass(frozen=True)
class Outcome:
    """What metrics and report need to know of a split: N losses, and M texts that were written."""

    losses: np.ndarray  # (N,) nats of a target, all its tokens together
    num_tokens: np.ndarray  # (N,) tokens of a target
    rows: np.ndarray  # (M,) whose texts were written, ascending
    sources: list[{{ task.text_type }}]  # M
    targets: list[str]  # M
    predictions: list[str]  # M
    counts: dict[str, np.ndarray]  # what each metric needs of each of the M texts


def spread(num_rows: int, most: int) -> list[int]:
    """At most `most` rows, evenly spread."""
    count = min(num_rows, most)
    return [i * num_rows // count for i in range(count)]


@torch.inference_mode()
def write(model: {{ model.class_name }}, loader: Loader, rows: list[int]) -> list[str]:
    """The text for each of `rows`, in their order: {{ task.writing_doc | doc }}."""
    config = loader.config
    texts, writer = [""] * len(rows), cast(Any, model)  # the library's types know no mix-ins
    settings = generation_config(model, config)
    # {% if task.names_languages %}
    settings.update(**language_tokens(loader.tokenizer))
    # {% endif %}
    # Longest sources first: what does not fit in memory fails at once.
    order = sorted(range(len(rows)), key=lambda i: -len(loader.source_ids[rows[i]]))
    size = config.eval_batch_size
    # {% if devices.is_fsdp %}
    starts = range(0, len(order), {{ devices.row_stride }})
    for part in (order[start + {{ devices.first_row }} :][:size] for start in starts):
        # One that has no text left to write goes through another's: all wait for each other.
        sources = loader.sources([rows[i] for i in part or order[-1:]])
    # {% else %}
    starts = range({{ devices.first_row }}, len(order), {{ devices.row_stride }})
    for part in (order[start : start + size] for start in starts):
        sources = loader.sources([rows[i] for i in part])
    # {% endif %}
        # {% if task.generate_within %}
        with {{ task.generate_within }}:
            # {% if task.samples %}
            # Drawn alike each time, and without a trace in the random numbers of training.
            torch.manual_seed(config.seed)
            # {% endif %}
            # {% if devices.is_fsdp %}
            ids = writer.generate(**sources, generation_config=settings, synced_gpus=world_size() > 1)
            # {% else %}
            ids = writer.generate(**sources, generation_config=settings)
            # {% endif %}
        # {% elif devices.is_fsdp %}
        # Who has written the last word of its texts goes on until all have.
        ids = writer.generate(**sources, generation_config=settings, synced_gpus=world_size() > 1)
        # {% else %}
        ids = writer.generate(**sources, generation_config=settings)
        # {% endif %}
        # {% if devices.is_fsdp %}
        if not part:
            continue
        # {% endif %}
        for i, text in zip(part, decode(loader.tokenizer, ids), strict=True):
            texts[i] = text
    # {% if devices.many %}
    # Each process has written its texts, and the others' are empty.
    return ["".join(written) for written in zip(*gather(texts), strict=True)]
    # {% else %}
    return texts
    # {% endif %}


@torch.inference_mode()
def predict(model: {{ model.class_name }}, loader: Loader, num_written: int | None = None) -> Outcome:
    """The loss of every target of a split, and the texts of `num_written` rows of it."""
    model.eval()
    num_rows = len(loader.lengths)
    losses = torch.zeros(num_rows)
    for rows, batch in loader.in_order():
        # {% if hardware.autocast_loader %}
        with {{ hardware.autocast_loader }}:
            states = forward(model, batch)
        # {% else %}
        states = forward(model, batch)
        # {% endif %}
        # {% if devices.is_fsdp %}
        if not len(rows):
            continue  # this process has no row left, and the others wait for its shares
        # {% endif %}
        token_loss, _ = token_losses(states, output_weight(model), batch["labels"])
        # {% if hardware.is_cpu %}
        owners = batch["positions"] // batch["target_ids"].shape[1]
        losses[rows] = torch.zeros(len(rows)).index_add(0, owners, token_loss)
        # {% else %}
        owners = (batch["positions"] // batch["target_ids"].shape[1]).cpu()
        losses[rows] = torch.zeros(len(rows)).index_add(0, owners, token_loss.cpu())
        # {% endif %}
    # {% if devices.many %}
    all_summed(losses)  # each process has filled in its rows, and the others' are 0
    # {% endif %}
    config = loader.config
    most = config.num_written if num_written is None else num_written
    written = spread(num_rows, most)
    predictions = write(model, loader, written)
    model.train()
    targets = [loader.examples.targets[row] for row in written]
    return Outcome(
        losses.numpy(),
        {{ data.target_lengths }},
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


# {% include "partials/intervals.py" %}
def baseline(outcome: Outcome) -> Outcome:
    """The answer without a model: {{ task.baseline_words | doc }}."""
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
        "generation": {name: getattr(config, name) for name in {{ task.generation_fields | py }}},
        # {% if task.words_name %}
        "words": {{ task.words_name | py }},
        # {% endif %}
        # {% if task.sacrebleu_metrics %}
        **{name: str(metric.get_signature()) for name, metric in corpus_metrics().items()},
        # {% endif %}
    }


# {% include "partials/evaluate_main.py" %}
