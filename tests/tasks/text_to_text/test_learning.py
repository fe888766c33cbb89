"""Real pairs are learned: better than a copy of the source, and than knowing no source at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.generated.projects import run, train, write
from tests.golden.gallery import compile_spec
from tests.tasks.text_to_text.bases import Value

SHARED = Path(__file__).resolve().parents[4] / "shared/data"
needs_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason="shared/data does not lie beside the repository"
)

UNIGRAM = """
import math
from collections import Counter
from pathlib import Path
from config import Config
from data import Loader, load_tokenizer, read_splits

config = Config()
splits = read_splits(config)
tokenizer = load_tokenizer(config, [], Path("outputs/model/tokenizer.json"))
counts = Counter(t for ids in Loader(splits["train"], tokenizer, config).target_ids for t in ids)
total = sum(counts.values()) + tokenizer.get_vocab_size()
ids = [t for row in Loader(splits["test"], tokenizer, config).target_ids for t in row]
print(sum(-math.log((counts[t] + 1) / total) for t in ids) / len(ids))
"""
"""Nats a token by the shares of the training targets' tokens, counts plus one."""


def files(name: str, ending: str) -> dict[str, str]:
    return {
        split: str(SHARED / name / f"{split}.{ending}") for split in ("train", "validation", "test")
    }


def results_of(spec: Value, folder: Path, **settings: object) -> tuple[Path, dict[str, Any]]:
    project = write(compile_spec(spec, folder), folder / "project")
    output_dir = train(project, num_resamples=5, **settings)
    return project, json.loads((output_dir / "results.json").read_text(encoding="utf-8"))


@needs_data
def test_translation_from_scratch_learns(tmp_path: Path) -> None:
    """5,000 captions, four passes: 53 s on one thread. Seen: loss 3.84, chrF 25 against 16."""
    spec = {
        "task": {"kind": "text-to-text", "source": "en", "target": "de", "preset": "translation"},
        "model": {
            "architecture": "marian",
            "layers": 2,
            "hidden_size": 128,
            "tokenizer": {"vocab_size": 2000},
        },
        "data": files("multi30k_en_de", "tsv") | {"copy": "always"},
        "training": {"epochs": 4, "label_smoothing": 0.1},
        "hardware": {"device": "cpu"},
    }
    project, results = results_of(spec, tmp_path, num_written=150, max_new_tokens=60)
    test, baseline = results["metrics"]["test"], results["baseline"]["metrics"]["test"]
    assert results["baseline"]["description"] == "a copy of `en`"
    assert results["texts"]["written"] == {"validation": 150, "test": 150}
    assert "tok:13a" in results["texts"]["bleu"]
    assert test["chrf"]["value"] > baseline["chrf"] + 4
    assert test["bleu"]["value"] > baseline["bleu"] + 1
    assert test["loss"]["value"] < float(run(project, "-c", UNIGRAM)) - 1


@needs_data
def test_summaries_from_scratch_are_scored_beside_the_lead(tmp_path: Path) -> None:
    """Long documents and short targets; the first sentence of an article is hard to beat."""
    spec = {
        "task": {
            "kind": "text-to-text",
            "source": "document",
            "target": "summary",
            "preset": "summarization",
            "max_target_length": 48,
        },
        "model": {
            "architecture": "bart",
            "layers": 1,
            "hidden_size": 64,
            "tokenizer": {"vocab_size": 1000},
        },
        "data": {
            "train": files("xsum_sample", "jsonl")["train"],
            "validation": files("xsum_sample", "jsonl")["test"],
            "max_length": 128,
        },
        "training": {"epochs": 10, "batch_size": 16, "learning_rate": 0.003},
        "hardware": {"device": "cpu"},
    }
    project, results = results_of(spec, tmp_path, num_written=12, max_steps=60)
    scores, baseline = (results[key] for key in ("metrics", "baseline"))
    assert set(scores["validation"]) == {"loss", "rouge1", "rouge2", "rougeL", "rougeLsum"}
    assert 0.05 < baseline["metrics"]["validation"]["rouge1"] < 0.5
    assert baseline["description"] == "the first 1 sentence(s) of the source"
    unigram = float(run(project, "-c", UNIGRAM.replace('"test"', '"validation"')))
    assert scores["validation"]["loss"]["value"] < unigram


@needs_data
def test_summaries_of_news_are_learned(tmp_path: Path) -> None:
    """400 articles, eight passes: 40 s on one thread. Seen: loss 4.74, by shares of tokens 6.06.

    From random weights a minute teaches the language of the summaries, and not yet to choose
    sentences: the same is written about every article, so that ROUGE says nothing here.
    """
    spec = {
        "task": {
            "kind": "text-to-text",
            "source": "article",
            "target": "summary",
            "preset": "summarization",
            "max_target_length": 96,
        },
        "model": {
            "architecture": "bart",
            "layers": 1,
            "hidden_size": 128,
            "tokenizer": {"vocab_size": 1000},
        },
        "data": files("bbc_news_summary", "csv") | {"max_length": 96},
        "training": {"epochs": 8, "batch_size": 8, "learning_rate": 0.003},
        "hardware": {"device": "cpu"},
    }
    project, results = results_of(spec, tmp_path, num_written=10, max_new_tokens=40)
    test = results["metrics"]["test"]
    assert set(test) == {"loss", "rouge1", "rouge2", "rougeL", "rougeLsum"}
    assert test["loss"]["value"] < float(run(project, "-c", UNIGRAM)) - 1
