"""The projects whose data and weights are at hand train on them, and agree with themselves."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.generated.projects import events, read_lines, run, train, write
from tests.golden.gallery import SPECS, compiled

LOCAL = [
    name
    for name in SPECS
    for plan in [compiled(name)[0]]
    if plan.hardware.device == "cpu" and not plan.facts.hub
]
NUM_STEPS = 2
FEW_RESAMPLES = {"num_resamples": 20}


def test_most_of_the_gallery_can_be_trained_here() -> None:
    assert len(LOCAL) >= 7


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trained")


@cache
def trained(name: str, folder: Path) -> Path:
    """A project after two steps; the rest of the run is whole."""
    project = write(compiled(name)[1], folder / name)
    train(project, max_steps=NUM_STEPS, **FEW_RESAMPLES)
    return project


def results_of(project: Path) -> dict[str, Any]:
    return json.loads((project / "outputs/results.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", LOCAL)
def test_results_are_well_formed(name: str, folder: Path) -> None:
    plan = compiled(name)[0]
    project = trained(name, folder)
    results = results_of(project)
    assert results["name"] == name
    assert set(results["metrics"]) == {split for split in plan.splits if split != "train"}
    assert results["training"]["steps"] == NUM_STEPS
    for scores in results["metrics"].values():
        assert set(scores) == {"loss", *plan.metrics}
        single = [score for score in scores.values() if "value" in score]
        assert single
        for score in single:
            assert score["low"] <= score["high"]
            assert all(math.isfinite(number) for number in score.values())
    assert set(results["data_sha256"]) == {copy.path for copy in compiled(name)[1].copies}
    report = (project / "outputs/report.md").read_text(encoding="utf-8")
    assert report.startswith("# Error analysis\n")
    assert json.loads((project / "outputs/report.json").read_text(encoding="utf-8"))["texts"]


@pytest.mark.parametrize("name", LOCAL)
def test_log_tells_the_run(name: str, folder: Path) -> None:
    log = events(trained(name, folder) / "outputs")
    kinds = [event["event"] for event in log]
    assert kinds[0] == "start"
    assert kinds[-1] == "end"
    assert kinds.count("checkpoint") == 1
    losses = [event["train/loss"] for event in log if event["event"] == "train"]
    assert losses and all(math.isfinite(loss) for loss in losses)
    evaluations = [event for event in log if event["event"] == "eval"]
    assert [event["step"] for event in evaluations] == [NUM_STEPS]
    assert f"eval/{compiled(name)[0].best}" in evaluations[0]


@pytest.mark.parametrize("name", LOCAL)
def test_predictions_of_new_texts_are_those_of_the_run(name: str, folder: Path) -> None:
    plan = compiled(name)[0]
    project = trained(name, folder)
    written = read_lines(project / "outputs/predictions.jsonl")
    assert plan.split_rows is not None
    assert len(written) == plan.split_rows[plan.final_split]
    # A single pair fits on the command line, any number of texts does.
    few = written[:1] if len(plan.spec.task.text) == 2 else written[:4]
    texts = few[0]["text"] if len(plan.spec.task.text) == 2 else [row["text"] for row in few]
    answers = [json.loads(line) for line in run(project, "predict.py", *texts).splitlines()]
    assert len(answers) == len(few)
    for answer, row in zip(answers, few, strict=True):
        if plan.facts.labels.problem == "regression":
            assert answer["prediction"] == pytest.approx(row["prediction"], abs=1e-4)
        else:
            assert answer["prediction"] == row["prediction"]


@pytest.mark.parametrize("name", LOCAL)
def test_evaluating_again_gives_the_same_scores(name: str, folder: Path) -> None:
    plan = compiled(name)[0]
    project = trained(name, folder)
    again = json.loads(run(project, "evaluate.py"))
    written = results_of(project)["metrics"][plan.final_split]
    assert set(again) == set(written)
    for metric, value in again.items():
        expected = written[metric]["value"] if "value" in written[metric] else written[metric]
        assert value == pytest.approx(expected, abs=1e-6), metric


def test_fewer_texts_can_be_scored(folder: Path) -> None:
    project = write(compiled("intents-from-scratch")[1], folder / "few")
    train(project, max_steps=1, max_eval_texts=16, output_dir="trial", **FEW_RESAMPLES)
    assert len(read_lines(project / "trial/predictions.jsonl")) == 16
    results = json.loads((project / "trial/results.json").read_text(encoding="utf-8"))
    assert results["training"]["steps"] == 1


def test_reading_a_file_answers_each_line(folder: Path) -> None:
    project = trained("intents-from-scratch", folder)
    (project / "new.csv").write_text('message\n"one, two"\nthree\n', encoding="utf-8")
    answers = [json.loads(line) for line in run(project, "predict.py", "--file", "new.csv").splitlines()]
    assert [answer["text"] for answer in answers] == ["one, two", "three"]
