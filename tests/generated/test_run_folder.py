"""The folder of a run: where it is, who may write to it, and what may be resumed."""

from __future__ import annotations

import fcntl
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.generated import forked
from tests.generated.projects import TIME_LIMIT_S, environment, events, write
from tests.golden.gallery import compile_spec, workplace

SPEC: dict[str, Any] = {
    "task": {"kind": "text-classification", "text": "message", "label": "intent"},
    "model": {
        "architecture": "bert",
        "layers": 1,
        "hidden_size": 16,
        "heads": 2,
        "max_positions": 64,
        "tokenizer": {"train": "wordpiece", "vocab_size": 300},
    },
    "data": {"train": "data/intents.csv", "copy": "always"},
    "training": {"steps": 8, "batch_size": 16, "checkpoint": {"every": 3, "keep": 2}},
    "evaluation": {"every": 4, "resamples": 0},
    "hardware": "cpu",
}


def python(folder: Path, *arguments: str) -> tuple[int | None, str]:
    """Exit code and output of a Python program that is started in `folder`."""
    said = folder.parent / f"{folder.name}-said.txt"
    process = forked.start(folder, arguments, environment(folder), said)
    process.join(TIME_LIMIT_S)
    return process.exitcode, said.read_text(encoding="utf-8")


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project that was trained from another folder, which has an `outputs/` of its own."""
    place = workplace(tmp_path_factory.mktemp("finished"))
    project = write(compile_spec(SPEC, place), place / "project")
    for name in ("outputs/model/mine.txt", "outputs/checkpoints/step-00000001.pt"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("mine")
    before = content(place / "outputs")
    code, said = python(place, str(project / "train.py"))
    assert code == 0, said
    assert content(place / "outputs") == before
    assert (project / "outputs/results.json").is_file()
    return project


@pytest.fixture
def project(finished: Path, tmp_path: Path) -> Path:
    """A copy of the trained project."""
    shutil.copytree(finished.parent / "no_specc", tmp_path / "no_specc")
    return Path(shutil.copytree(finished, tmp_path / "project"))


def refused(project: Path, *arguments: str) -> str:
    """What train.py says that changes nothing."""
    before = content(project / "outputs")
    code, said = python(project, "train.py", *arguments)
    assert code == 1 and "Traceback" not in said, said
    assert content(project / "outputs") == before
    return said


def test_predict_and_evaluate_find_the_model_from_anywhere(finished: Path) -> None:
    elsewhere = finished.parent
    code, said = python(elsewhere, str(finished / "predict.py"), "where is my parcel")
    assert code == 0 and json.loads(said.splitlines()[-1])["prediction"], said
    code, said = python(elsewhere, str(finished / "evaluate.py"))
    assert code == 0, said
    results = json.loads((finished / "outputs/results.json").read_text())
    accuracy = results["metrics"]["test"]["accuracy"]["value"]
    assert f'"accuracy": {accuracy}' in said


def test_a_given_folder_is_seen_from_where_the_program_is_started(project: Path) -> None:
    code, said = python(project.parent, "project/train.py", "--output-dir", "here", "--max-steps=2")
    assert code == 0, said
    assert (project.parent / "here/results.json").is_file()


def test_a_finished_run_is_replaced_only_with_overwrite(project: Path) -> None:
    assert "holds a finished run; --overwrite replaces it" in refused(project)
    (project / "outputs/model/mine.txt").write_text("mine")
    code, said = python(project, "train.py", "--overwrite", "--max-steps=2")
    assert code == 0, said
    assert {event["step"] for event in events(project / "outputs") if "step" in event} == {1, 2}
    assert (project / "outputs/model/mine.txt").read_text() == "mine"


def test_an_unfinished_run_is_continued_or_replaced(project: Path) -> None:
    (project / "outputs/results.json").unlink()
    assert "holds an unfinished run" in refused(project)
    shutil.rmtree(project / "outputs/checkpoints")
    assert "holds an unfinished run" in refused(project)


def test_a_second_training_is_refused(project: Path) -> None:
    with (project / "outputs/.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for option in ("--resume", "--overwrite"):
            assert "another training is running in " in refused(project, option)


def test_other_rows_are_not_resumed(project: Path) -> None:
    path = project / "data/intents.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    said = refused(project, "--resume")
    assert "step-00000008.pt belongs to another run (then -> now):\n  rows of train: " in said


def test_other_labels_and_settings_are_not_resumed(project: Path) -> None:
    path = project / "config.py"
    text = path.read_text()
    for old, new in (
        (r'= \(\s+"(cancel_order)",\s+"(change_address)"', r'= ("\2", "\1"'),
        (r"learning_rate: float = [0-9.]+", "learning_rate: float = 0.1"),
        (r"seed: int = 0  # of weights", "seed: int = 1  # of weights"),
        (r'best_metric: str = "accuracy"', 'best_metric: str = "loss"'),
    ):
        text, number = re.subn(old, new, text, count=1)
        assert number == 1, old
    path.write_text(text)
    said = refused(project, "--resume")
    assert "  labels: ('cancel_order', 'change_address'," in said
    assert "  seed: 0 -> 1\n" in said and "  best_metric: 'accuracy' -> 'loss'\n" in said
    assert "  learning_rate: " in said and "  rows of test: " in said


def test_a_longer_run_with_other_intervals_goes_on(project: Path) -> None:
    path = project / "config.py"
    text = path.read_text().replace("steps: int = 8", "steps: int = 10")
    path.write_text(text.replace("save_every: int = 3", "save_every: int = 5"))
    code, said = python(project, "train.py", "--resume")
    assert code == 0 and "resumed at step 8" in said, said
    log = events(project / "outputs")
    assert [event["num_steps"] for event in log if event["event"] == "start"] == [8, 10]
    steps = [event["step"] for event in log if event["event"] == "train"]
    assert steps == sorted(set(steps)) and steps[-1] == 10


@pytest.mark.parametrize("damage", ["cut", "empty", "one bit"])
def test_a_damaged_checkpoint_is_named_and_the_one_before_is_taken(
    project: Path, damage: str
) -> None:
    last = project / "outputs/checkpoints/step-00000008.pt"
    data = bytearray(last.read_bytes())
    data[len(data) // 2] ^= 1
    last.write_bytes({"cut": data[:1000], "empty": b"", "one bit": data}[damage])
    code, said = python(project, "train.py", "--resume")
    assert code == 0 and "step-00000008.pt is damaged" in said, said
    assert "resumed at step 6" in said
    assert {path.name for path in last.parent.iterdir()} == {
        *("step-00000006.pt", "step-00000008.damaged", "step-00000008.pt")
    }
    for path in last.parent.glob("*.pt"):
        path.write_bytes(path.read_bytes()[:-100])
    assert "no whole checkpoint is left" in refused(project, "--resume")


@pytest.mark.parametrize("left", [0, 100])
def test_a_log_that_lost_lines_is_not_filled_up(project: Path, left: int) -> None:
    log = project / "outputs/metrics.jsonl"
    log.write_bytes(log.read_bytes()[:left])
    code, said = python(project, "train.py", "--resume", "--max-steps=8")
    assert code == 0 and "metrics.jsonl has lost lines" in said, said
    assert [event["event"] for event in events(project / "outputs")][-1] == "end"
    assert b"\0" not in log.read_bytes()


def test_a_full_disk_is_one_clear_error_and_leaves_no_half_file(project: Path) -> None:
    program = """
import errno, os, sys
import torch, run_folder
from dataclasses import replace
from config import Config
from train import main

real = os.fsync
def fsync(number):
    if "step-" in os.readlink(f"/proc/self/fd/{number}"):
        raise OSError(errno.ENOSPC, "No space left on device")
    real(number)
os.fsync = fsync
main(replace(Config(), steps=10), resume=True)
"""
    code, said = python(project, "-c", program)
    assert code == 1 and "Traceback" not in said, said
    assert re.search(r"step-00000009.pt cannot be written: .*No space left on device", said)
    saved = {path.name for path in (project / "outputs/checkpoints").iterdir()}
    assert saved == {"step-00000006.pt", "step-00000008.pt"}
