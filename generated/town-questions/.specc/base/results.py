"""What a run leaves behind: results.json, predictions.jsonl and the error analysis in report.md."""

import json
import platform
import re
import resource
import sys
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from config import Config
from data import Loader, file_digests
from evaluate import (
    Outcome,
    baseline,
    describe,
    intervals,
    load_thresholds,
    predict,
    score,
    tune_thresholds,
)
from model import load_model
from run_folder import finite, whole_file


def with_intervals(outcome: Outcome, config: Config) -> dict[str, Any]:
    """Each metric as value, low and high."""
    bounds = intervals(outcome, config)
    return {
        name: dict(zip(("value", "low", "high"), (value, *bounds[name]), strict=True))
        for name, value in score(outcome).items()
    }


def write_results(
    config: Config, output_dir: Path, loaders: dict[str, Loader], training: dict[str, Any]
) -> dict[str, Any]:
    """Scores the best checkpoint on validation and test and writes everything."""
    model = load_model(output_dir / "model")
    thresholds = tune_thresholds(predict(model, loaders["validation"], load_thresholds(Path())))
    named = {"no_answer": thresholds}
    (output_dir / "model/thresholds.json").write_text(
        json.dumps(named, indent=2) + "\n", encoding="utf-8"
    )
    outcomes = {name: predict(model, loaders[name], thresholds) for name in ("validation", "test")}
    final = outcomes["test"]
    results: dict[str, Any] = {
        "name": "town-questions",
        "metrics": {name: with_intervals(outcome, config) for name, outcome in outcomes.items()},
        "baseline": {
            "description": "always that there is no answer",
            "metrics": {name: score(baseline(outcome)) for name, outcome in outcomes.items()},
        },
        "tokenization": "words",
        "thresholds": named,
        "training": {**training, "peak_memory_gib": round(peak_memory_gib(), 3)},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("torch", "transformers")},
        },
        "spec_sha256": config.spec_sha256,
        "data_sha256": file_digests(config),
    }
    write_predictions(output_dir / "predictions.jsonl", loaders["test"], final, config)
    write_report(output_dir, loaders["test"], final, config)
    with whole_file(output_dir / "results.json") as file:  # the last one: now the run is finished
        file.write((json.dumps(finite(results), indent=2, ensure_ascii=False) + "\n").encode())
    return results


def peak_memory_gib() -> float:
    """Largest resident memory of this process, in GiB (the system counts KiB, macOS bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**30 if sys.platform == "darwin" else peak / 2**20


def write_predictions(path: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """One JSON object a question, in the order of the data."""
    examples = loader.examples
    with path.open("w", encoding="utf-8") as file:
        for row, question in enumerate(examples.questions):
            line = {
                "question": question,
                "answers": examples.answers[row],
                "f1": round(float(outcome.f1[row]), 4),
                **describe(outcome, row),
                "context": examples.contexts[row],
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: where the model is wrong, and how."""
    examples = outcome.examples
    asked = np.array([question_word(question, config) for question in examples.questions])
    lengths = np.array([len(context) for context in examples.contexts])
    edges = [lengths.min() - 1, *np.quantile(lengths, (0.25, 0.5, 0.75, 1)).round()]
    wrong = np.flatnonzero(outcome.exact == 0)
    worst = [
        {
            "row": int(row),
            "question": examples.questions[row],
            "answers": " / ".join(dict.fromkeys(examples.answers[row])) or "(none)",
            "prediction": describe(outcome, row)["prediction"] or "(none)",
            "f1": round(float(outcome.f1[row]), 4),
            "loss": round(float(outcome.losses[row]), 4),
        }
        for row in wrong[np.lexsort((-outcome.losses[wrong], outcome.f1[wrong]))][
            : config.num_worst
        ]
    ]
    report: dict[str, Any] = {
        "errors": len(wrong),
        "texts": len(examples),
        "tokenization": "words",
        "threshold": outcome.threshold,
        "by_answerable": [
            *part("an answer", outcome.has_answer, outcome),
            *part("no answer", ~outcome.has_answer, outcome),
        ],
        "by_question_word": [
            line
            for word in (*config.question_words, "other")
            for line in part(word, asked == word, outcome)
        ],
        "by_context_length": [
            line
            for low, high in pairwise(edges)
            for line in part(
                f"{low + 1:.0f}-{high:.0f}", (low < lengths) & (lengths <= high), outcome
            )
        ],
        "worst": worst,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"{len(wrong)} of {len(examples)} questions of the test split are not answered exactly.",
        "Answers are compared by words; F1 is the mean over questions.",
        *table("By what the context holds", report["by_answerable"]),
        *table("By question word", report["by_question_word"]),
        *table("By length of the context in characters", report["by_context_length"]),
        *table("Worst examples: the least F1, then the highest loss", worst),
    ]
    (output_dir / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def question_word(question: str, config: Config) -> str:
    """The first of the listed words that stands in the question."""
    words = re.findall(r"\w+", question.casefold())
    return next((word for word in words if word in config.question_words), "other")


def part(name: str, chosen: np.ndarray, outcome: Outcome) -> list[dict[str, Any]]:
    """Exact match and F1 of some of the questions; nothing where there are none."""
    if not chosen.any():
        return []
    exact, f1 = outcome.exact[chosen].mean(), outcome.f1[chosen].mean()
    return [
        {"part": name, "questions": int(chosen.sum()), "exact_match": float(exact), "f1": float(f1)}
    ]


def table(title: str, rows: list[dict[str, Any]]) -> list[str]:
    """A Markdown table; a bar or a line break in a text must not end its cell."""
    if not rows:
        return ["", f"## {title}", "", "none"]
    cells = [
        [
            f"{v:.3f}" if isinstance(v, float) else " ".join(str(v).replace("|", "\\|").split())
            for v in row.values()
        ]
        for row in rows
    ]
    header = ["| " + " | ".join(rows[0]) + " |", "|" + " --- |" * len(rows[0])]
    return ["", f"## {title}", "", *header, *("| " + " | ".join(row) + " |" for row in cells)]
