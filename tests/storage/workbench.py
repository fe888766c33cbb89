"""The same spec built with lists and with files, and what the two make of the same data."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tests.generated import projects
from tests.generated.inside import opened
from tests.golden.gallery import compile_spec
from tests.variants import bases, written
from tests.variants.bases import changed

Spec = dict[str, Any]
EPOCHS = 3
SPECS = bases.BASES | written.BASES


def built(spec: Spec, folder: Path, storage: str, name: str = "project") -> Path:
    """The project of `spec` with its storage pinned; the tables of the spec lie in `folder`."""
    pinned = changed(spec, ("data", "storage"), storage)
    return projects.write(
        compile_spec(pinned, folder, f"{name}-{storage}"), folder / f"built/{name}-{storage}"
    )


def plain(value: Any) -> Any:
    """Arrays and tensors as lists, so that what two modes hold can be compared."""
    if isinstance(value, np.ndarray | torch.Tensor | np.generic):
        return value.tolist()
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def tokenizer_of(project: Path, data: Any, config: Any, splits: dict[str, Any]) -> Any:
    """The project's tokenizer; a new one is learned from what its train.py names."""
    source = (project / "train.py").read_text(encoding="utf-8")
    call = re.search(r"load_tokenizer\(\s*config,\s*(.+?),\s*output_dir", source, re.DOTALL)
    if call is None:
        return data.load_tokenizer(config)
    return data.load_tokenizer(config, eval(call[1], {"splits": splits}), project / "learned.json")


def shown(project: Path, steps: int = 6, **settings: Any) -> dict[str, Any]:
    """Splits, order, batches and evaluation batches of a project, as its own modules give them."""
    with opened(project) as modules:
        config = replace(modules.config.Config(), **settings)
        splits = modules.data.read_splits(config)
        tokenizer = tokenizer_of(project, modules.data, config, splits)
        loaders = {
            name: modules.data.Loader(examples, tokenizer, config)
            for name, examples in splits.items()
        }
        train = loaders["train"]
        batches = train.starting_at(0)
        return {
            "splits": {name: contents(examples) for name, examples in splits.items()},
            "notes": {name: loader.length_note() for name, loader in loaders.items()},
            "epochs": [plain(train.epoch(epoch)) for epoch in range(EPOCHS)],
            "batches": [plain(next(batches)) for _ in range(steps)],
            "scored": {
                name: [plain([rows, batch]) for rows, batch in loader.in_order()]
                for name, loader in loaders.items()
                if name != "train"
            },
        }


def contents(examples: Any) -> dict[str, Any]:
    """What a split holds, column by column."""
    fields = (name for name in vars(examples) if name not in ("key", "num_blocks"))
    return {name: plain(listed(getattr(examples, name))) for name in fields}


def listed(column: Any) -> Any:
    """A column as a list, or as it is; the piece of a mapped text as the text."""
    if isinstance(column, torch.Tensor):
        return column
    return ["".join(value.parts()) if hasattr(value, "parts") else value for value in column]


def trained(project: Path, steps: int = 4, **settings: Any) -> dict[str, Any]:
    """What a short run leaves behind: metrics, predictions, report and losses."""
    output_dir = projects.train(project, max_steps=steps, log_every=1, **settings)
    results = json.loads((output_dir / "results.json").read_text(encoding="utf-8"))
    log = projects.events(output_dir)
    return {
        "metrics": results["metrics"],
        "baseline": results["baseline"],
        "losses": [event["train/loss"] for event in log if event["event"] == "train"],
        "scores": [event for event in log if event["event"] == "eval"],
        "predictions": (output_dir / "predictions.jsonl").read_text(encoding="utf-8"),
        "report": (output_dir / "report.json").read_text(encoding="utf-8"),
    }
