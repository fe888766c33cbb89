"""specc's own project for the same work: compiled, trained in a fresh process, measured."""

from __future__ import annotations

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

from benchmarks.works import FEW, WORKS, split_of

ROOT = Path(__file__).resolve().parent.parent
SPEC = """\
name: {name}
task: {task}
model: {model}
data: {{train: {train}, validation: {validation}, test: {test}, {data}}}
training:
  epochs: {epochs}
  batch_size: {batch_size}
  learning_rate: {learning_rate}
  seed: {seed}
  kernels: {kernels}
  {training}
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


def run_project(settings: dict[str, Any], kernels: str) -> dict[str, float]:
    """What `train.py` of the compiled project measured."""
    work = WORKS[settings["work"]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        head, rows = split_of(settings, "train")
        # Scoring is not what the speed suites measure: few rows for each split do.
        test_head, test_rows = split_of(settings, "test")
        contents = {
            "train": [head, *rows],
            "few": [test_head, *test_rows[:FEW]],
            "other": [test_head, *test_rows[FEW : 2 * FEW]],
            "test": [test_head, *test_rows],
        }
        endings = {"tags": ".conll", "answers": ".jsonl"}
        ending = endings.get(settings["work"], Path(work.train).suffix)
        paths = {key: folder / f"data/{key}{ending}" for key in contents}
        for key, lines in contents.items():
            paths[key].write_text("".join(lines), encoding="utf-8")
        spec = SPEC.format(
            name="benchmark",
            task=work.task,
            model=work.model.replace("FREEZE", ", freeze: encoder" if settings["frozen"] else ""),
            data=work.data,
            train=json.dumps(str(paths["train"])),
            validation=json.dumps(str(paths["few"])),
            test=json.dumps(str(paths["test" if settings["score"] else "other"])),
            training=work.training,
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
        [sys.executable, "train.py", "--overwrite"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the project failed:\n{done.stderr[-2000:]}")
    measured = _measured(project / "outputs", settings) | {"process_s": time.time() - started}
    if settings["score"] and settings["work"] == "translation":
        measured["bits_per_byte"] = measured["loss"] * _tokens_per_byte(project) / math.log(2)
    return measured


def _tokens_per_byte(project: Path) -> float:
    """Target tokens of the test split by their bytes: its loss is a mean over tokens."""
    program = (
        "from pathlib import Path; from config import Config; from data import *; c = Config();"
        "e = read_splits(c)['test'];"
        "t = load_tokenizer(c, [], Path('outputs/model/tokenizer.json'));"
        "tokens = sum(map(len, Loader(e, t, c).target_ids));"
        "print(tokens / sum(len(text.encode()) for text in e.targets))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def _measured(outputs: Path, settings: dict[str, Any]) -> dict[str, float]:
    """The same figures as the contenders', from what the project wrote."""
    events = [json.loads(line) for line in (outputs / "metrics.jsonl").read_text().splitlines()]
    results = json.loads((outputs / "results.json").read_text())
    # All batches but the last of an epoch are of one size: the mean time of a sample is taken.
    rates = [e[WORKS[settings["work"]].rate] for e in events if e["event"] == "train"][3:]
    training = results["training"]
    measured = {
        "samples_per_second": statistics.harmonic_mean(rates),
        "time_to_first_step_s": training["time_to_first_step_s"],
        "peak_memory_gib": training["peak_memory_gib"],
        "training_s": training["seconds"],
    }
    metric = "loss" if settings["work"] == "translation" else WORKS[settings["work"]].metric
    if settings["score"]:
        measured[metric] = results["metrics"]["test"][metric]["value"]
    if settings["frozen"]:
        # Encoding and training, without evaluating and saving, which the others do not do.
        texts = settings["epochs"] * events[0]["splits"]["train"]
        whole = training["features_s"] + texts / training["samples_per_second"]
        measured["whole_samples_per_second"] = texts / whole
    return measured
