"""One small spec of each kind of task and of each family, for tests that train a few steps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.tasks.causal_lm import workbench
from tests.tasks.text_to_text import bases as written
from tests.variants import bases

Spec = dict[str, Any]

BERT: Spec = {
    "architecture": "bert",
    "layers": 2,
    "hidden_size": 32,
    "heads": 2,
    "max_positions": 64,
    "tokenizer": {"train": "wordpiece", "vocab_size": 500},
}
SGD: Spec = {"optimizer": "sgd", "learning_rate": 0.1, "warmup": 0, "epochs": 3, "batch_size": 8}
"""Adam divides by the gradient's own size: what is zero but for rounding would become a step."""


def lay_out(folder: Path) -> Path:
    """`folder` with every table that a spec here reads."""
    bases.lay_out(folder)
    written.lay_out(folder)
    (folder / "text.txt").write_text(workbench.MIXED * 6, encoding="utf-8")
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text().splitlines()]
    for row in rows[::2]:
        before = "On some days it rains here, and on others the sun shines for a while. " * 3
        row["context"] = before + row["context"]
        row["answers"]["answer_start"][0] += len(before)
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "long_questions.jsonl").write_text(lines, encoding="utf-8")
    return folder


def small(base: Spec, model: Spec | None = None, **training: Any) -> Spec:
    """`base` with a small network and plain optimizer; `training` is what the test is about."""
    network = base["model"] if model is None else model
    evaluation = {"resamples": 0, "worst_examples": 1}
    changes = {"model": network, "training": SGD | training, "evaluation": evaluation}
    return base | changes | {"hardware": {"device": "cpu"}}


def of_task(name: str) -> Spec:
    """A base of the language's variants."""
    return bases.BASES[name]
