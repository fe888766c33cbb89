"""What a run leaves behind: results.json, predictions.jsonl and the error analysis in report.md."""

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch

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
    config: Config,
    output_dir: Path,
    loaders: dict[str, Loader],
    training: dict[str, Any],
    device: torch.device,
) -> dict[str, Any]:
    """Scores the best checkpoint on validation and test and writes everything."""
    model = load_model(output_dir / "model", device)
    outcomes = {name: predict(model, loaders[name]) for name in ("validation", "test")}
    final = outcomes["test"]
    results: dict[str, Any] = {
        "name": "harbour-h100",
        "metrics": {name: with_intervals(outcome, config) for name, outcome in outcomes.items()},
        "baseline": {
            "description": "each token by its share of the training tokens (counts plus one), whatever stands before",
            "metrics": {
                name: score(baseline(loaders[name], loaders["train"]))
                for name, outcome in outcomes.items()
            },
        },
        "training": {**training, "peak_memory_gib": round(peak_memory_gib(), 3)},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("torch", "transformers", "tokenizers")},
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


def write_predictions(path: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """One JSON object a block, in the order of the text; a cut character shows as U+FFFD."""
    with path.open("w", encoding="utf-8") as file:
        for row in range(loader.num_blocks):
            line = {
                "block": row,
                "text": loader.tokenizer.decode(loader.targets(row).tolist()),
                "tokens": int(outcome.num_tokens[row]),
                "loss": round(float(outcome.losses[row] / outcome.num_tokens[row]), 6),
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def by_position(outcome: Outcome) -> list[dict[str, Any]]:
    """Mean loss for each eighth of the block: how much is won by what stands before."""
    parts = np.array_split(np.arange(outcome.by_position.shape[1]), 8)
    totals = [(part, *outcome.by_position[:, part].sum(1)) for part in parts if len(part)]
    return [
        {
            "positions": f"{part[0] + 1}-{part[-1] + 1}",
            "tokens": int(number),
            "loss": float(nats / number),
        }
        for part, nats, number in totals
        if number
    ]


def by_token(loader: Loader, outcome: Outcome, config: Config) -> list[dict[str, Any]]:
    """The tokens that cost most in all."""
    losses, counts = outcome.by_token
    worst = [
        int(token)
        for token in np.argsort(-losses, kind="stable")[: config.num_worst]
        if counts[token]
    ]
    return [
        {
            "token": repr(loader.tokenizer.decode([token], skip_special_tokens=False)),
            "times": int(counts[token]),
            "loss": float(losses[token] / counts[token]),
            "share_of_loss": float(losses[token] / losses.sum()),
        }
        for token in worst
    ]


def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: what is hard, and samples of the run."""
    means = outcome.losses / outcome.num_tokens
    worst = [
        {
            "block": int(row),
            "loss": float(means[row]),
            "text": loader.tokenizer.decode(loader.targets(int(row)).tolist())[:200],
        }
        for row in np.argsort(-means, kind="stable")[: config.num_worst]
    ]
    log = (output_dir / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    samples = [event for event in map(json.loads, log) if event["event"] == "sample"]
    report: dict[str, Any] = {
        "texts": len(loader.examples),
        "blocks": len(means),
        "tokens": int(outcome.num_tokens.sum()),
        "by_position": by_position(outcome),
        "by_token": by_token(loader, outcome, config),
        "worst": worst,
        "samples": [
            {name: event[name] for name in ("step", "prompt", "text")} for event in samples
        ],
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"{report['tokens']:,} tokens of the test split in {len(means):,} blocks.",
        *table("By position in the block", report["by_position"]),
        *table("Tokens that cost most", report["by_token"]),
        *table("Worst blocks", worst),
        "",
        "## Samples as training went",
    ]
    for sample in report["samples"]:
        start = f"step {sample['step']}, after {sample['prompt']!r}:"
        lines += ["", start, "", *(f"    {line}" for line in sample["text"].splitlines())]
    (output_dir / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


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
