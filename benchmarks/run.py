"""Runs contenders in turn, each in a fresh process, and prints medians and ratios.

`python -m benchmarks.run [--data ../shared/data] [--rounds 3] [--seeds 3] [--only SUITE]`

Suites: `classification` (speed, MiniLM on sst2), `frozen` (encoder frozen, 5 epochs), `tags`,
`answers`, `language`, `translation` (speed of the other tasks), a task's name and `-scores` (its
metric on the test split, several seeds), `window` (what sorting by length costs and saves),
`compiler` (--help, check, build). Absolute figures depend on the machine; only ratios within one
run are worth comparing.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.project import ROOT, instructions, run_project
from benchmarks.works import WORKS

SUITES = [*WORKS, "frozen", *(f"{work}-scores" for work in WORKS), "window", "compiler"]


def settings_of(work: str, data: Path) -> dict[str, Any]:
    """What all contenders of a suite share."""
    paths = {
        "train": str((data / WORKS[work].train).resolve()),
        "test": str((data / WORKS[work].test).resolve()),
    }
    return {"work": work, "frozen": False, "score": False, "seed": 0} | paths | WORKS[work].settings


def run_contender(name: str, settings: dict[str, Any]) -> dict[str, float]:
    """One contender in a fresh process."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(settings, file)
        file.flush()
        command = [sys.executable, "-m", "benchmarks.contenders", name, file.name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not lines:
        raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
    return json.loads(lines[-1].removeprefix("RESULT "))  # type: ignore[no-any-return]


def interleave(
    contenders: list[str], settings: list[dict[str, Any]]
) -> dict[str, list[dict[str, float]]]:
    """A B C, A B C, ...: what the machine does to one, it does to all."""
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in contenders}
    for number, setting in enumerate(settings, 1):
        for name in contenders:
            if name.startswith("specc"):
                kernels = "plain" if name == "specc-plain" else "auto"
                figures[name].append(run_project(setting, kernels))
            else:
                figures[name].append(run_contender(name, setting))
            shown = {key: round(value, 3) for key, value in figures[name][-1].items()}
            print(f"round {number}  {name:16}  {shown}", file=sys.stderr, flush=True)
    return figures


def table(figures: dict[str, list[dict[str, float]]], key: str, of: str, better: str) -> str:
    """Medians of `key`, and per round the ratio of `of` to each contender."""
    lines = [f"| contender | {key} | {of} / contender |", "| --- | ---: | ---: |"]
    for name, rounds in figures.items():
        values = [item[key] for item in rounds]
        ratios = [a[key] / b[key] for a, b in zip(figures[of], rounds, strict=True)]
        spread = f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"
        lines.append(f"| {name} | {spread} | {statistics.median(ratios):.2f} |")
    return "\n".join([*lines, "", f"({better})"])


def score_table(figures: dict[str, list[dict[str, float]]], metric: str) -> str:
    """Mean and spread over the seeds."""
    lines = [f"| contender | test {metric} by seed | mean | standard deviation |"]
    lines.append("| --- | --- | ---: | ---: |")
    for name, rounds in figures.items():
        values = [item[metric] for item in rounds]
        each = ", ".join(f"{value:.4f}" for value in values)
        deviation = statistics.stdev(values) if len(values) > 1 else math.nan
        lines.append(f"| {name} | {each} | {statistics.mean(values):.4f} | {deviation:.4f} |")
    return "\n".join(lines)


def main() -> None:
    """Runs the asked suites and prints Markdown to standard output."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", type=int, help="training rows that -scores take; default: all")
    parser.add_argument("--epochs", type=int, help="that -scores take; default: by task")
    parser.add_argument(
        "--contenders",
        nargs="+",
        default=["trainer-default", "trainer-tuned", "specc"],
        help="of -scores",
    )
    parser.add_argument("--only", choices=SUITES)
    args = parser.parse_args()
    common = settings_of("classification", args.data)
    wanted = [args.only] if args.only else SUITES
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {instructions()}")
    if "classification" in wanted:
        names = ["tutorial", "trainer-default", "trainer-tuned", "specc-plain", "specc"]
        figures = interleave(names, [common] * args.rounds)
        print("\n## Classification\n")
        print(table(figures, "samples_per_second", "specc", "more is better"))
        print("\n" + table(figures, "time_to_first_step_s", "specc", "less is better"))
        print("\n" + table(figures, "peak_memory_gib", "specc", "less is better"))
    if "frozen" in wanted:
        frozen = common | {"frozen": True, "epochs": 5, "learning_rate": 1e-3, "num_rows": 1024}
        figures = interleave(["trainer-default", "trainer-tuned", "specc"], [frozen] * args.rounds)
        print("\n## Frozen encoder, 5 epochs, encoding included\n")
        print(table(figures, "whole_samples_per_second", "specc", "more is better"))
    for work in WORKS:
        if work != "classification" and work in wanted:
            names = ["trainer-default", "trainer-tuned", "specc-plain", "specc"]
            figures = interleave(names, [settings_of(work, args.data)] * args.rounds)
            print(f"\n## {WORKS[work].title}\n")
            print(table(figures, "samples_per_second", "specc", "more is better"))
        if f"{work}-scores" in wanted:
            scored = settings_of(work, args.data) | WORKS[work].scored | {"score": True}
            scored |= {"num_rows": args.rows} if args.rows else {}
            scored |= {"epochs": args.epochs} if args.epochs else {}
            seeds = [scored | {"seed": seed} for seed in range(args.seeds)]
            figures = interleave(args.contenders, seeds)
            rows = f"{args.rows or 'all'} training rows, {scored['epochs']} epochs"
            print(f"\n## {work}: {WORKS[work].metric} on the test split, {rows}\n")
            print(score_table(figures, WORKS[work].metric))
    if "window" in wanted:
        from benchmarks.window import report as windows

        print("\n## Batches sorted by length\n\n" + windows(args.data, args.seeds))
    if "compiler" in wanted:
        from benchmarks.compiler import report

        print("\n## Compiler\n\n" + report(args.rounds * 3))


if __name__ == "__main__":
    main()
