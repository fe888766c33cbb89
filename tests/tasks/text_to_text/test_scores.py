"""The metrics of a project against the libraries, and against numbers worked out by hand."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sacrebleu
from rouge_score import rouge_scorer

from tests.generated.projects import run, write
from tests.golden.gallery import compile_spec
from tests.tasks.text_to_text.bases import PHRASES, Value, answers, lay_out, summaries
from tests.variants.bases import changed

PROGRAM = """
import json, sys
import scores
predictions, targets = json.loads(sys.argv[1])
counts = scores.statistics(predictions, targets)
print(json.dumps({
    "corpus": {name: scores.combined(name, values) for name, values in counts.items()},
    "first": {name: scores.combined(name, values[:1]) for name, values in counts.items()},
    "quality": scores.quality(predictions, targets).tolist(),
    "baseline": scores.baseline_text(json.loads(sys.argv[2])),
}))
"""


def measured(
    spec: Value, folder: Path, predictions: list[str], targets: list[str], source: object
) -> dict[str, Any]:
    project = write(compile_spec(spec, lay_out(folder)), folder / "project")
    texts = json.dumps([predictions, targets])
    said = run(project, "-c", PROGRAM, texts, json.dumps(source))
    return json.loads(said.splitlines()[-1])  # type: ignore[no-any-return]


@cache
def german() -> tuple[list[str], list[str]]:
    predictions = ["Wo ist der Bahnhof?", "Die Suppe ist kalt.", "", "Ich möchte ein Zimmer."]
    targets = [
        "Wo ist das Museum?",
        "Die Suppe ist kalt.",
        "Gute Nacht.",
        "Wir möchten zwei Zimmer.",
    ]
    return predictions, targets


def test_bleu_and_chrf_are_those_of_the_library(tmp_path: Path) -> None:
    predictions, targets = german()
    found = measured(PHRASES, tmp_path, predictions, targets, "a source")
    bleu = sacrebleu.corpus_bleu(predictions, [targets]).score
    chrf = sacrebleu.corpus_chrf(predictions, [targets]).score
    assert found["corpus"] == pytest.approx({"bleu": bleu, "chrf": chrf})
    one = sacrebleu.corpus_chrf(predictions[:1], [targets[:1]]).score
    assert found["first"]["chrf"] == pytest.approx(one)
    expected = [
        sacrebleu.sentence_chrf(p, [t]).score for p, t in zip(predictions, targets, strict=True)
    ]
    assert found["quality"] == pytest.approx(expected)
    assert found["baseline"] == "a source"


def test_rouge_of_english_is_the_library_s_own(tmp_path: Path) -> None:
    task = PHRASES["task"] | {"source": "de", "target": "en", "preset": "summarization"}
    predictions = ["The cat sat. It was warm.", "A dog barked"]
    targets = ["The cat was warm. It sat down.", "No dog barked at night."]
    found = measured(changed(PHRASES, ("task",), task), tmp_path, predictions, targets, "One. Two.")
    names = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
    scorer = rouge_scorer.RougeScorer(names)
    lines = [[text.replace(". ", ".\n") for text in texts] for texts in (targets, predictions)]
    scored = [scorer.score(target, text) for target, text in zip(*lines, strict=True)]
    expected = {name: sum(s[name].fmeasure for s in scored) / 2 for name in names}
    assert found["corpus"] == pytest.approx(expected)
    assert found["corpus"]["rougeL"] != found["corpus"]["rougeLsum"]
    assert found["baseline"] == "One."


def test_rouge_of_german_keeps_umlauts(tmp_path: Path) -> None:
    """rouge-score's own words would be `sch` and `n`, and equal to those of `schon`'s neighbour."""
    task = PHRASES["task"] | {"preset": "summarization"}
    spec = changed(PHRASES, ("task",), task)
    found = measured(spec, tmp_path, ["über schön"], ["öber schän"], "x")
    assert found["corpus"]["rouge1"] == 0
    assert rouge_scorer.RougeScorer(["rouge1"]).score("öber schän", "über schön")["rouge1"][2] == 1


def test_rouge_of_chinese_counts_characters(tmp_path: Path) -> None:
    """Of 5 and 4 characters 3 are shared, in order and in one pair: worked out by hand."""
    found = measured(summaries(), tmp_path, ["今天很冷。"], ["今天是晴天。"], "今天冷。明天热。")
    one, other, common, pairs = 4, 5, 2, 1
    assert found["corpus"]["rouge1"] == pytest.approx(2 * common / (one + other))
    assert found["corpus"]["rouge2"] == pytest.approx(2 * pairs / (one - 1 + other - 1))
    assert found["corpus"]["rougeL"] == pytest.approx(2 * common / (one + other))
    assert found["baseline"] == "今天冷。"
    own = rouge_scorer.RougeScorer(["rouge1"]).score("今天是晴天。", "今天是晴天。")
    assert own["rouge1"].fmeasure == 0, "the library's own words leave nothing of it"


def test_answers_are_scored_as_in_squad(tmp_path: Path) -> None:
    predictions = ["The blue  scarf!", "in April", "", "U.S."]
    targets = ["a blue scarf", "in late April", "the snow", "us"]
    found = measured(answers(), tmp_path, predictions, targets, ["Who?", "Lena won the race."])
    assert found["corpus"]["exact_match"] == pytest.approx(2 / 4)
    assert found["quality"] == pytest.approx([1, 2 * 2 / (2 + 3), 0, 1])
    assert found["corpus"]["f1"] == pytest.approx((1 + 0.8 + 0 + 1) / 4)
    assert "Lena won the race.".startswith(found["baseline"])


def test_bleu_of_chinese_is_by_characters_and_says_so(tmp_path: Path) -> None:
    spec = changed(summaries(), ("task", "preset"), "translation")
    predictions, targets = ["今天是好天气。"], ["今天是晴天。"]
    found = measured(spec, tmp_path, predictions, targets, "x")
    expected = sacrebleu.corpus_bleu(predictions, [targets], tokenize="zh").score
    assert found["corpus"]["bleu"] == pytest.approx(expected)
    assert expected > 0
