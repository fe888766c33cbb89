"""What a run leaves behind: results.json, predictions.jsonl and the error analysis in report.md."""

import json
import platform
import resource
import sys
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from config import Config
from data import Loader, file_digests
from evaluate import Outcome, baseline, intervals, predict, score
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
    outcomes = {name: predict(model, loaders[name]) for name in ("validation", "test")}
    final = outcomes["test"]
    results: dict[str, Any] = {
        "name": "review-stars",
        "metrics": {name: with_intervals(outcome, config) for name, outcome in outcomes.items()},
        "baseline": {
            "description": "always the mean of the training targets",
            "metrics": {name: score(baseline(outcome)) for name, outcome in outcomes.items()},
        },
        "truncated": {"texts": loaders["train"].num_truncated},
        "training": {**training, "peak_memory_gib": round(peak_memory_gib(), 3)},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("torch", "transformers", "scikit-learn", "scipy")},
        },
        "spec_sha256": config.spec_sha256,
        "data_sha256": file_digests(config),
    }
    write_predictions(output_dir / "predictions.jsonl", loaders["test"], final, config)
    write_report(output_dir, loaders["test"], final, config)
    with (output_dir / "report.md").open("a", encoding="utf-8") as report:
        report.write(f"\n{loaders['train'].length_note()}.\n")
    with whole_file(output_dir / "results.json") as file:  # the last one: now the run is finished
        file.write((json.dumps(finite(results), indent=2, ensure_ascii=False) + "\n").encode())
    return results


def peak_memory_gib() -> float:
    """Largest resident memory of this process, in GiB (the system counts KiB, macOS bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**30 if sys.platform == "darwin" else peak / 2**20


def write_predictions(path: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """One JSON object a text, in the order of the data."""
    with path.open("w", encoding="utf-8") as file:
        for row, text in enumerate(loader.examples.texts):
            line = {
                "text": text,
                "target": float(outcome.targets[row]),
                "prediction": round(float(outcome.predictions[row]), 6),
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: where the model is wrong, and how."""
    errors = outcome.predictions - outcome.targets
    worst = [
        {
            "row": int(row),
            "text": loader.examples.texts[row],
            "target": round(float(outcome.targets[row]), 4),
            "prediction": round(float(outcome.predictions[row]), 4),
        }
        for row in np.argsort(-np.abs(errors))[: config.num_worst]
    ]
    edges = np.quantile(outcome.targets, (0, 0.25, 0.5, 0.75, 1))
    by_target: list[dict[str, Any]] = [
        {
            "from": float(low),
            "to": float(high),
            "texts": int(inside.sum()),
            "mean_error": round(float(errors[inside].mean()), 4),
            "mean_absolute_error": round(float(np.abs(errors[inside]).mean()), 4),
        }
        for low, high in pairwise(edges)
        if (inside := (outcome.targets >= low) & (outcome.targets <= high)).any()
    ]
    close = np.abs(errors) <= config.target_std / 2
    report: dict[str, Any] = {
        "texts": len(errors),
        "mean_error": float(errors.mean()),
        "by_target": by_target,
        "by_length": by_length([len(ids) for ids in loader.token_ids], close),
        "worst": worst,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"The {len(errors)} texts of the test split are predicted {errors.mean():+.4f} off on average.",
        "`right` below means: within half a standard deviation of the training targets.",
        *table("By target", by_target),
        *table("By length in tokens", report["by_length"]),
        *table("Worst examples: the largest errors", worst),
    ]
    (output_dir / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def by_length(sizes: list[int], right: np.ndarray, measure: str = "tokens") -> list[dict[str, Any]]:
    """Share of right answers for each quarter of the texts, from short to long."""
    lengths = np.array(sizes)
    quarters = np.array_split(np.argsort(lengths, kind="stable"), 4)
    return [
        {
            measure: f"{lengths[rows].min()}-{lengths[rows].max()}",
            "texts": len(rows),
            "right": round(float(right[rows].mean()), 4),
        }
        for rows in quarters
        if len(rows)
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
