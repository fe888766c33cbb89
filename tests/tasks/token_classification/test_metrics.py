"""`score` of the generated evaluate.py is what seqeval and scikit-learn say of the same tags."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from seqeval import metrics as seqeval
from sklearn import metrics as sklearn

from specc.tasks.token_classification.metrics import METRICS, metrics_for
from tests.tasks.token_classification.workbench import (
    COLUMNS,
    TINY,
    compiled_in,
    imported,
    write,
)

ENTITIES = ("O", "B-LOC", "I-LOC", "B-PER", "I-PER", "B-a-b", "I-a-b")
CLASSES = ("ADJ", "NOUN", "VERB")
Tags = list[list[str]]


def evaluate_of(tags: tuple[str, ...], plain: bool, folder: Path) -> Iterator[list[ModuleType]]:
    """evaluate.py and config.py of a project for these tags, with every metric there is."""
    sentences = ["".join(f"word{i} {tag}\n" for tag in tags) for i in range(30)]
    write(folder / "rows.conll", "\n".join(sentences))
    rest = f"evaluation: {{metrics: [{', '.join(metrics_for(plain))}]}}\n"
    _, project = compiled_in(folder, COLUMNS, "rows.conll", TINY + rest)
    with imported(project, ["evaluate", "config"]) as modules:
        assert modules[1].Config.labels == tags
        yield modules


@pytest.fixture(scope="module")
def of_entities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[ModuleType]]:
    yield from evaluate_of(ENTITIES, False, tmp_path_factory.mktemp("entities"))


def drawn(labels: tuple[str, ...], seed: int, rows: int = 40) -> tuple[Tags, Tags]:
    """Tags of some sentences, and predictions of which about a third are wrong."""
    rng = random.Random(seed)
    true = [rng.choices(labels, k=rng.randint(1, 12)) for _ in range(rows)]
    said = [[rng.choice(labels) if rng.random() < 0.4 else t for t in row] for row in true]
    return true, said


def outcome_of(modules: list[ModuleType], true: Tags, said: Tags) -> Any:
    evaluate, config = modules
    ids = {tag: index for index, tag in enumerate(config.Config.labels)}
    numbers = [[np.array([ids[tag] for tag in row], dtype=int) for row in rows]
               for rows in (true, said)]  # fmt: skip
    confidence = [np.full(len(row), 0.5) for row in true]
    return evaluate.Outcome.of(*numbers, confidence, np.array([0.5 * len(row) for row in true]))


def flat(rows: Tags) -> list[str]:
    return [tag for row in rows for tag in row]


def test_classes_are_scored_as_scikit_learn_does(tmp_path: Path) -> None:
    # Comes first: one project at a time can be imported, and the others share theirs.
    for modules in evaluate_of(CLASSES, True, tmp_path):
        true, said = drawn(CLASSES, 0)
        scores = modules[0].score(outcome_of(modules, true, said))
        assert set(scores) == set(metrics_for(True))
        assert scores["accuracy"] == sklearn.accuracy_score(flat(true), flat(said))
        for average in ("macro", "weighted"):
            expected = sklearn.f1_score(flat(true), flat(said), average=average)
            assert scores[f"f1_{average}"] == pytest.approx(expected, abs=1e-12)
        for name in ("precision", "recall", "f1"):
            theirs = getattr(sklearn, f"{name}_score")
            each = theirs(flat(true), flat(said), average=None, labels=CLASSES)
            ours = list(scores[f"{name}_per_class"].values())
            assert ours == pytest.approx(list(each), abs=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_entities_are_scored_as_seqeval_does(of_entities: list[ModuleType], seed: int) -> None:
    labels = ENTITIES if seed % 3 else ENTITIES[:3]  # also where a type occurs nowhere
    true, said = drawn(labels, seed, rows=1 if seed == 11 else 40)
    scores = of_entities[0].score(outcome_of(of_entities, true, said))
    assert set(scores) == set(metrics_for(False))
    named = {"f1": seqeval.f1_score, "precision": seqeval.precision_score,
             "recall": seqeval.recall_score}  # fmt: skip
    for name, theirs in named.items():
        assert scores[name] == pytest.approx(theirs(true, said, zero_division=0), abs=1e-12)
        each = theirs(true, said, average=None, zero_division=0)
        kinds = sorted({tag[2:] for tag in flat(true) + flat(said)} - {""})
        ours = [scores[f"{name}_per_class"][kind] for kind in kinds]
        assert ours == pytest.approx(list(each), abs=1e-12)
    for average in ("macro", "weighted"):
        expected = seqeval.f1_score(true, said, average=average, zero_division=0)
        assert scores[f"f1_{average}"] == pytest.approx(expected, abs=1e-12)
    assert scores["accuracy"] == pytest.approx(seqeval.accuracy_score(true, said))
    assert scores["loss"] == pytest.approx(0.5)


def test_entities_worked_out_by_hand(of_entities: list[ModuleType]) -> None:
    true = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "O"], ["B-LOC", "I-LOC", "O"]]
    said = [["B-PER", "I-PER", "O", "B-PER"], ["O", "B-LOC"], ["B-LOC", "O", "O"]]
    outcome = outcome_of(of_entities, true, said)
    scores = of_entities[0].score(outcome)
    # Right: one PER of 3 true and 4 said entities; 6 of 9 words.
    assert (scores["precision"], scores["recall"]) == (1 / 4, 1 / 3)
    assert scores["f1"] == pytest.approx(2 / 7)
    assert scores["accuracy"] == pytest.approx(6 / 9)
    assert scores["f1_per_class"] == {"LOC": 0.0, "PER": pytest.approx(2 / 3), "a-b": 0.0}


def test_intervals_hold_the_value_and_come_again(of_entities: list[ModuleType]) -> None:
    evaluate, config = of_entities
    outcome = outcome_of(of_entities, *drawn(ENTITIES, 0))
    found = evaluate.intervals(outcome, config.Config())
    assert found == evaluate.intervals(outcome, config.Config())
    scores = evaluate.score(outcome)
    assert set(found) == {name for name in scores if not METRICS[name].per_class}
    for name, (low, high) in found.items():
        assert low <= scores[name] <= high
        assert low < high or name == "loss"


def test_baseline_finds_no_entity(of_entities: list[ModuleType]) -> None:
    outcome = outcome_of(of_entities, *drawn(ENTITIES, 0))
    scores = of_entities[0].score(of_entities[0].baseline(outcome))
    assert (scores["f1"], scores["precision"], scores["recall"]) == (0, 0, 0)
    assert scores["accuracy"] == np.mean([t == "O" for t in flat(drawn(ENTITIES, 0)[0])])


def test_mistakes_are_told_apart(of_entities: list[ModuleType], tmp_path: Path) -> None:
    """Boundaries apart from types; what is invented and what is missed."""
    true = [["B-PER", "I-PER", "O", "B-LOC", "O", "B-LOC", "I-LOC", "O", "B-PER", "O"]]
    said = [["B-LOC", "I-LOC", "O", "O", "O", "B-LOC", "O", "O", "B-LOC", "I-LOC"]]
    evaluate, config = of_entities
    from results import mistakes  # type: ignore[import-not-found]

    kinds, confusions = mistakes(outcome_of([evaluate, config], true, said), config.Config())
    assert {kind["mistake"]: kind["entities"] for kind in kinds} == {
        "type": 1,
        "boundary": 1,
        "type and boundary": 1,
        "missed": 1,
        "invented": 0,
    }
    assert confusions == [{"type": "PER", "prediction": "LOC", "entities": 1}]
