"""Bases and rows of text-to-text, beside those of `bases.py` and `table.py`."""

from __future__ import annotations

from pathlib import Path

from tests.variants.bases import Value, changed
from tests.variants.row import Row

_CPU = {"device": "cpu"}
_TASK = {"kind": "text-to-text", "source": "en", "target": "de"}
_SCRATCH = {
    "architecture": "bart",
    "layers": 2,
    "hidden_size": 32,
    "heads": 4,
    "max_positions": 64,
    "tokenizer": {"vocab_size": 400},
}

PHRASES: Value = {
    "task": _TASK | {"preset": "translation"},
    "model": _SCRATCH,
    "data": {"train": "data/phrases", "format": "parallel"},
    "hardware": _CPU,
}

BASES: dict[str, Value] = {
    "phrases": PHRASES,
    "drawn": changed(PHRASES, ("task", "generation"), {"temperature": 1.0}),
    "asked": {
        "task": _TASK | {"source": ["question1", "question2"], "target": "duplicate"},
        "model": _SCRATCH,
        "data": {"train": "data/duplicate_questions.csv"},
        "hardware": _CPU,
    },
    "t5": {
        "task": _TASK
        | {
            "preset": "translation",
            "source_language": "English",
            "target_language": "German",
        },
        "model": {"base": "google-t5/t5-small"},
        "data": {"train": "data/phrases", "format": "parallel"},
        "hardware": _CPU,
    },
}

ROWS = (
    Row(
        "TextToText.source",
        "asked",
        "task.source",
        ["question2", "question1"],
        "README.md data.py evaluate.py predict.py results.py scores.py train.py",
        26,
    ),
    Row(
        "TextToText.target",
        "phrases",
        "task.target",
        "book",
        "README.md data.py data/phrases.book data/phrases.de train.py",
        12,
    ),
    Row(
        "TextToText.preset",
        "phrases",
        "task.preset",
        "summarization",
        "README.md config.py evaluate.py predict.py requirements.txt results.py scores.py train.py",
        98,
    ),
    Row(
        "TextToText.preset",
        "phrases",
        "task.preset",
        "generative-qa",
        "README.md config.py evaluate.py predict.py requirements.txt results.py scores.py train.py",
        90,
    ),
    Row(
        "TextToText.prefix", "phrases", "task.prefix", "German: ", "README.md config.py data.py", 12
    ),
    Row(
        "TextToText.separator", "asked", "task.separator", " | ", "README.md config.py data.py", 10
    ),
    Row(
        "TextToText.source_language",
        "t5",
        "task.source_language",
        "Danish",
        "README.md config.py",
        6,
    ),
    Row("TextToText.target_language", "t5", "task.target_language", "Dutch", "config.py", 2),
    Row("TextToText.max_target_length", "phrases", "task.max_target_length", 20, "config.py", 6),
    *(
        Row(f"Generation.{key}", base, f"task.generation.{key}", value, "config.py", 2)
        for base, key, value in (
            ("phrases", "num_beams", 2),
            ("phrases", "max_new_tokens", 20),
            ("phrases", "length_penalty", 0.6),
            ("phrases", "no_repeat_ngram_size", 3),
            ("phrases", "examples", 10),
            ("phrases", "examples_in_training", 10),
            ("drawn", "temperature", 0.7),
            ("drawn", "top_k", 20),
            ("drawn", "top_p", 0.9),
        )
    ),
    Row(
        "Generation.temperature",
        "phrases",
        "task.generation.temperature",
        0.7,
        "config.py evaluate.py",
        12,
    ),
    Row(
        "Training.label_smoothing",
        "phrases",
        "training.label_smoothing",
        0.1,
        "config.py loss.py",
        12,
    ),
    Row(
        "Evaluation.metrics",
        "phrases",
        "evaluation.metrics",
        ["rougeL"],
        "README.md evaluate.py requirements.txt results.py scores.py",
        50,
    ),
    Row(
        "Evaluation.best", "phrases", "evaluation.best", "chrf", "README.md config.py train.py", 12
    ),
    Row(
        "Scratch.architecture",
        "phrases",
        "model.architecture",
        "marian",
        "README.md evaluate.py model.py speedups.py tests/test_smoke.py train.py",
        75,
    ),
    Row(
        "Training.kernels",
        "phrases",
        "training.kernels",
        "plain",
        "README.md speedups.py train.py",
        5,
    ),
)


def lay_out_books(folder: Path) -> None:
    """Another column of the parallel files."""
    german = (folder / "data/phrases.de").read_text(encoding="utf-8")
    (folder / "data/phrases.book").write_text(german.replace("ie", "y"), encoding="utf-8")
