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
from data import FOLDER, Examples, Loader, load_tokenizer, read_splits
from model import BertForQuestionAnswering, forward, load_model
from spans import Span, best_spans, merge
from squad import judge, tokens_of


@dataclass(frozen=True)
class Outcome:
    """What metrics and report need to know of each question of a split, in its order (N,)."""

    examples: Examples
    spans: list[list[Span]]  # the best ones of each question, best first
    span_exact: np.ndarray  # 1 where the best span is an accepted answer
    span_f1: np.ndarray  # of the tokens that it shares with the best accepted answer
    losses: np.ndarray  # cross-entropy in nats, a mean over start, end and windows
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


@torch.inference_mode()
def predict(model: BertForQuestionAnswering, loader: Loader, threshold: float) -> Outcome:
    """The answers to all questions of a split; logits are dropped batch by batch."""
    examples, config = loader.examples, loader.config
    spans: list[list[Span]] = [[] for _ in range(len(examples))]
    losses, num_windows = np.zeros(len(examples)), np.zeros(len(examples))
    nothing = np.full(len(examples), np.inf)  # score of no answer, the least of all windows
    model.eval()
    for numbers, batch in loader.in_order():
        logits = forward(model, batch)
        labels = batch["labels"]
        windows = [loader.windows[number] for number in numbers]
        rows = [window.row for window in windows]
        each = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
        np.add.at(losses, rows, each.view(-1, 2).mean(1).numpy())
        np.add.at(num_windows, rows, 1)
        np.minimum.at(nothing, rows, logits[:, :, 0].sum(1).numpy())
        for row, found in zip(rows, best_spans(logits, windows, config), strict=True):
            spans[row] = merge(spans[row] + found, config)
    model.train()
    best = np.array([found[0].score if found else 0.0 for found in spans])
    has_answer = np.array([bool(answers) for answers in examples.answers])
    texts = [
        context[found[0].start : found[0].end] if found else ""
        for context, found in zip(examples.contexts, spans, strict=True)
    ]
    exact, f1 = judge_all(list(map(tokens_of, texts)), examples)
    return Outcome(
        examples, spans, exact, f1, losses / num_windows, has_answer, nothing - best, threshold
    )


def judge_all(given: list[list[str]], examples: Examples) -> tuple[np.ndarray, np.ndarray]:
    """Exact match and F1 of each question's answer, given as tokens."""
    judged = [judge(*pair) for pair in zip(given, examples.answers, strict=True)]
    exact, f1 = np.array(judged).reshape(-1, 2).T
    return exact, f1


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
    return (
        float(json.loads(path.read_text(encoding="utf-8"))["no_answer"]) if path.exists() else 0.0
    )


def mean_of(values: np.ndarray, chosen: np.ndarray) -> float:
    """The mean of the chosen values; nan where there are none."""
    return float(values[chosen].mean()) if chosen.any() else math.nan


def score(outcome: Outcome, rows: np.ndarray | slice = slice(None)) -> dict[str, float]:
    """The metrics of the questions in `rows`, by name."""
    exact = outcome.exact[rows]
    f1 = outcome.f1[rows]
    has_answer = outcome.has_answer[rows]
    return {
        "loss": float(outcome.losses[rows].mean()),
        "exact_match": float(exact.mean()),
        "f1": float(f1.mean()),
        "has_ans_exact": mean_of(exact, has_answer),
        "has_ans_f1": mean_of(f1, has_answer),
        "no_ans_exact": mean_of(exact, ~has_answer),
    }


def evaluate(model: BertForQuestionAnswering, loader: Loader, config: Config) -> dict[str, float]:
    """The metrics of one split that are single numbers."""
    return score(tuned(predict(model, loader, 0.0)))


def intervals(outcome: Outcome, config: Config) -> dict[str, tuple[float, float]]:
    """95 % percentile bootstrap interval of each metric (Efron 1979): resampled questions."""
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
    """The answer that reads nothing: that there is none."""
    certain = np.full_like(outcome.margins, np.inf)
    return replace(outcome, margins=certain, losses=np.full_like(outcome.losses, np.nan))


def describe(outcome: Outcome, row: int) -> dict[str, Any]:
    """The answer to a question and its alternatives, with offsets (characters) and scores."""
    context, spans = outcome.examples.contexts[row], outcome.spans[row]
    scores = [span.score for span in spans]
    # That there is no answer is one possibility more, the last one.
    scores.append(outcome.margins[row] + (scores[0] if spans else 0.0))
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
    is_given = bool(spans) and outcome.margins[row] <= outcome.threshold
    return {
        "prediction": found[0]["answer"] if is_given else "",
        "no_answer_probability": round(float(shares[-1]), 6),
        "n_best": found,
    }


def main(split: str, model_dir: Path, config: Config) -> dict[str, float]:
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
