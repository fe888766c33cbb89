"""Extractive questions with the Trainer: squad, MiniLM, windows of 384 tokens, stride of 128."""

from __future__ import annotations

import json
import re
import string
from collections import Counter
from typing import Any

from benchmarks.clock import minilm
from benchmarks.trainers import TUNED, fit
from benchmarks.works import split_of

LONGEST = 30
"""Tokens of the longest answer, as specc's projects have it."""


def encode(tokenizer: Any, items: list[dict[str, Any]]) -> tuple[Any, list[int], list[Any]]:
    """Windows with their labels; the question and the character offsets of each window."""
    encoded = tokenizer(
        [item["question"] for item in items],
        [item["context"] for item in items],
        truncation="only_second",
        max_length=384,
        stride=128,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )
    owners, offsets = encoded.pop("overflow_to_sample_mapping"), encoded.pop("offset_mapping")
    encoded["start_positions"], encoded["end_positions"], places = [], [], []
    for window, owner in enumerate(owners):
        answers = items[owner]["answers"]
        start = answers["answer_start"][0]
        end = start + len(answers["text"][0])
        is_context = [number == 1 for number in encoded.sequence_ids(window)]
        pairs = zip(offsets[window], is_context, strict=True)
        spans = [span if inside else None for span, inside in pairs]
        inside = [i for i, span in enumerate(spans) if span]
        first, last = 0, 0
        if spans[inside[0]][0] <= start and end <= spans[inside[-1]][1]:
            first = max(i for i in inside if spans[i][0] <= start)
            last = min(i for i in inside if spans[i][1] >= end)
        encoded["start_positions"].append(first)
        encoded["end_positions"].append(last)
        places.append(spans)
    return encoded, owners, places


def best_span(starts: Any, ends: Any, spans: list[Any]) -> tuple[float, int, int]:
    """Score and characters of the best span of one window, from its logits, each (T,)."""
    import numpy as np

    inside = [i for i, span in enumerate(spans) if span]
    low, high = inside[0], inside[-1] + 1
    scores = starts[low:high, None] + ends[None, low:high]
    scores = np.where(np.tril(np.triu(np.ones_like(scores)), LONGEST - 1) > 0, scores, -np.inf)
    first, last = divmod(int(scores.argmax()), high - low)
    return float(scores.max()), spans[low + first][0], spans[low + last][1]


def words_of(text: str) -> list[str]:
    """What SQuAD's answers are compared by."""
    bare = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def f1(given: str, accepted: str) -> float:
    """F1 of the words in common."""
    one, other = words_of(given), words_of(accepted)
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other)) if common else float(one == other)


def score(model: Any, tokenizer: Any, items: list[dict[str, Any]]) -> float:
    """F1 over the questions, each answered by the best span of all its windows.

    Not by `Trainer.predict`, which gives grouped lengths in an order of its own.
    """
    import torch

    model.eval()
    encoded, owners, places = encode(tokenizer, items)
    names = ("input_ids", "attention_mask", "token_type_ids")
    best = [(float("-inf"), 0, 0)] * len(items)
    for start in range(0, len(owners), 32):
        part = {name: encoded[name][start : start + 32] for name in names}
        with torch.inference_mode():
            output = model(**tokenizer.pad(part, return_tensors="pt"))
        pairs = zip(output.start_logits, output.end_logits, strict=True)
        for window, logits in enumerate(pairs, start):
            starts, ends = (side.float().numpy() for side in logits)
            owner = owners[window]
            best[owner] = max(best[owner], best_span(starts, ends, places[window]))
    total = 0.0
    for item, (_, start, end) in zip(items, best, strict=True):
        total += max(f1(item["context"][start:end], text) for text in item["answers"]["text"])
    return total / len(items)


def trainer(settings: dict[str, Any], tuned: bool) -> dict[str, float]:
    """The Trainer, padding to the longest window of a batch."""
    import datasets
    from transformers import (
        AutoModelForQuestionAnswering,
        AutoTokenizer,
        DataCollatorWithPadding,
        set_seed,
    )

    datasets.disable_progress_bars()
    set_seed(settings["seed"])
    tokenizer = AutoTokenizer.from_pretrained(minilm())
    items = [json.loads(row) for row in split_of(settings, "train")[1]]
    dataset = datasets.Dataset.from_dict(dict(encode(tokenizer, items)[0]))
    model = AutoModelForQuestionAnswering.from_pretrained(minilm())
    more = TUNED if tuned else {}
    _, clock = fit(model, dataset, DataCollatorWithPadding(tokenizer), settings, **more)
    if not settings["score"]:
        return clock.report()
    test = [json.loads(row) for row in split_of(settings, "test")[1]]
    return clock.report() | {"f1": score(model, tokenizer, test)}
