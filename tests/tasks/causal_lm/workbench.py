"""Small specs of language models, and projects made of them."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from specc.pipeline import compile_project
from specc.plan.plan import Plan
from tests.generated.projects import write
from tests.variants.bases import changed

SHARED = Path(__file__).resolve().parents[4] / "shared/data"
SHAKESPEARE = SHARED / "tiny_shakespeare/input.txt"
CHINESE = SHARED / "instruct_alpaca/alpaca_zh.json"

TINY: dict[str, Any] = {
    "task": {"kind": "causal-lm", "block_size": 32},
    "model": {
        "architecture": "gpt2",
        "layers": 2,
        "hidden_size": 32,
        "heads": 2,
        "max_positions": 64,
        "tokenizer": {"vocab_size": 300},
    },
    "data": {"train": "text.txt"},
    "training": {"epochs": 1, "batch_size": 4},
    "evaluation": {"resamples": 20},
    "hardware": "cpu",
}

MIXED = (
    "The caf\u00e9 opened at six. \u0414\u043e\u0431\u0440\u043e\u0435 \u0443\u0442\u0440\u043e!\n"
    "\u6e2f\u53e3\u7684\u65e9\u6668\u5f88\u5b89\u9759\uff0c\u6ca1\u6709\u4eba\u8bf4\u8bdd\u3002\n\n"
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35 \U0001f30a and a wave.\n"
    "Nobody  kept\tcount;\nthe gulls did.\n\n\n"
    "\u3053\u3093\u306b\u3061\u306f\u3001\u6d77\u3002 <|endoftext|> is text here.\n"
)
"""Scripts of one to four bytes a letter, white space that counts, and an end that is none."""


def varied(*changes: tuple[str, object]) -> dict[str, Any]:
    """`TINY` with values at dotted paths."""
    spec = TINY
    for path, value in changes:
        spec = changed(spec, tuple(path.split(".")), value)
    return spec


def made(folder: Path, spec: dict[str, Any], text: str | bytes = MIXED * 6) -> tuple[Plan, Path]:
    """The plan of a spec whose text lies beside it, and its project in `folder/project`."""
    folder.mkdir(exist_ok=True)
    (folder / "text.txt").write_bytes(text.encode() if isinstance(text, str) else text)
    (folder / "spec.yaml").write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    plan, project, _ = compile_project(folder / "spec.yaml", lambda _: folder / "project")
    return plan, write(project, folder / "project")


def imported(folder: Path) -> SimpleNamespace:
    """The modules of a project, by name, without leaving them behind under these names."""
    names = [path.stem for path in folder.glob("*.py")]
    sys.path.insert(0, str(folder))
    try:
        return SimpleNamespace(**{name: importlib.import_module(name) for name in names})
    finally:
        sys.path.remove(str(folder))
        for name in names:
            sys.modules.pop(name, None)
