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
from data import Loader, as_source, file_digests
from evaluate import Outcome, about_texts, baseline, intervals, predict, score
from model import load_model
from run_folder import finite, whole_file
from scores import quality


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
        "name": "phrases-en-de",
        "metrics": {name: with_intervals(outcome, config) for name, outcome in outcomes.items()},
        "baseline": {
            "description": "a copy of `en`",
            "metrics": {name: score(baseline(outcome)) for name, outcome in outcomes.items()},
        },
        "texts": about_texts(outcomes, config),
        "truncated": {
            "sources": loaders["train"].num_truncated,
            "targets": loaders["train"].num_cut,
        },
        "training": {**training, "peak_memory_gib": round(peak_memory_gib(), 3)},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("torch", "transformers", "sacrebleu")},
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
    """One JSON object a written text, in the order of the data."""
    written = zip(outcome.rows, outcome.sources, outcome.targets, outcome.predictions, strict=True)
    with path.open("w", encoding="utf-8") as file:
        for row, text, target, prediction in written:
            line = {"row": int(row), "text": text, "target": target, "prediction": prediction}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: where the model is wrong, and how."""
    values = quality(outcome.predictions, outcome.targets)
    order = np.argsort(values, kind="stable")
    examples: list[dict[str, Any]] = [
        {
            "chrf": round(float(values[i]), 4),
            "row": int(outcome.rows[i]),
            "source": as_source(outcome.sources[i]),
            "target": outcome.targets[i],
            "prediction": outcome.predictions[i],
        }
        for i in order
    ]
    written = sum(map(len, outcome.predictions))
    wanted = sum(map(len, outcome.targets))
    lengths = np.array([len(loader.source_ids[row]) for row in outcome.rows])
    report: dict[str, Any] = {
        "texts": len(values),
        "mean_chrf": round(float(values.mean()), 4),
        "length_ratio": round(written / max(1, wanted), 4),
        "empty": sum(not text for text in outcome.predictions),
        "by_source_length": by_source_length(lengths, values),
        "worst": examples[: config.num_worst],
        "best": examples[::-1][: config.num_worst],
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"{len(values)} texts of the test split were written; mean chrf: {values.mean():.3f}.",
        f"Length ratio {report['length_ratio']:.2f} (characters by those of the targets); {report['empty']} are empty.",
        *table("By length of the source in tokens", report["by_source_length"]),
        *table("Worst by chrf", report["worst"]),
        *table("Best by chrf", report["best"]),
    ]
    (output_dir / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def by_source_length(lengths: np.ndarray, values: np.ndarray) -> list[dict[str, Any]]:
    """The mean of each quarter of the texts, from short to long sources."""
    quarters = np.array_split(np.argsort(lengths, kind="stable"), 4)
    return [
        {
            "tokens": f"{lengths[rows].min()}-{lengths[rows].max()}",
            "texts": len(rows),
            "chrf": round(float(values[rows].mean()), 4),
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
