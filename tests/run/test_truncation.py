"""What a run cut, beside what the plan expected."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from specc.pipeline import plan
from specc.plan.plan import Plan
from specc.run.results import Results, read_results
from specc.run.truncation import cut_warnings


@pytest.fixture
def made(tmp_path: Path) -> Plan:
    """Of a base whose tokenizer is not here: lengths are estimates."""
    rows = "".join(f"id {i:x}f{i}a status {i % 7},{'ab'[i % 2]}\n" for i in range(60))
    (tmp_path / "a.csv").write_text(f"text,label\n{rows}")
    task = "{kind: text-classification, text: text, label: label}"
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"task: {task}\nmodel: bert-base-uncased\ndata: a.csv\n")
    return plan(spec, weighs=False)[0]


def _results(folder: Path, number: int) -> Results | None:
    path = folder / "results.json"
    path.write_text(json.dumps({"truncated": {"texts": number}}))
    return read_results(path)


def test_an_estimated_limit_has_room(made: Plan) -> None:
    assert made.lengths and not made.lengths.exact
    assert made.max_length >= 2 * made.lengths.longest


def test_more_cut_texts_than_planned_are_told(made: Plan, tmp_path: Path) -> None:
    (found,) = cut_warnings(_results(tmp_path, 47), made, "runs/x")
    assert (found.code, found.severity) == ("SP645", "warning")
    assert found.message == (
        f"98% of the training texts were cut at {made.max_length} tokens, and the plan expected "
        "none"
    )


@pytest.mark.parametrize("number", [0])
def test_what_was_planned_is_not_mentioned(number: int, made: Plan, tmp_path: Path) -> None:
    assert cut_warnings(_results(tmp_path, number), made, "runs/x") == ()
    assert cut_warnings(None, made, "runs/x") == ()
    assert cut_warnings(_results(tmp_path, 48), replace(made, lengths=None), "runs/x") == ()
