"""Answers, and the metrics of SQuAD with bootstrap intervals; `python evaluate.py` scores a trained model."""

import argparse
import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from config import Config
from distributed import all_summed, data_rank, data_size, gather, in_turn, rank, world_size
from data import FOLDER, Examples, Loader, load_tokenizer, read_splits
from model import forward, has_bf16, load_model, pick_device
from spans import Span, best_spans, merge
from squad import judge, tokens_of
{{ model.class_import }}

@dataclass(frozen=True)
class Outcome:
    """What metrics and report need to know of each question of a split, in its order (N,)."""

    examples: Examples
    spans: list[list[Span]]  # the best ones of each question, best first
    # {% if task.unanswerable %}
    span_exact: np.ndarray  # 1 where the best span is an accepted answer
    span_f1: np.ndarray  # of the tokens that it shares with the best accepted answer
    # {% else %}
    exact: np.ndarray  # 1 where the best span is an accepted answer
    f1: np.ndarray  # of the tokens that it shares with the best accepted answer
    # {% endif %}
    losses: np.ndarray  # cross-entropy in nats, a mean over start, end and windows
    # {% if task.unanswerable %}
    has_answer: np.ndarray  # whether the context holds an answer
    margins: np.ndarray  # score of no answer, above that of the best span
    threshold: float  # no answer is given above this margin

    @property
    def exact(self) -> np.ndarray:
        """1 where the answer that is given, or that none is given, is right."""
        return np.where(self.margins > self.threshold, ~self.has_answer, self.span_exact)

    @property
    def f1(self) -> np.ndarray:
        """F1 of the answer that is given, or that none is given."""
        return np.where(self.margins > self.threshold, ~self.has_answer, self.span_f1)
    # {% endif %}


@torch.inference_mode()
def predict(
    model: {{ model.class_name }},
    loader: Loader,
    # {% if task.unanswerable %}
    threshold: float,
    # {% endif %}
) -> Outcome:
    """The answers to all questions of a split; logits are dropped batch by batch."""
    examples, config = loader.examples, loader.config
    spans: list[list[Span]] = [[] for _ in range(len(examples))]
    losses, num_windows = np.zeros(len(examples)), np.zeros(len(examples))
    # {% if task.unanswerable %}
    nothing = np.full(len(examples), np.inf)  # score of no answer, the least of all windows
    # {% endif %}
    model.eval()
    for numbers, batch in loader.in_order():
        # {% if hardware.autocast_loader %}
        with {{ hardware.autocast_loader }}:
            logits = forward(model, batch)
        # {% else %}
        logits = forward(model, batch)
        # {% endif %}
        # {% if devices.is_fsdp %}
        if not len(numbers):
            continue  # this process has no row left, and the others wait for its shares
        # {% endif %}
        labels = batch["labels"]
        # {% if not hardware.is_cpu %}
        logits, labels = logits.cpu(), labels.cpu()
        # {% endif %}
        windows = [loader.windows[number] for number in numbers]
        rows = [window.row for window in windows]
        each = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
        np.add.at(losses, rows, each.view(-1, 2).mean(1).numpy())
        np.add.at(num_windows, rows, 1)
        # {% if task.unanswerable %}
        np.minimum.at(nothing, rows, logits[:, :, 0].sum(1).numpy())
        # {% endif %}
        for row, found in zip(rows, best_spans(logits, windows, config), strict=True):
            spans[row] = merge(spans[row] + found, config)
    model.train()
    # {% if devices.many %}
    # The windows of a context may have come to several processes.
    spans = [merge([span for part in found for span in part], config) for found in zip(*gather(spans), strict=True)]
    losses, num_windows = sum(gather(losses)), sum(gather(num_windows))
    # {% if task.unanswerable %}
    nothing = np.minimum.reduce(gather(nothing))
    # {% endif %}
    # {% endif %}
    # {% if task.unanswerable %}
    best = np.array([found[0].score if found else 0.0 for found in spans])
    has_answer = np.array([bool(answers) for answers in examples.answers])
    # {% endif %}
    texts = [context[found[0].start : found[0].end] if found else "" for context, found in zip(examples.contexts, spans, strict=True)]
    exact, f1 = judge_all(list(map(tokens_of, texts)), examples)
    return Outcome(
        examples,
        spans,
        exact,
        f1,
        losses / num_windows,
        # {% if task.unanswerable %}
        has_answer,
        nothing - best,
        threshold,
        # {% endif %}
    )


def judge_all(given: list[list[str]], examples: Examples) -> tuple[np.ndarray, np.ndarray]:
    """Exact match and F1 of each question's answer, given as tokens."""
    judged = [judge(*pair) for pair in zip(given, examples.answers, strict=True)]
    exact, f1 = np.array(judged).reshape(-1, 2).T
    return exact, f1


# {% if task.unanswerable %}
def tune_thresholds(outcome: Outcome) -> float:
    """The margin above which to give no answer, for the highest F1 on these questions."""
    order = np.argsort(outcome.margins)
    margins = np.concatenate(([-np.inf], outcome.margins[order], [np.inf]))
    # With the first k answered and none given to the others, F1 rises by the first k gains.
    gains = np.cumsum((outcome.span_f1 - ~outcome.has_answer)[order])
    totals = np.concatenate(([0.0], gains))
    totals[margins[1:] == margins[:-1]] = -np.inf  # equal margins cannot be told apart
    best = int(totals.argmax())
    low, high = margins[best], margins[best + 1]
    return float((low + high) / 2 if np.isfinite(low + high) else low + 1 if best else high - 1)


def tuned(outcome: Outcome) -> Outcome:
    """The outcome at the threshold that is best for it, as SQuAD 2.0 reports `best_f1`."""
    return replace(outcome, threshold=tune_thresholds(outcome))


def load_thresholds(model_dir: Path) -> float:
    """What was tuned on validation; 0, where no answer and the best span weigh the same, before."""
    path = model_dir / "thresholds.json"
    return float(json.loads(path.read_text(encoding="utf-8"))["no_answer"]) if path.exists() else 0.0


# {% endif %}
# {% if evaluation.needs_has_answer %}
def mean_of(values: np.ndarray, chosen: np.ndarray) -> float:
    """The mean of the chosen values; nan where there are none."""
    return float(values[chosen].mean()) if chosen.any() else math.nan


# {% endif %}
def score(outcome: Outcome, rows: np.ndarray | slice = slice(None)) -> dict[str, {{ evaluation.score_type }}]:
    """The metrics of the questions in `rows`, by name."""
    # {% if evaluation.needs_exact %}
    exact = outcome.exact[rows]
    # {% endif %}
    # {% if evaluation.needs_f1 %}
    f1 = outcome.f1[rows]
    # {% endif %}
    # {% if evaluation.needs_has_answer %}
    has_answer = outcome.has_answer[rows]
    # {% endif %}
    return {
        "loss": float(outcome.losses[rows].mean()),
        # {% for metric in evaluation.metrics %}
        {{ metric.name | py }}: {{ metric.expression }},
        # {% endfor %}
    }


# {% include "partials/intervals.py" %}
def baseline(outcome: Outcome) -> Outcome:
    # {% if task.unanswerable %}
    """The answer that reads nothing: that there is none."""
    certain = np.full_like(outcome.margins, np.inf)
    return replace(outcome, margins=certain, losses=np.full_like(outcome.losses, np.nan))
    # {% else %}
    """The answer that does not read the question: the first words of the context."""
    examples, length = outcome.examples, Config.num_baseline_words
    first = [tokens_of(context)[:length] for context in examples.contexts]
    exact, f1 = judge_all(first, examples)
    return Outcome(examples, outcome.spans, exact, f1, np.full_like(outcome.losses, np.nan))
    # {% endif %}


def describe(outcome: Outcome, row: int) -> dict[str, Any]:
    """The answer to a question and its alternatives, with offsets (characters) and scores."""
    context, spans = outcome.examples.contexts[row], outcome.spans[row]
    scores = [span.score for span in spans]
    # {% if task.unanswerable %}
    # That there is no answer is one possibility more, the last one.
    scores.append(outcome.margins[row] + (scores[0] if spans else 0.0))
    # {% endif %}
    shares = np.exp(np.array(scores) - max(scores, default=0.0))
    shares /= shares.sum()
    found = [
        {
            "answer": context[span.start : span.end],
            "start": span.start,
            "end": span.end,
            "score": round(span.score, 4),
            "probability": round(float(share), 6),
        }
        for span, share in zip(spans, shares, strict=False)
    ]
    # {% if task.unanswerable %}
    is_given = bool(spans) and outcome.margins[row] <= outcome.threshold
    # {% endif %}
    return {
        # {% if task.unanswerable %}
        "prediction": found[0]["answer"] if is_given else "",
        # {% else %}
        "prediction": found[0]["answer"] if found else "",
        # {% endif %}
        # {% if task.unanswerable %}
        "no_answer_probability": round(float(shares[-1]), 6),
        # {% endif %}
        "n_best": found,
    }


# {% include "partials/evaluate_main.py" %}
