"""`score` of the generated evaluate.py against numbers worked out by hand."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from specc.tasks.text_classification.language import Problem
from specc.tasks.text_classification.metrics import METRICS, metrics_for
from tests.generated.projects import write
from tests.golden.gallery import compile_spec

LOSSES = np.array([0.5, 1.0, 1.5, 3.0])


def auc(targets: list[int], scores: list[float]) -> float:
    """Share of the pairs of a positive and a negative that are in order; ties count half."""
    positive = [s for s, t in zip(scores, targets, strict=True) if t]
    negative = [s for s, t in zip(scores, targets, strict=True) if not t]
    return fmean((p > n) + 0.5 * (p == n) for p in positive for n in negative)


def average_precision(targets: list[int], scores: list[float]) -> float:
    """Mean over the positives of the precision at their rank; scores without ties."""
    ranked = [t for _, t in sorted(zip(scores, targets, strict=True), reverse=True)]
    return fmean(sum(ranked[: k + 1]) / (k + 1) for k, target in enumerate(ranked) if target)


def spec_of(problem: Problem, folder: Path) -> dict[str, Any]:
    """A spec of the problem with every metric there is, and its table."""
    labels = {
        "binary": ["no", "yes"],
        "multi-class": ["a", "b", "c"],
        "multi-label": ["x", "y", "x;y", "z"],
        "regression": ["1.5", "2", "3", "4"],
    }[problem]
    rows = [f"text {i},{labels[i % len(labels)]}" for i in range(60)]
    (folder / "rows.csv").write_text("\n".join(["text,label", *rows, ""]), encoding="utf-8")
    task: dict[str, Any] = {"kind": "text-classification", "text": "text", "label": "label"}
    task |= {"problem": problem} if problem == "regression" else {}
    task |= {"separator": ";"} if problem == "multi-label" else {}
    return {
        "task": task,
        "model": {"architecture": "bert", "layers": 1, "hidden_size": 32, "heads": 2},
        "data": {"train": "rows.csv", "split": {"validation": 0.2, "test": 0.2}},
        "evaluation": {"metrics": list(metrics_for(problem))},
        "hardware": "cpu",
    }


@contextmanager
def evaluate_of(spec: dict[str, Any], folder: Path) -> Iterator[ModuleType]:
    """The module evaluate.py of a project, imported here; forgotten afterwards."""
    project = write(compile_spec(spec, folder), folder / "project")
    local = {path.stem for path in project.glob("*.py")}
    known = set(sys.modules) & local
    assert not known, f"modules of another project are loaded: {known}"
    sys.path.insert(0, str(project))
    try:
        yield importlib.import_module("evaluate")
    finally:
        sys.path.remove(str(project))
        for name in local:
            sys.modules.pop(name, None)


def parts(precision: list[float], recall: list[float], support: list[int]) -> dict[str, Any]:
    """The averages and the lists per class of precision, recall and F1."""
    f1 = [2 * p * r / (p + r) if p + r else 0.0 for p, r in zip(precision, recall, strict=True)]
    values: dict[str, Any] = {}
    for name, each in (("precision", precision), ("recall", recall), ("f1", f1)):
        values[f"{name}_macro"] = fmean(each)
        values[f"{name}_weighted"] = fmean(each, support)
        values[f"{name}_per_class"] = each
    return values


def check(
    problem: Problem, outcome: dict[str, Any], expected: dict[str, Any], folder: Path
) -> None:
    """Every metric of the problem is expected, and is what is expected."""
    assert set(expected) == set(metrics_for(problem))
    with evaluate_of(spec_of(problem, folder), folder) as evaluate:
        scores = evaluate.score(evaluate.Outcome(**outcome))
    assert set(scores) == set(expected)
    for name, value in scores.items():
        if METRICS[name].per_class:
            value = list(value.values())
        assert value == pytest.approx(expected[name], abs=1e-9), name


def test_every_metric_belongs_to_a_problem() -> None:
    problems: tuple[Problem, ...] = ("binary", "multi-class", "multi-label", "regression")
    assert {name for problem in problems for name in metrics_for(problem)} == set(METRICS)
    assert len(METRICS) >= 28


def test_binary(tmp_path: Path) -> None:
    targets = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    positive = [0.9, 0.8, 0.4, 0.35, 0.6, 0.45, 0.3, 0.2, 0.1, 0.05]
    predictions = [int(score > 0.5) for score in positive]
    scores = np.array([[1 - p, p] for p in positive])
    # 2 of 4 positives are found, 1 of 6 negatives is called positive.
    expected = parts([5 / 7, 2 / 3], [5 / 6, 1 / 2], [6, 4])
    expected |= dict.fromkeys(("accuracy", "precision_micro", "recall_micro", "f1_micro"), 0.7)
    expected |= {
        "loss": 1.5,
        "balanced_accuracy": (5 / 6 + 1 / 2) / 2,
        "precision": 2 / 3,
        "recall": 1 / 2,
        "f1": 4 / 7,
        "mcc": (2 * 5 - 1 * 2) / (3 * 4 * 6 * 7) ** 0.5,
        "roc_auc": auc(targets, positive),
        "average_precision": average_precision(targets, positive),
    }
    outcome = {
        "targets": np.array(targets),
        "predictions": np.array(predictions),
        "confidence": scores.max(1),
        "losses": np.full(10, 1.5),
        "scores": scores,
    }
    check("binary", outcome, expected, tmp_path)


def test_multi_class(tmp_path: Path) -> None:
    targets = [0, 0, 0, 0, 1, 1, 2, 2, 2, 2]
    predictions = [0, 0, 0, 0, 1, 2, 2, 2, 0, 0]
    raw = np.arange(30, dtype=float).reshape(10, 3) * 7 % 31 + 1
    raw[np.arange(10), predictions] += 60
    scores = raw / raw.sum(1, keepdims=True)
    each = [[int(target == k) for target in targets] for k in range(3)]
    expected = parts([2 / 3, 1, 2 / 3], [1, 1 / 2, 1 / 2], [4, 2, 4])
    expected |= dict.fromkeys(("accuracy", "precision_micro", "recall_micro", "f1_micro"), 0.7)
    expected |= {
        "loss": 2.0,
        "balanced_accuracy": 2 / 3,
        # (7 * 10 - (6*4 + 1*2 + 3*4)) / sqrt((100 - 46) * (100 - 36))
        "mcc": 32 / 3456**0.5,
        "roc_auc": fmean(auc(each[k], scores[:, k].tolist()) for k in range(3)),
        "average_precision": fmean(
            average_precision(each[k], scores[:, k].tolist()) for k in range(3)
        ),
    }
    outcome = {
        "targets": np.array(targets),
        "predictions": np.array(predictions),
        "confidence": scores.max(1),
        "losses": np.full(10, 2.0),
        "scores": scores,
    }
    check("multi-class", outcome, expected, tmp_path)


def test_multi_label(tmp_path: Path) -> None:
    targets = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [1, 0, 1]])
    scores = np.array([[0.9, 0.2, 0.1], [0.4, 0.8, 0.3], [0.6, 0.7, 0.2], [0.7, 0.1, 0.05]])
    predictions = (scores > 0.5).astype(int)
    # By label: 2 of 3 found and 1 wrong; 2 of 2 found; 0 of 1 found. Rows 0 and 2 differ in one.
    expected = parts([2 / 3, 1.0, 0.0], [2 / 3, 1.0, 0.0], [3, 2, 1])
    columns = [(targets[:, k].tolist(), scores[:, k].tolist()) for k in range(3)]
    expected |= {
        "loss": 1.5,
        "subset_accuracy": 1 / 4,
        "precision_micro": 4 / 5,
        "recall_micro": 4 / 6,
        "f1_micro": 8 / 11,
        "roc_auc": fmean(auc(*column) for column in columns),
        "average_precision": fmean(average_precision(*column) for column in columns),
    }
    outcome = {
        "targets": targets,
        "predictions": predictions,
        "scores": scores,
        "losses": LOSSES,
    }
    check("multi-label", outcome, expected, tmp_path)


def test_regression(tmp_path: Path) -> None:
    expected = {
        "loss": 1.5,
        "pearson": 5.25 / (5 * 7.6875) ** 0.5,
        "spearman": 4.5 / (5 * 4.5) ** 0.5,
        "mse": 0.5625,
        "mae": 0.625,
        "rmse": 0.75,
        "r2": 1 - 2.25 / 5,
    }
    outcome = {
        "targets": np.array([1.0, 2.0, 3.0, 4.0]),
        "predictions": np.array([1.5, 2.0, 2.0, 5.0]),
        "losses": LOSSES,
    }
    check("regression", outcome, expected, tmp_path)


def test_what_is_not_defined_is_nan_and_raises_nothing(tmp_path: Path) -> None:
    """A resample of the bootstrap may hold one class, or one number, again and again."""
    with evaluate_of(spec_of("multi-class", tmp_path), tmp_path) as evaluate:
        one = np.zeros(3, dtype=int)
        certain = np.tile([1.0, 0.0, 0.0], (3, 1))
        outcome = evaluate.Outcome(one, one, certain[:, 0], certain[:, 1], certain)
        scores = evaluate.score(outcome)
    assert scores["accuracy"] == 1.0
    assert np.isnan(scores["roc_auc"])
    with evaluate_of(spec_of("regression", tmp_path), tmp_path) as evaluate:
        same = np.ones(3)
        scores = evaluate.score(evaluate.Outcome(same, same, same * 0))
    assert np.isnan(scores["pearson"])
    assert scores["mse"] == 0.0


def test_tuned_thresholds_are_the_best_for_f1(tmp_path: Path) -> None:
    tuned = spec_of("multi-label", tmp_path)
    tuned["task"]["thresholds"] = "tuned"
    rng = np.random.default_rng(0)
    scores = rng.random((40, 3)).round(2)
    targets = (rng.random((40, 3)) < scores).astype(int)
    targets[:, 2] = 0
    with evaluate_of(tuned, tmp_path) as evaluate:
        outcome = evaluate.Outcome(targets, targets, scores, np.zeros(40))
        thresholds = evaluate.tune_thresholds(outcome)

    def f1(label: int, threshold: float) -> float:
        said = scores[:, label] > threshold
        hits = (said & (targets[:, label] == 1)).sum()
        return float(2 * hits / (said.sum() + targets[:, label].sum()))

    for label in (0, 1):
        best = max(f1(label, threshold) for threshold in np.arange(0, 1, 0.005))
        assert f1(label, thresholds[label]) == pytest.approx(best)
    assert thresholds[2] == 0.5
