"""Whatever a spec combines compiles to a project that reads every setting it has, and no other."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.golden.measures import attributes_read, branches_per_100, config_fields
from tests.tasks.causal_lm.workbench import made, varied

CHOICES: dict[str, tuple[object, ...]] = {
    "task.documents": ("file", "line", "paragraph"),
    "task.isolate_documents": (True, False),
    "task.block_size": ("auto", 16, 40),
    "task.generation": ({}, {"temperature": 0}, {"top_k": 5, "top_p": 0.5, "prompts": ["a", ""]}),
    "model": (
        {"architecture": "gpt2", "max_positions": 64},
        {"architecture": "llama", "max_positions": 64, "dropout": 0.0},
        {"architecture": "qwen2", "max_positions": 64},
        {"architecture": "mistral", "max_positions": 64, "feed_forward_size": 48},
        {"base": "gpt2", "freeze": ["embeddings", "layers 0-3"]},
        {"base": "Qwen/Qwen2.5-0.5B", "revision": "main", "dropout": 0.1},
        {"base": "acme/decoder"},
        {"base": "acme/decoder", "architecture": "llama"},
    ),
    "data": (
        {"train": "text.txt"},
        {"train": "text.txt", "split": {"validation": 0.2, "test": 0}},
        {"train": "text.txt", "validation": "other.txt"},
        {"train": "text.txt", "test": "other.txt", "copy": "never"},
        {"train": "text.txt", "clean": {"drop_duplicates": True, "drop_empty": False}},
        {"hub": {"path": "acme/books", "splits": {"validation": "dev"}}},
    ),
    "training": (
        {},
        {"steps": 20, "kernels": "plain", "micro_batch": 6},
        {"epochs": 2, "early_stopping": 2, "schedule": "cosine", "gradient_checkpointing": True},
        {"l2": 1e-5, "gradient_clip": None, "warmup": 0, "optimizer": "sgd", "micro_batch": 3},
        {"time_limit": "1h", "deterministic": True, "checkpoint": {"every": 5}},
    ),
    "evaluation": ({}, {"resamples": 0, "every": 3}, {"metrics": ["accuracy"], "best": "accuracy"}),
    "hardware": (
        "cpu",
        "auto",
        "mps",
        {"device": "cuda", "precision": "fp16"},
        {"device": "cuda"},
        {"device": "cpu", "instructions": "avx512-bf16", "cores": 2},
    ),
}


def combined(seed: int) -> dict[str, Any]:
    rng = random.Random(seed)
    spec = varied(*((key, rng.choice(values)) for key, values in CHOICES.items()))
    if "hub" in spec["data"] or "documents" not in spec["task"]:
        spec["task"].pop("documents", None)
    if spec["model"] == {"base": "acme/decoder"}:
        spec["task"].pop("isolate_documents", None)  # for known families (SP451)
    return spec


@pytest.mark.parametrize("seed", range(30))
def test_combination_compiles(seed: int, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("Another story.\n\nAnd one more.\n" * 9, encoding="utf-8")
    stories = "".join(f"Story {n}.\nIt took {7 * n} days.\n\n" for n in range(60))
    _, project = made(tmp_path, combined(seed), stories)
    texts = {p.name: p.read_text(encoding="utf-8") for p in project.rglob("*.py")}
    fields = set(config_fields(texts["config.py"]))
    read = {
        name
        for path, text in texts.items()
        if path not in ("config.py", "test_smoke.py")
        for name in attributes_read(text)
    }
    assert fields == read
    assert all("\u007b\u007b" not in text for text in texts.values())
    assert max(branches_per_100(text) for text in texts.values()) <= 10
