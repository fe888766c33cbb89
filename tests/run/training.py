"""A small real training of two processes, and what came out of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from specc.pipeline import compile_project
from specc.project.write import write_project

DATA = Path(__file__).resolve().parents[2] / "specs/data/intents.csv"

SPEC = """\
name: small
task: {{kind: text-classification, text: message, label: intent}}
model:
  architecture: bert
  layers: 1
  hidden_size: 32
  heads: 2
  max_positions: 64
  tokenizer: {{train: wordpiece, vocab_size: 300}}
data: {{train: {data}, copy: always}}
training:
  steps: 200
  batch_size: 16
  learning_rate: 1e-3
  checkpoint: {{every: 20}}
evaluation: {{every: 50, resamples: 0}}
hardware: {hardware}
"""


def build(folder: Path, hardware: str) -> Path:
    """The project of the training for this `hardware`, in `folder / "small"`."""
    folder.mkdir(parents=True, exist_ok=True)
    spec = folder / "small.yaml"
    spec.write_text(SPEC.format(data=DATA.as_posix(), hardware=hardware))
    _, project, _ = compile_project(spec, lambda name: folder / name)
    write_project(project, folder / "small")
    return folder / "small"


def events(outputs: Path, kind: str) -> list[dict[str, Any]]:
    """The events of one kind that the run has written so far."""
    path = outputs / "metrics.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    found = [json.loads(line) for line in lines if line.endswith("}")]
    return [event for event in found if event["event"] == kind]


def step(outputs: Path) -> int:
    """How far the run has come."""
    return max((event["step"] for event in events(outputs, "train")), default=0)


def scores(outputs: Path) -> tuple[list[dict[str, Any]], Any]:
    """All evaluations of the run and its final metrics: equal runs have equal ones."""
    assert [event["step"] for event in events(outputs, "eval")] == list(range(50, 201, 50))
    return events(outputs, "eval"), json.loads((outputs / "results.json").read_text())["metrics"]


def wait_until(condition: Callable[[], Any], seconds: float = 120) -> Any:
    """The first true value of `condition`.

    Raises:
        TimeoutError: if there is none within `seconds`.
    """
    until = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > until:
            raise TimeoutError(condition)
        time.sleep(0.05)
    return value
