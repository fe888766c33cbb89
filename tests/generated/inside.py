"""A project trained inside this process, for a few steps: what its log and its weights say."""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

from tests.generated.projects import events, write
from tests.golden.gallery import compile_spec

Spec = dict[str, Any]


@dataclass(frozen=True)
class Trained:
    """The events of the training log, and the weights after the last step."""

    log: list[dict[str, Any]]
    weights: dict[str, torch.Tensor]

    @property
    def losses(self) -> list[float]:
        return [event["train/loss"] for event in self.log]


@contextmanager
def opened(project: Path) -> Iterator[SimpleNamespace]:
    """The modules of a project by name; forgotten afterwards."""
    names = [path.stem for path in project.glob("*.py")]
    assert not set(names) & set(sys.modules), "modules of another project are loaded"
    sys.path.insert(0, str(project))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in names})
    finally:
        sys.path.remove(str(project))
        for name in names:
            sys.modules.pop(name, None)


def few_steps(spec: Spec, folder: Path, name: str, steps: int = 3, **settings: object) -> Trained:
    """Compiles `spec`, whose tables lie in `folder`, and trains `steps` steps of the project."""
    project = write(compile_spec(spec, folder, name), folder / f"projects/{name}")
    output_dir = folder / f"outputs/{name}"
    at_end = signal.getsignal(signal.SIGTERM)
    with opened(project) as modules:
        settings |= {"output_dir": str(output_dir), "max_steps": steps, "max_eval_rows": 4}
        modules.train.main(replace(modules.config.Config(), log_every=1, **settings))
    signal.signal(signal.SIGTERM, at_end)
    last = max((output_dir / "checkpoints").glob("*.pt"))
    log = [event for event in events(output_dir) if event["event"] == "train"]
    return Trained(log, torch.load(last, weights_only=True)["model"])
