"""The projects whose data and weights are at hand train on them, and agree with themselves."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from specc.plan.plan import Plan
from tests.generated.projects import events, read_lines, run, run_alone, train, write
from tests.golden.gallery import SPECS, compiled

LOCAL = [
    name
    for name in SPECS
    for plan in [compiled(name)[0]]
    if plan.hardware.device == "cpu" and not plan.facts.hub
]
NUM_STEPS = 2
SESSION = Path(__file__).with_name("session.py")


def test_most_of_the_gallery_can_be_trained_here() -> None:
    assert len(LOCAL) >= 7


def read_json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", LOCAL)
def test_project_trains_and_agrees_with_itself(name: str, tmp_path: Path) -> None:
    plan, project = compiled(name)
    folder = write(project, tmp_path / name)
    settings = {"max_steps": NUM_STEPS, "num_resamples": 20}
    run(folder, str(SESSION), json.dumps(settings))

    results = read_json(folder / "outputs/results.json")
    check_results(results, plan)
    assert set(results["data_sha256"]) == {copy.path for copy in project.copies}
    check_report(folder / "outputs")
    check_log(events(folder / "outputs"), plan)
    check_answers(folder, plan)
    check_scores(read_json(folder / "again.json"), results["metrics"][plan.final_split])


def check_results(results: dict[str, Any], plan: Plan) -> None:
    """results.json holds every metric of every split that is scored, with its interval."""
    assert results["name"] == plan.name
    assert set(results["metrics"]) == {split for split in plan.splits if split != "train"}
    assert results["training"]["steps"] == NUM_STEPS
    for scores in results["metrics"].values():
        assert set(scores) == {"loss", *plan.metrics}
        for score in (score for score in scores.values() if "value" in score):
            assert score["low"] <= score["high"]
            assert all(math.isfinite(number) for number in score.values())


def check_report(output_dir: Path) -> None:
    """The error analysis is there, for people and for programs."""
    assert (output_dir / "report.md").read_text(encoding="utf-8").startswith("# Error analysis\n")
    report = read_json(output_dir / "report.json")
    assert report.get("texts", report.get("sentences")) > 0


def check_log(log: list[dict[str, Any]], plan: Plan) -> None:
    """metrics.jsonl tells the run from start to end."""
    kinds = [event["event"] for event in log]
    assert kinds[0] == "start"
    assert kinds[-1] == "end"
    assert kinds.count("checkpoint") == 1
    losses = [event["train/loss"] for event in log if event["event"] == "train"]
    assert losses
    assert all(math.isfinite(loss) for loss in losses)
    evaluations = [event for event in log if event["event"] == "eval"]
    assert [event["step"] for event in evaluations] == [NUM_STEPS]
    assert f"eval/{plan.best}" in evaluations[0]


def check_answers(folder: Path, plan: Plan) -> None:
    """predict.py answers as the run did."""
    written = read_lines(folder / "outputs/predictions.jsonl")
    if plan.packing is not None:
        # A block a line; what predict.py writes goes on from a text instead of answering it.
        answers = read_lines(folder / "answers.jsonl")
        assert [answer["prompt"] for answer in answers] == [row["text"] for row in written[:4]]
        return
    assert plan.split_rows is not None
    assert len(written) == plan.split_rows[plan.final_split]
    answers = read_lines(folder / "answers.jsonl")
    asked = next(key for key in ("question", "words", "text") if key in written[0])
    is_pair = asked == "question" or isinstance(written[0].get("text"), list)
    assert len(answers) == (1 if is_pair else 4)
    for answer, row in zip(answers, written, strict=False):
        assert answer[asked] == row[asked]
        if getattr(plan.facts.task, "problem", None) == "regression":
            assert answer["prediction"] == pytest.approx(row["prediction"], abs=1e-4)
        else:
            assert answer["prediction"] == row["prediction"]


def check_scores(again: dict[str, Any], written: dict[str, Any]) -> None:
    """evaluate.py finds what the run found."""
    assert set(again) == set(written)
    for metric, value in again.items():
        expected = written[metric]["value"] if "value" in written[metric] else written[metric]
        assert value == pytest.approx(expected, abs=1e-6), metric


def test_project_is_used_from_the_command_line(tmp_path: Path) -> None:
    project = write(compiled("intents-from-scratch")[1], tmp_path / "project")
    output_dir = train(project, max_steps=1, max_eval_rows=16, num_resamples=20)
    written = read_lines(output_dir / "predictions.jsonl")
    assert len(written) == 16
    assert read_json(output_dir / "results.json")["training"]["steps"] == 1

    text = written[0]["text"]
    answer = json.loads(run_alone(project, "predict.py", text))
    assert (answer["text"], answer["prediction"]) == (text, written[0]["prediction"])
    (project / "new.csv").write_text('message\n"one, two"\nthree\n', encoding="utf-8")
    lines = run(project, "predict.py", "--file", "new.csv").splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["one, two", "three"]
    assert set(json.loads(run(project, "evaluate.py", "--split", "validation"))) == {
        "loss",
        "accuracy",
        "f1_macro",
    }
