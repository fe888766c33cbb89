"""Reads the `results.json` that a finished project leaves; what is missing in it stays empty."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Score:
    """A metric with its 95 % bootstrap interval, where it has one."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Results:
    """Scores by split and metric. `per_class` is by split, metric and label.

    `training` holds the run's own numbers, units in their names. `content` is the whole file.
    """

    name: str
    metrics: dict[str, dict[str, Score]]
    per_class: dict[str, dict[str, dict[str, float]]]
    baseline_description: str
    baseline: dict[str, dict[str, Score]]
    training: dict[str, float]
    content: dict[str, Any] = field(repr=False)


def read_results(path: Path) -> Results | None:
    """None where the file is missing or not JSON."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict):
        return None
    baseline = _mapping(content.get("baseline"))
    splits = {name: _mapping(split) for name, split in _mapping(content.get("metrics")).items()}
    return Results(
        name=str(content.get("name", "")),
        metrics={name: _scores(split) for name, split in splits.items()},
        per_class={name: _per_class(split) for name, split in splits.items()},
        baseline_description=str(baseline.get("description", "")),
        baseline={
            name: _scores(_mapping(split))
            for name, split in _mapping(baseline.get("metrics")).items()
        },
        training={
            name: value
            for name, value in _mapping(content.get("training")).items()
            if _is_number(value)
        },
        content=content,
    )


def _scores(split: dict[str, Any]) -> dict[str, Score]:
    scores = {name: _score(value) for name, value in split.items() if not _is_per_class(name)}
    return {name: score for name, score in scores.items() if score is not None}


def _per_class(split: dict[str, Any]) -> dict[str, dict[str, float]]:
    tables = {}
    for name, labels in split.items():
        if _is_per_class(name):
            scores = {label: _score(value) for label, value in _mapping(labels).items()}
            tables[name] = {label: s.value for label, s in scores.items() if s is not None}
    return tables


def _score(value: Any) -> Score | None:
    if _is_number(value):
        return Score(value)
    parts = _mapping(value)
    if not _is_number(parts.get("value")):
        return None
    low, high = parts.get("low"), parts.get("high")
    return Score(
        parts["value"], low if _is_number(low) else None, high if _is_number(high) else None
    )


def _is_per_class(name: str) -> bool:
    return name.endswith("_per_class")


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
