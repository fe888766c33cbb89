"""Bases and rows of causal language models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.variants.row import Row

_CPU = {"device": "cpu"}
_STORIES = {
    "task": {"kind": "causal-lm", "documents": "paragraph"},
    "model": {"architecture": "gpt2", "layers": 2, "hidden_size": 32, "heads": 4},
    "data": {"train": "data/harbour_stories.txt"},
    "hardware": _CPU,
}

BASES: dict[str, dict[str, Any]] = {
    "stories": _STORIES,
    "rows_of_text": _STORIES
    | {"task": {"kind": "causal-lm", "text": "text"}, "data": {"train": "stories.jsonl"}},
    "one_story": _STORIES | {"task": {"kind": "causal-lm"}},
    "pretrained_stories": _STORIES | {"model": {"base": "gpt2"}},
}

ROWS = (
    Row(
        "CausalLM.text",
        "rows_of_text",
        "task.text",
        "title",
        "README.md data.py predict.py",
        14,
    ),
    Row(
        "CausalLM.documents",
        "stories",
        "task.documents",
        "line",
        "README.md config.py data.py",
        40,
    ),
    Row(
        "CausalLM.documents",
        "stories",
        "task.documents",
        "file",
        "README.md config.py data.py",
        70,
    ),
    Row(
        "CausalLM.block_size",
        "stories",
        "task.block_size",
        64,
        "README.md config.py",
        14,
    ),
    Row(
        "CausalLM.isolate_documents",
        "stories",
        "task.isolate_documents",
        True,
        "README.md data.py model.py",
        25,
    ),
    Row("Samples.prompts", "stories", "task.generation.prompts", "Once", "config.py", 4),
    Row("Samples.max_new_tokens", "stories", "task.generation.max_new_tokens", 9, "config.py", 2),
    Row("Samples.temperature", "stories", "task.generation.temperature", 0.5, "config.py", 2),
    Row("Samples.top_k", "stories", "task.generation.top_k", 40, "config.py", 2),
    Row("Samples.top_p", "stories", "task.generation.top_p", 0.9, "config.py", 2),
    Row(
        "Scratch.architecture",
        "stories",
        "model.architecture",
        "llama",
        "README.md evaluate.py generate.py model.py speedups.py tests/test_smoke.py train.py",
        110,
    ),
    Row(
        "Pretrained.architecture",
        "pretrained_stories",
        "model",
        {"base": "acme/decoder", "architecture": "qwen2"},
        "README.md config.py evaluate.py generate.py model.py speedups.py "
        "tests/test_smoke.py train.py",
        140,
    ),
    Row(
        "Pretrained.freeze",
        "pretrained_stories",
        "model.freeze",
        ["embeddings", "layers 0-2"],
        "README.md config.py model.py tests/test_smoke.py",
        40,
    ),
    Row(
        "Split.test",
        "one_story",
        "data.split.test",
        0,
        "README.md config.py data.py evaluate.py results.py tests/test_smoke.py train.py",
        60,
    ),
    Row(
        "Training.kernels",
        "stories",
        "training.kernels",
        "plain",
        "README.md speedups.py train.py",
        12,
    ),
    Row(
        "Evaluation.metrics",
        "stories",
        "evaluation.metrics",
        ["accuracy"],
        "README.md evaluate.py",
        12,
    ),
    Row(
        "HardwareFields.device",
        "stories",
        "hardware.device",
        "auto",
        "README.md checkpoint.py config.py data.py evaluate.py generate.py loss.py model.py "
        "predict.py results.py run_folder.py speedups.py tests/test_smoke.py train.py",
        140,
    ),
)


def lay_out(folder: Path) -> None:
    """Stories as rows of a table."""
    lines = (f'{{"text": "Story {n} of the sea.", "title": "Sea {n}"}}\n' for n in range(40))
    (folder / "stories.jsonl").write_text("".join(lines), encoding="utf-8")
