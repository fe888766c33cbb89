"""The task with other encoders and tokenizers, and what every project does in its own tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specc.tasks.question_answering.facts import answers_of
from tests.generated.projects import run, train

from .workbench import ROWS, TEXTS, jsonl, lists, project_in, squad, table

MODELS = {
    "a base that nobody knows": "{base: acme/unknown}",
    "distilbert": "distilbert-base-uncased",
    "xlm-roberta": "xlm-roberta-base",
    "electra": "{base: google/electra-small-discriminator, freeze: [embeddings]}",
}


@pytest.mark.parametrize("name", MODELS)
def test_own_tests_pass(name: str, tmp_path: Path) -> None:
    (tmp_path / "qa.json").write_text(json.dumps(squad(impossible=(0, 3, 5, 8, 10))))
    _, project = project_in(tmp_path, "qa.json", model=MODELS[name])
    said = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert "3 passed" in said, said


TOKENIZERS = {"bert": "wordpiece", "roberta": "bpe", "xlm-roberta": "unigram"}


@pytest.mark.parametrize("family", TOKENIZERS)
def test_scripts_of_all_kinds_are_learned_by_heart(family: str, tmp_path: Path) -> None:
    """A small encoder with its own tokenizer answers the questions that it was trained on."""
    answerable = [row for row in ROWS if "Brücke" not in row[1]]
    jsonl(tmp_path / "qa.jsonl", table(rows=answerable))
    jsonl(tmp_path / "again.jsonl", table(lists, answerable))
    model = (
        f"{{architecture: {family}, layers: 2, hidden_size: 64, heads: 4, dropout: 0, "
        f"tokenizer: {{train: {TOKENIZERS[family]}, vocab_size: 400}}}}"
    )
    data = "{train: qa.jsonl, validation: again.jsonl}\ntraining: {epochs: 60, warmup: 0.02}"
    plan, project = project_in(tmp_path, data, model=model)
    assert not answers_of(plan.facts).by_character
    output_dir = train(project, learning_rate=0.002, batch_size=4, num_resamples=2, log_every=50)
    scores = json.loads((output_dir / "results.json").read_text())["metrics"]["validation"]
    assert scores["f1"]["value"] > 0.9
    written = (output_dir / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, written):
        best = row["n_best"][0]
        assert row["context"] in TEXTS
        assert row["context"][best["start"] : best["end"]] == row["prediction"]
        assert row["prediction"] == row["prediction"].strip()
    assert scores["exact_match"]["value"] > 0.8
