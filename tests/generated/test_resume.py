"""A run that is killed again and again ends with the very bytes of one that was left alone."""

from __future__ import annotations

import json
import random
import signal
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from tests.generated.projects import events, run_alone, start, wait_for, write
from tests.golden.gallery import SPECS, compile_spec, workplace

MOST_KILLS = 40
TIMING = {"seconds", "memory_gib", "train/samples_per_second", "train/tokens_per_second"}
OF_THE_RUN = {
    "seconds",
    "samples_per_second",
    "tokens_per_second",
    "time_to_first_step_s",
    "peak_memory_gib",
}

SCRATCH: dict[str, Any] = {
    "task": {"kind": "text-classification", "text": "message", "label": "intent"},
    "model": {
        "architecture": "bert",
        "layers": 1,
        "hidden_size": 32,
        "heads": 2,
        "max_positions": 64,
        "tokenizer": {"train": "bpe", "vocab_size": 500},
    },
    "data": "data/intents.csv",
    "training": {
        "epochs": 3,
        "batch_size": 32,
        "learning_rate": 0.003,
        "early_stopping": {"metric": "loss", "patience": 5},
        "checkpoint": {"every": 3},
    },
    "evaluation": {"every": 4, "resamples": 20},
    "hardware": "cpu",
}

LENGTH = {"steps": 24, "batch_size": 16, "checkpoint": {"every": 5}}
"""Of training: some epochs of each of the following, and a line of the log for each step."""

TASKS: dict[str, dict[str, Any]] = {
    "entities": {
        "task": {"kind": "token-classification", "text": "text", "spans": "entities"},
        "data": "data/deliveries.jsonl",
    },
    # Several windows a context, and a threshold that is tuned on validation.
    "answers": {
        "task": {"kind": "question-answering"},
        "data": {"train": "data/town_questions.json", "max_length": 64},
    },
    # Texts are drawn at each evaluation: their random numbers are not those of training.
    "translations": {
        "task": {
            "kind": "text-to-text",
            "source": "en",
            "target": "de",
            "preset": "translation",
            "generation": {"temperature": 1.0, "examples_in_training": 4},
        },
        "model": SCRATCH["model"] | {"architecture": "marian"},
        "data": {"train": "data/phrases", "format": "parallel"},
    },
}
"""Sections that differ from those of `SCRATCH`, by what is learned."""


def quickstart() -> dict[str, Any]:
    """Pretrained weights and speedups, with a cadence that twelve steps meet."""
    text = SPECS["quickstart"].read_text(encoding="utf-8").replace("2e-4", "0.0002")
    spec: dict[str, Any] = yaml.safe_load(text)
    spec["training"]["checkpoint"] = {"every": 3}
    spec["evaluation"] = {"every": 4, "resamples": 20}
    return spec


def kill_and_resume(project: Path, folder: str, seed: int, least_kills: int, *options: str) -> int:
    """Trains into `folder`, killing at random moments until a run ends; the number of kills."""
    rng = random.Random(seed)
    for kills in range(MOST_KILLS):
        before = len(events(project / folder))
        wanted = rng.randint(0, 12) if kills < least_kills else 10_000
        process = start(project, "train.py", "--resume", "--output-dir", folder, *options)

        def is_reached(before: int = before, wanted: int = wanted) -> bool:
            # A resumed run cuts the log back first, so the count is of what has grown since.
            return len(events(project / folder)) >= before + wanted

        if wait_for(process, is_reached):
            process.kill()
            process.wait()
            continue
        said, _ = process.communicate()
        assert process.returncode == 0, said
        return kills
    raise AssertionError(f"killed {MOST_KILLS} times without an end")


def terminate(project: Path, folder: str, least_events: int) -> int:
    """Trains into `folder` until SIGTERM, sent after so many lines of the log; the step saved.

    It is the step that the run says, wherever in a step the signal comes.
    """
    process = start(project, "train.py", "--output-dir", folder)
    assert wait_for(process, lambda: len(events(project / folder)) >= least_events)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate()
    assert process.returncode == 143, said
    saved = int(max(e["step"] for e in events(project / folder) if e["event"] == "checkpoint"))
    assert f"stopped by SIGTERM, saved at step {saved}" in said
    return saved


def without_timing(output_dir: Path) -> list[dict[str, Any]]:
    """What metrics.jsonl says apart from how long it took."""
    return [
        {name: value for name, value in event.items() if name not in TIMING}
        for event in events(output_dir)
    ]


def without_saving(output_dir: Path) -> list[dict[str, Any]]:
    """The same without checkpoints: SIGTERM makes one more."""
    return [event for event in without_timing(output_dir) if event["event"] != "checkpoint"]


def results(output_dir: Path) -> dict[str, Any]:
    """results.json apart from how long it took."""
    said: dict[str, Any] = json.loads((output_dir / "results.json").read_text(encoding="utf-8"))
    said["training"] = {k: v for k, v in said["training"].items() if k not in OF_THE_RUN}
    return said


def assert_same_outcome(one: Path, other: Path) -> None:
    """The trained model, its predictions and results are equal, bit for bit."""
    own = [f"model/{path.name}" for path in (one / "model").iterdir()]
    assert {"model/model.safetensors", "model/tokenizer.json"} <= {*own}
    for name in (*own, "predictions.jsonl", "report.json", "report.md"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    assert results(one) == results(other)
    last, other_last = (max((folder / "checkpoints").glob("*.pt")) for folder in (one, other))
    assert last.name == other_last.name
    weights = torch.load(last, weights_only=True)["model"]
    other_weights = torch.load(other_last, weights_only=True)["model"]
    assert weights.keys() == other_weights.keys()
    for name, value in weights.items():
        assert torch.equal(value, other_weights[name]), name


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with a finished, uninterrupted run in `alone`."""
    place = workplace(tmp_path_factory.mktemp("scratch"))
    project = write(compile_spec(SCRATCH, place), place / "project")
    run_alone(project, "train.py", "--output-dir", "alone")
    log = events(project / "alone")
    assert {"start", "train", "eval", "checkpoint", "end"} <= {event["event"] for event in log}
    return project


def test_killed_run_ends_like_an_uninterrupted_one(scratch: Path) -> None:
    assert kill_and_resume(scratch, "killed", 1, 4) >= 3
    assert_same_outcome(scratch / "alone", scratch / "killed")
    assert without_timing(scratch / "killed") == without_timing(scratch / "alone")
    # A run that has ended stays as it is.
    run_alone(scratch, "train.py", "--resume", "--output-dir", "killed")
    assert_same_outcome(scratch / "alone", scratch / "killed")
    assert without_timing(scratch / "killed") == without_timing(scratch / "alone")


def test_terminated_run_saves_and_goes_on(scratch: Path) -> None:
    # The sixth line is that of the fourth step, and written right before an evaluation.
    saved = terminate(scratch, "terminated", 6)
    said = run_alone(scratch, "train.py", "--resume", "--output-dir", "terminated")
    assert f"resumed at step {saved}" in said
    assert_same_outcome(scratch / "alone", scratch / "terminated")
    assert without_saving(scratch / "terminated") == without_saving(scratch / "alone")


@pytest.mark.parametrize("name", TASKS)
def test_every_task_goes_on_as_if_nothing_had_happened(name: str, tmp_path: Path) -> None:
    """Terminated, then killed: random numbers, order, best value and thresholds included."""
    place = workplace(tmp_path)
    usual = {key: value for key, value in SCRATCH["training"].items() if key != "epochs"}
    spec = SCRATCH | {"training": usual | LENGTH} | TASKS[name]
    project = write(compile_spec(spec, place), place / "project")
    run_alone(project, "train.py", "--output-dir", "alone")
    saved = terminate(project, "stopped", 8)
    last = max(event["step"] for event in events(project / "alone") if "step" in event)
    assert 0 < saved < last
    assert kill_and_resume(project, "stopped", 5, 1) == 1
    assert_same_outcome(project / "alone", project / "stopped")
    assert without_saving(project / "stopped") == without_saving(project / "alone")


def test_pretrained_run_with_speedups_resumes_exactly(tmp_path: Path) -> None:
    place = workplace(tmp_path)
    compiled = compile_spec(quickstart(), place)
    assert "speedups.py" in {file.path for file in compiled.files}
    project = write(compiled, place / "project")
    few = ("--max-steps", "12")
    run_alone(project, "train.py", "--output-dir", "alone", *few)
    assert kill_and_resume(project, "killed", 2, 2, *few) >= 1
    assert_same_outcome(project / "alone", project / "killed")
    assert without_timing(project / "killed") == without_timing(project / "alone")
