"""SQuAD's metrics in the generated code, against numbers worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from .workbench import ROWS, jsonl, modules_of, project_in, squad, table


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of answered questions, compared by words."""
    folder = tmp_path_factory.mktemp("plain")
    jsonl(folder / "qa.jsonl", table())
    return project_in(folder, "qa.jsonl")[1]


@pytest.fixture(scope="module")
def unanswerable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project some of whose questions have no answer."""
    folder = tmp_path_factory.mktemp("unanswerable")
    (folder / "qa.json").write_text(json.dumps(squad(impossible=(0, 3, 5, 8, 10))))
    return project_in(folder, "qa.json")[1]


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose answers are compared by characters."""
    folder = tmp_path_factory.mktemp("chinese")
    rows = [(q, f"{c}{i}", a) for i in range(8) for q, c, a in ROWS if "老桥" in q]
    jsonl(folder / "qa.jsonl", table(rows=rows))
    return project_in(folder, "qa.jsonl")[1]


@pytest.fixture
def by_words(plain: Path) -> Iterator[ModuleType]:
    with modules_of(plain, "squad") as (module,):
        yield module


@pytest.fixture
def by_characters(chinese: Path) -> Iterator[ModuleType]:
    with modules_of(chinese, "squad") as (module,):
        yield module


@pytest.mark.parametrize(
    ("given", "answers", "exact", "f1"),
    [
        ("The Eiffel Tower!", ["eiffel tower"], 1, 1),
        ("in the Eiffel Tower", ["eiffel tower"], 0, 2 * (2 / 3) * 1 / (2 / 3 + 1)),
        ("tower tower", ["tower bridge"], 0, 0.5),
        ("Paris", ["London", "paris,", "Rome"], 1, 1),
        ("a cat and a dog", ["cat", "the dog and the cat"], 0, 1),
        ("ten", ["10"], 0, 0),
        ("U.S.", ["US"], 1, 1),
        ("co-operation", ["cooperation"], 1, 1),
        ("", ["something"], 0, 0),
        ("something", [], 0, 0),
        ("", [], 1, 1),
        ("the", ["an"], 1, 1),
        ("Brücke  im\tWald", ["brücke im wald"], 1, 1),
        ("Anna's", ["annas"], 1, 1),
    ],
)
def test_words(
    by_words: ModuleType, given: str, answers: list[str], exact: float, f1: float
) -> None:
    assert by_words.judge(by_words.tokens_of(given), answers) == pytest.approx((exact, f1))


@pytest.mark.parametrize(
    ("given", "answers", "exact", "f1"),
    [
        ("四十二米", ["四十二米"], 1, 1),
        ("长四十二米。", ["四十二米"], 0, 2 * (4 / 5) / (4 / 5 + 1)),
        ("1790年", ["1790 年"], 1, 1),
        ("《红楼梦》", ["红楼梦"], 1, 1),
        ("两兄弟", ["兄弟"], 0, 2 * (2 / 3) / (2 / 3 + 1)),
        ("ソ連", ["ソ 連"], 1, 1),
        ("iPhone 手机", ["iphone手机"], 1, 1),
    ],
)
def test_characters(
    by_characters: ModuleType, given: str, answers: list[str], exact: float, f1: float
) -> None:
    judged = by_characters.judge(by_characters.tokens_of(given), answers)
    assert judged == pytest.approx((exact, f1))


def outcome(evaluate: ModuleType, **fields: Any) -> Any:
    """Five questions, of which the first three have an answer."""
    from data import Examples  # type: ignore[import-not-found]

    examples = Examples(list("abcde"), ["x"] * 5, [["x"]] * 3 + [[]] * 2, [(0, 1)] * 5)
    values = {
        "examples": examples,
        "spans": [[]] * 5,
        "span_exact": np.array([1.0, 0.0, 0.0, 0.0, 0.0]),
        "span_f1": np.array([1.0, 0.5, 0.2, 0.0, 0.0]),
        "losses": np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
        "has_answer": np.array([True, True, True, False, False]),
        "margins": np.array([-3.0, -1.0, 2.0, 0.5, 4.0]),
        "threshold": 0.0,
    }
    return evaluate.Outcome(**(values | fields))


def test_metrics_of_both_kinds_of_questions(unanswerable: Path) -> None:
    with modules_of(unanswerable, "evaluate") as (evaluate,):
        scores = evaluate.score(outcome(evaluate))
        # At 0 the first two are answered: 1 and 0.5; the third should be, and is not.
        assert scores == pytest.approx(
            {
                "loss": 3.0,
                "exact_match": 3 / 5,
                "f1": 3.5 / 5,
                "has_ans_exact": 1 / 3,
                "has_ans_f1": 1.5 / 3,
                "no_ans_exact": 1.0,
            }
        )
        rows = np.array([0, 0, 1])
        assert np.isnan(evaluate.score(outcome(evaluate), rows)["no_ans_exact"])
        base = evaluate.score(evaluate.baseline(outcome(evaluate)))
        assert (base["f1"], base["has_ans_f1"], base["no_ans_exact"]) == (2 / 5, 0, 1)


def test_threshold_is_the_best_for_f1(unanswerable: Path) -> None:
    rng = np.random.default_rng(0)
    with modules_of(unanswerable, "evaluate") as (evaluate,):
        for _ in range(50):
            f1 = rng.random(5).round(1)
            margins = rng.integers(-2, 3, 5) + rng.choice([0.0, 0.25], 5)
            found = outcome(evaluate, span_f1=f1, span_exact=f1 == 1, margins=margins)
            tuned = evaluate.score(evaluate.tuned(found))["f1"]
            everywhere = [margins.min() - 1, *(margins + 1e-9), margins.max() + 1]
            best = max(evaluate.score(replace(found, threshold=t))["f1"] for t in everywhere)
            assert tuned == pytest.approx(best)


def test_threshold_is_kept_with_the_model(unanswerable: Path, tmp_path: Path) -> None:
    with modules_of(unanswerable, "evaluate") as (evaluate,):
        assert evaluate.load_thresholds(tmp_path) == 0.0
        (tmp_path / "thresholds.json").write_text('{"no_answer": -1.25}')
        assert evaluate.load_thresholds(tmp_path) == -1.25


def test_answered_questions_have_no_threshold(plain: Path) -> None:
    with modules_of(plain, "evaluate", "config") as (evaluate, config):
        assert not hasattr(evaluate, "tune_thresholds")
        assert config.Config.num_baseline_words >= 1
        from data import Examples

        examples = Examples(["q"], ["one two three four"], [["one two three"]], [(0, 13)])
        values = np.array([0.0])
        base = evaluate.baseline(evaluate.Outcome(examples, [[]], values, values, values))
        length = config.Config.num_baseline_words
        assert base.f1[0] == pytest.approx(2 * min(3, length) / (3 + min(4, length)))
