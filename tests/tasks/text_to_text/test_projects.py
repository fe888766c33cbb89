"""Projects of each preset, architecture and script train, and agree with themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.generated.projects import events, read_lines, run, train, write
from tests.golden.gallery import compile_spec
from tests.tasks.text_to_text.bases import PHRASES, Value, answers, lay_out, summaries
from tests.variants.bases import changed

SPECS = {"translation": PHRASES, "answers": answers(), "summaries": summaries()}


@pytest.mark.parametrize("name", SPECS)
def test_own_tests_pass(name: str, tmp_path: Path) -> None:
    project = write(compile_spec(SPECS[name], lay_out(tmp_path)), tmp_path / "project")
    said = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert "3 passed" in said, said


@pytest.mark.parametrize("name", SPECS)
def test_predict_writes_what_evaluate_wrote(name: str, tmp_path: Path) -> None:
    project = write(compile_spec(SPECS[name], lay_out(tmp_path)), tmp_path / "project")
    output_dir = train(project, num_resamples=3)
    results = json.loads((output_dir / "results.json").read_text(encoding="utf-8"))
    written = read_lines(output_dir / "predictions.jsonl")
    assert results["texts"]["written"]["test"] == len(written) > 0
    again = json.loads(run(project, "evaluate.py"))
    expected = {name: value["value"] for name, value in results["metrics"]["test"].items()}
    assert again == pytest.approx(expected, abs=1e-6)
    texts = [row["text"] for row in written]
    rows = ["\t".join(text) if isinstance(text, list) else text for text in texts]
    (project / "new.txt").write_text("\n".join([*rows, ""]), encoding="utf-8")
    lines = run(project, "predict.py", "--file", "new.txt").splitlines()
    assert [json.loads(line)["prediction"] for line in lines] == [r["prediction"] for r in written]


def losses_of(spec: Value, folder: Path) -> list[float]:
    project = write(compile_spec(spec, folder), folder / "project")
    output_dir = train(project, max_steps=6, num_resamples=2, num_written=2)
    return [event["train/loss"] for event in events(output_dir) if event["event"] == "train"]


@pytest.mark.parametrize("architecture", ["marian", "bart", "mbart", "t5"])
def test_speedups_train_what_the_plain_project_trains(architecture: str, tmp_path: Path) -> None:
    """Without dropout, whose masks differ, nothing but rounding is left between the two."""
    spec = changed(PHRASES, ("model", "architecture"), architecture)
    spec = changed(spec, ("model", "dropout"), 0.0)
    losses = {}
    for kernels in ("auto", "plain"):
        place = lay_out(tmp_path / kernels)
        losses[kernels] = losses_of(changed(spec, ("training", "kernels"), kernels), place)
        assert (place / "project/speedups.py").exists() == (kernels == "auto")
    assert len(losses["auto"]) == 6
    assert losses["auto"] == pytest.approx(losses["plain"], rel=1e-4)


def test_sampling_leaves_no_trace_and_is_drawn_alike(tmp_path: Path) -> None:
    generation = {"temperature": 1.0, "top_k": 20, "examples_in_training": 4}
    spec = changed(PHRASES, ("task", "generation"), generation)
    project = write(compile_spec(spec, lay_out(tmp_path)), tmp_path / "project")
    settings = {"max_steps": 12, "num_resamples": 2}
    output_dir = train(project, **settings)
    quiet = train(project, **settings, num_written_in_training=0, output_dir="quiet")
    texts = [(folder / "predictions.jsonl").read_text() for folder in (output_dir, quiet)]
    assert texts[0] == texts[1]


def test_metrics_of_written_texts_can_choose(tmp_path: Path) -> None:
    spec = changed(PHRASES, ("evaluation",), {"best": "chrf", "resamples": 5})
    project = write(compile_spec(spec, lay_out(tmp_path)), tmp_path / "project")
    output_dir = train(project, max_steps=12)
    evaluations = [event for event in events(output_dir) if event["event"] == "eval"]
    assert evaluations
    assert all("eval/chrf" in event for event in evaluations)
