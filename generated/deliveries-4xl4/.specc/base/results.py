"""What a run leaves behind: results.json, predictions.jsonl and the error analysis in report.md."""

import json
import platform
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch

from config import Config
from data import Loader, file_digests
from distributed import rank, wait
from evaluate import Outcome, baseline, entities, intervals, predict, ratio, score
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
    config: Config,
    output_dir: Path,
    loaders: dict[str, Loader],
    training: dict[str, Any],
    device: torch.device,
) -> dict[str, Any]:
    """Scores the best checkpoint on validation and test; the first process writes everything."""
    wait()  # for the first process, which has written the model
    model = load_model(output_dir / "model", device)
    outcomes = {name: predict(model, loaders[name]) for name in ("validation", "test")}
    if rank() > 0:
        return {}
    final = outcomes["test"]
    results: dict[str, Any] = {
        "name": "deliveries-4xl4",
        "metrics": {name: with_intervals(outcome, config) for name, outcome in outcomes.items()},
        "baseline": {
            "description": "every word is O",
            "metrics": {name: score(baseline(outcome)) for name, outcome in outcomes.items()},
        },
        "training": {**training, "peak_memory_gib": round(peak_memory_gib(), 3)},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("torch", "transformers", "seqeval")},
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
    """Peak memory of the tensors on the GPU, in GiB."""
    return torch.cuda.max_memory_allocated() / 2**30


def marked(words: list[str], tags: np.ndarray) -> str:
    """The entities of a sentence, for a person to read."""
    found = sorted(entities(tags), key=lambda entity: entity[1])
    return (
        "; ".join(f"{' '.join(words[first : last + 1])} ({kind})" for kind, first, last in found)
        or "none"
    )


def write_predictions(path: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """One JSON object a sentence, in the order of the data."""
    with path.open("w", encoding="utf-8") as file:
        for row, words in enumerate(loader.examples.words):
            line = {
                "text": " ".join(words),
                "words": words,
                "tags": [config.labels[tag] for tag in outcome.targets[row]],
                "prediction": [config.labels[tag] for tag in outcome.predictions[row]],
                "probability": outcome.confidence[row].round(4).tolist(),
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def mistakes(outcome: Outcome, config: Config) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """How entities go wrong, boundaries apart from types, and which types are confused."""
    kinds = dict.fromkeys(("type", "boundary", "type and boundary", "missed", "invented"), 0)
    confused: Counter[tuple[str, str]] = Counter()
    for targets, predictions in zip(outcome.targets, outcome.predictions, strict=True):
        true, predicted = entities(targets), entities(predictions)
        for kind, first, last in sorted(true - predicted):
            near = [e for e in sorted(predicted) if e[1] <= last and e[2] >= first]
            same = [e for e in near if e[1:] == (first, last)]
            if same:
                kinds["type"] += 1
                confused[kind, same[0][0]] += 1
            elif near:
                kinds["boundary" if any(e[0] == kind for e in near) else "type and boundary"] += 1
            else:
                kinds["missed"] += 1
        for _, first, last in predicted - true:
            kinds["invented"] += all(e[1] > last or e[2] < first for e in true)
    confusions = [
        {"type": a, "prediction": b, "entities": n} for (a, b), n in confused.most_common()
    ]
    return [{"mistake": name, "entities": n} for name, n in kinds.items()], confusions


def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: where the model is wrong, and how."""
    right, predicted, true = outcome.counts.sum(0).T
    names = config.types
    columns = (
        ratio(right, predicted),
        ratio(right, true),
        ratio(2 * right, predicted + true),
        true,
    )
    per_type = [
        {
            "type": name,
            "precision": float(columns[0][i]),
            "recall": float(columns[1][i]),
            "f1": float(columns[2][i]),
            "entities": int(columns[3][i]),
        }
        for i, name in enumerate(names)
    ]
    pairs = zip(outcome.targets, outcome.predictions, strict=True)
    whole = np.array([bool((a == b).all()) for a, b in pairs])
    wrong = np.flatnonzero(~whole)
    worst = []
    for row in wrong[np.argsort(-outcome.losses[wrong], kind="stable")][: config.num_worst]:
        words = loader.examples.words[row]
        shown = {
            "true": marked(words, outcome.targets[row]),
            "prediction": marked(words, outcome.predictions[row]),
        }
        worst.append({"row": int(row), "text": " ".join(words), **shown})
    kinds, confusions = mistakes(outcome, config)
    lengths = [len(words) for words in loader.examples.words]
    report: dict[str, Any] = {
        "sentences": len(whole),
        "wrong": len(wrong),
        "per_type": per_type,
        "mistakes": kinds,
        "confusions": confusions,
        "by_length": by_length(lengths, whole, "words"),
        "worst": worst,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"{len(wrong)} of {len(whole)} sentences of the test split have a wrong tag.",
        *table("By type, whole entities", per_type),
        *table("Mistakes by kind", kinds),
        *table("Commonest confusions", confusions[:20]),
        *table("By length in words: sentences that are right as a whole", report["by_length"]),
        *table("Worst sentences: the largest loss", worst),
    ]
    (output_dir / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def by_length(sizes: list[int], right: np.ndarray, measure: str = "tokens") -> list[dict[str, Any]]:
    """Share of right answers for each quarter of the sentences, from short to long."""
    lengths = np.array(sizes)
    quarters = np.array_split(np.argsort(lengths, kind="stable"), 4)
    return [
        {
            measure: f"{lengths[rows].min()}-{lengths[rows].max()}",
            "sentences": len(rows),
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
