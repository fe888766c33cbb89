"""How much of a batch passes at a time, and what the ledger says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from specc.pipeline import plan
from specc.plan.plan import Plan
from tests.variants.bases import BASES, lay_out

KEYS = ("training.micro_batch", "training.gradient_checkpointing")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("memory"))


def planned(folder: Path, base: str = "quick", **training: Any) -> Plan:
    path = folder / "planned.yaml"
    spec = BASES[base] | {"training": training}
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return plan(path)[0]


def recorded(made: Plan) -> dict[str, tuple[object, str]]:
    return {e.key: (e.value, e.origin) for e in made.entries if e.key in KEYS}


def test_automatic_is_the_whole_batch_and_all_activations(folder: Path) -> None:
    made = planned(folder, batch_size=24, micro_batch="auto", gradient_checkpointing="auto")
    assert (made.micro_batch, made.gradient_checkpointing) == (24, False)
    assert not made.accumulates
    assert recorded(made) == {}


@pytest.mark.parametrize(
    ("micro_batch", "words"),
    [
        (24, "24 texts of a step at a time"),
        (23, "in 2 parts"),
        (8, "in 3 parts"),
        (5, "in 5 parts"),
    ],
)
def test_parts_of_a_batch(micro_batch: int, words: str, folder: Path) -> None:
    made = planned(folder, batch_size=24, micro_batch=micro_batch)
    assert made.accumulates == (micro_batch < 24)
    assert recorded(made) == {KEYS[0]: (micro_batch, "spec")}
    assert words in made.reason(KEYS[0])
    assert made.eval_batch_size == 2 * micro_batch


def test_what_is_said_of_checkpointing(folder: Path) -> None:
    for said in (True, False):
        made = planned(folder, gradient_checkpointing=said)
        assert made.gradient_checkpointing is said
        assert recorded(made) == {KEYS[1]: (said, "spec")}
    known, unknown = (
        planned(folder, base, gradient_checkpointing=True).reason(KEYS[1])
        for base in ("quick", "unknown")
    )
    assert unknown.startswith(known) and "told when training starts" in unknown
