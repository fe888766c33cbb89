"""What a run leaves behind: results.json, predictions.jsonl and the error analysis in report.md."""

import json
import platform
import resource
import sys
from importlib.metadata import version
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
        "name": "intents-from-scratch",
        "metrics": {name: with_intervals(outcome, config) for name, outcome in outcomes.items()},
        "baseline": {
            "description": "always cancel_order",
            "metrics": {name: score(baseline(outcome)) for name, outcome in outcomes.items()},
        },
        "truncated": {"texts": loaders["train"].num_truncated},
        "training": {**training, "peak_memory_gib": round(peak_memory_gib(), 3)},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("torch", "transformers", "scikit-learn")},
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
                "label": config.labels[outcome.targets[row]],
                "prediction": config.labels[outcome.predictions[row]],
                "probability": round(float(outcome.confidence[row]), 6),
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: where the model is wrong, and how."""
    from sklearn import metrics

    names, classes = config.labels, range(len(config.labels))
    confusion = metrics.confusion_matrix(outcome.targets, outcome.predictions, labels=classes)
    measures = metrics.precision_recall_fscore_support(
        outcome.targets, outcome.predictions, labels=classes, zero_division=0
    )
    per_class: list[dict[str, Any]] = [
        dict(zip(("label", "precision", "recall", "f1", "texts"), row, strict=True))
        for row in zip(names, *(measure.tolist() for measure in measures), strict=True)
    ]
    wrong = np.flatnonzero(outcome.targets != outcome.predictions)
    worst = [
        {
            "row": int(row),
            "text": loader.examples.texts[row],
            "label": names[outcome.targets[row]],
            "prediction": names[outcome.predictions[row]],
            "probability": round(float(outcome.confidence[row]), 4),
        }
        for row in wrong[np.argsort(-outcome.losses[wrong])][: config.num_worst]
    ]
    pairs: list[dict[str, Any]] = [
        {"label": names[i], "prediction": names[j], "texts": int(confusion[i, j])}
        for i in classes
        for j in classes
        if i != j and confusion[i, j]
    ]
    pairs.sort(key=lambda pair: -pair["texts"])
    report: dict[str, Any] = {
        "errors": len(wrong),
        "texts": len(outcome.targets),
        "per_class": per_class,
        "confusions": pairs,
        "confusion_matrix": confusion.tolist(),
        "by_length": by_length(
            [len(ids) for ids in loader.token_ids], outcome.targets == outcome.predictions
        ),
        "worst": worst,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"{len(wrong)} of {len(outcome.targets)} texts of the test split are wrong.",
        *table("By class", per_class),
        *table("Commonest confusions", pairs[:20]),
        *table("By length in tokens", report["by_length"]),
        *table("Worst examples: the least probability on the right label", worst),
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
