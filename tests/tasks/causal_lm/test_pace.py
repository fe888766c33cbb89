"""Few blocks get small batches, and no evaluation and checkpoint after each step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from specc.pipeline import plan
from specc.plan.plan import Plan
from tests.generated.projects import events, run
from tests.tasks.causal_lm.workbench import MIXED, made, varied

SENTENCE = "The harbour was quiet, and nobody in it had ever asked the gulls why. "
TINY_CORPUS = SENTENCE * 140
"""Some 10 KB: about 130 blocks of 32 tokens."""

OPEN: dict[str, Any] = {}
CADENCES = ("evaluation.every", "training.checkpoint.every")


def planned(folder: Path, spec: dict[str, Any], text: str = TINY_CORPUS) -> Plan:
    (folder / "text.txt").write_text(text, encoding="utf-8")
    (folder / "spec.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    return plan(folder / "spec.yaml", weighs=False)[0]


def pace(plan: Plan) -> tuple[int, int | str, int | str]:
    training = plan.spec.training
    return training.batch_size, plan.spec.evaluation.every, training.checkpoint.every


def origins(plan: Plan) -> dict[str, str]:
    entries = [e for e in plan.entries if e.key in ("training.batch_size", *CADENCES)]
    assert len({entry.key for entry in entries}) == len(entries)
    return {entry.key: entry.origin for entry in entries}


def test_few_blocks_get_a_small_batch_and_rare_evaluations(tmp_path: Path) -> None:
    found = planned(tmp_path, varied(("training", OPEN)))
    blocks = found.packing.num_blocks if found.packing else 0
    assert 8 * 16 <= blocks < 8 * 32
    assert pace(found) == (16, 20, 20)
    assert origins(found) == dict.fromkeys(("training.batch_size", *CADENCES), "derived")
    assert found.spec.training.checkpoint.keep == 1


@pytest.mark.parametrize(
    ("sentences", "size"),
    [(5, 16), (60, 16), (140, 16), (700, 32)],
)
def test_a_batch_has_some_hundred_tokens_at_least(
    sentences: int, size: int, tmp_path: Path
) -> None:
    assert pace(planned(tmp_path, varied(("training", OPEN)), SENTENCE * sentences))[0] == size


def test_long_blocks_are_taken_one_by_one_where_there_are_a_few(tmp_path: Path) -> None:
    changes = (("training", OPEN), ("task.block_size", 1024), ("model.max_positions", 1024))
    assert pace(planned(tmp_path, varied(*changes)))[0] == 1


def test_large_texts_keep_the_defaults(tmp_path: Path) -> None:
    found = planned(tmp_path, varied(("training", OPEN)), SENTENCE * 1_400)
    assert pace(found) == (32, "epoch", "epoch")
    assert origins(found) == {"training.batch_size": "default", "evaluation.every": "default"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"training": {"batch_size": 24}}, (24, 20, 20)),
        ({"training": {"batch_size": 32}}, (32, 20, 20)),
        ({"evaluation": {"every": "epoch"}}, (16, "epoch", 20)),
        ({"evaluation": {"every": 7}}, (16, 7, 20)),
        ({"training": {"checkpoint": {"every": "epoch"}}}, (16, 20, "epoch")),
        ({"training": {"checkpoint": {"keep": 3}}}, (16, 20, 20)),
    ],
)
def test_what_the_spec_says_stays(
    changes: dict[str, Any], expected: tuple[int, int | str, int | str], tmp_path: Path
) -> None:
    found = planned(tmp_path, varied(("training", OPEN), *changes.items()))
    assert pace(found) == expected
    said = changes.get("training", {})
    assert found.spec.training.checkpoint.keep == said.get("checkpoint", {}).get("keep", 1)
    for key in origins(found):
        *path, last = key.split(".")
        section: Any = changes
        for name in path:
            section = section.get(name, {})
        assert origins(found)[key] == ("spec" if last in section else "derived")


@pytest.mark.parametrize(
    ("training", "every"),
    [({"steps": 60}, 15), ({"epochs": 2}, "epoch"), ({"epochs": 5}, 16), ({"steps": 9}, "epoch")],
)
def test_a_short_training_is_scored_four_times_at_least(
    training: dict[str, int], every: int | str, tmp_path: Path
) -> None:
    found = planned(tmp_path, varied(("training", training)))
    assert pace(found) == (16, every, every)


def test_a_batch_is_enough_for_all_devices_and_for_a_pinned_part(tmp_path: Path) -> None:
    long = (("task.block_size", 1024), ("model.max_positions", 1024), ("training", OPEN))
    devices = ("hardware", {"device": "cuda", "count": 4})
    assert pace(planned(tmp_path, varied(*long, devices)))[0] == 4
    parts = ("training", {"micro_batch": 3})
    assert pace(planned(tmp_path, varied(*long[:2], parts)))[0] == 3


def test_a_tiny_corpus_is_trained_at_that_pace(tmp_path: Path) -> None:
    changes = (("training", {"steps": 9}), ("model.hidden_size", 16))
    _, project = made(tmp_path, varied(*changes), MIXED)
    run(project, "train.py")
    log = events(project / "outputs")
    assert [event["step"] for event in log if event["event"] == "eval"] == [2, 4, 6, 8, 9]
    assert [event["step"] for event in log if event["event"] == "checkpoint"] == [2, 4, 6, 8, 9]
