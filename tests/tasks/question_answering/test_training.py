"""A real encoder learns to answer real questions, better than what does not read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.generated.projects import read_lines, run, train

from .workbench import MINILM, SCRATCH, SHARED, jsonl, project_in, squad

TRAINING = "training: {epochs: 4, batch_size: 16, learning_rate: {encoder: 4.0e-4, head: 2.0e-3}}"
REACH = 60
"""Characters before and after an answer, before the sentence may end."""

MARGIN = 0.15
"""Of F1 above the baseline; 0.3 is usual, and 120 questions are few."""


def answered(name: str) -> Iterator[dict[str, Any]]:
    """The questions of a file that have an answer, as flat rows."""
    for article in json.loads((SHARED / name).read_text())["data"]:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                if not asked.get("is_impossible"):
                    yield around(asked["question"], paragraph["context"], asked["answers"])


def around(question: str, context: str, answers: list[dict[str, Any]]) -> dict[str, Any]:
    """The sentences around the first answer: one thread is to read all in a minute."""
    start = answers[0]["answer_start"]
    begin = context.rfind(". ", 0, max(0, start - REACH)) + 2 if start > REACH else 0
    end = context.find(". ", start + len(answers[0]["text"]) + REACH) + 1 or len(context)
    inside = [a for a in answers if begin <= a["answer_start"] <= end - len(a["text"])]
    moved = [{"text": a["text"], "answer_start": a["answer_start"] - begin} for a in inside]
    return {"question": question, "context": context[begin:end], "answers": moved}


def shortest(rows: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    """Those with the shortest contexts, each question once."""
    once = {(row["question"], row["context"]): row for row in rows}.values()
    return sorted(once, key=lambda row: len(row["context"]))[:number]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data sets are not there")
def test_real_questions_are_learned(tmp_path: Path) -> None:
    """SQuAD 1.1: MiniLM after 112 steps, against the first words of the context."""
    held_out = shortest(list(answered("squad_v1_dev.json")), 160)
    jsonl(tmp_path / "train.jsonl", shortest(list(answered("squad_v1_train.json")), 440))
    jsonl(tmp_path / "val.jsonl", held_out[::4])
    jsonl(tmp_path / "test.jsonl", [row for i, row in enumerate(held_out) if i % 4])
    data = "{train: train.jsonl, validation: val.jsonl, test: test.jsonl}"
    _, project = project_in(tmp_path, f"{data}\n{TRAINING}", model=MINILM)
    output_dir = train(project, num_resamples=20)
    results = json.loads((output_dir / "results.json").read_text())
    learned = results["metrics"]["test"]["f1"]["value"]
    trivial = results["baseline"]["metrics"]["test"]["f1"]
    print(f"F1 {learned:.3f}, baseline {trivial:.3f}, {results['training']['seconds']:.0f} s")
    assert results["tokenization"] == "words"
    assert learned > trivial + MARGIN
    check_answers(project, output_dir)


def check_answers(project: Path, output_dir: Path) -> None:
    """predict.py gives the answers of the run, and its offsets are those of the context."""
    written = read_lines(output_dir / "predictions.jsonl")
    rows = [{"question": row["question"], "context": row["context"]} for row in written]
    jsonl(project / "new.jsonl", rows)
    answers = [
        json.loads(line) for line in run(project, "predict.py", "--file", "new.jsonl").splitlines()
    ]
    assert [answer["prediction"] for answer in answers] == [row["prediction"] for row in written]
    for row, answer in zip(written, answers, strict=True):
        for found in answer["n_best"]:
            assert row["context"][found["start"] : found["end"]] == found["answer"]
        probabilities = [found["probability"] for found in answer["n_best"]]
        assert probabilities == sorted(probabilities, reverse=True)


def test_a_project_of_unanswerable_questions_agrees_with_itself(tmp_path: Path) -> None:
    """Every way to ask predict.py, and the threshold that evaluate.py and predict.py share."""
    (tmp_path / "qa.json").write_text(json.dumps(squad(impossible=(0, 3, 5, 8, 10))))
    data = "{train: qa.json, validation: qa2.json, test: qa3.json}"
    for name in ("qa2.json", "qa3.json"):
        (tmp_path / name).write_text(json.dumps(squad(impossible=(1, 4, 6, 9))))
    _, project = project_in(tmp_path, data, "n_best: 5", SCRATCH)
    output_dir = train(project, epochs=3, learning_rate=0.01, num_resamples=20)
    results = json.loads((output_dir / "results.json").read_text())
    threshold = json.loads((output_dir / "model/thresholds.json").read_text())
    assert results["thresholds"] == threshold
    assert set(results["metrics"]["test"]) == {
        *("loss", "exact_match", "f1", "has_ans_exact", "has_ans_f1", "no_ans_exact")
    }
    again = json.loads(run(project, "evaluate.py"))
    for name, value in again.items():
        assert value == pytest.approx(results["metrics"]["test"][name]["value"])

    written = read_lines(output_dir / "predictions.jsonl")
    assert len(written) == 13
    first = written[0]
    alone = json.loads(run(project, "predict.py", first["question"], first["context"]))
    assert alone["prediction"] == first["prediction"]
    assert len(alone["n_best"]) == 5
    assert 0 <= alone["no_answer_probability"] <= 1
    (project / "new.csv").write_text(
        f'context,question\n"{first["context"]}",{first["question"]}\n', encoding="utf-8"
    )
    (project / "new.json").write_text(json.dumps(squad()), encoding="utf-8")
    for name, number in (("new.csv", 1), ("new.json", 13)):
        said = run(project, "predict.py", "--file", name, "--n-best", "2").splitlines()
        assert len(said) == number
        assert json.loads(said[0])["question"] == first["question"]
        assert len(json.loads(said[0])["n_best"]) == 2
    report = (output_dir / "report.md").read_text()
    for title in ("By what the context holds", "By question word", "By length of the context"):
        assert f"## {title}" in report
    assert sum(line["questions"] for line in _parts(output_dir, "by_question_word")) == 13
    assert sum(line["questions"] for line in _parts(output_dir, "by_context_length")) == 13


def _parts(output_dir: Path, name: str) -> list[dict[str, Any]]:
    report: dict[str, Any] = json.loads((output_dir / "report.json").read_text())
    return report[name]  # type: ignore[no-any-return]
