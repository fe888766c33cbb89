"""Labels as tables have them: what `check` counts is what the project trains on."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from specc.pipeline import check, compile_project
from specc.tasks.text_classification.facts import labels_of
from specc.tasks.text_classification.positive import positive_last
from tests.generated.inside import opened
from tests.generated.projects import write

SPEC = """\
task: {{kind: text-classification, text: text, label: label{more}}}
model:
  architecture: bert
  layers: 1
  hidden_size: 16
  heads: 2
  max_positions: 64
  tokenizer: {{train: wordpiece, vocab_size: 200}}
data: {{train: rows.jsonl, split: {{validation: 0.2, test: 0}}{data}}}
"""


def lay_out(folder: Path, labels: list[Any], more: str = "", data: str = "") -> Path:
    """A spec and its rows, one for each label."""
    rows = [{"text": f"text number {i}", "label": label} for i, label in enumerate(labels)]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "rows.jsonl").write_text(lines, encoding="utf-8")
    spec = folder / "spec.yaml"
    spec.write_text(SPEC.format(more=more, data=data), encoding="utf-8")
    return spec


def trained_on(spec: Path) -> dict[str, dict[str, int]]:
    """The rows of each split and label, as the project reads them."""
    plan, built, _ = compile_project(spec)
    project = write(built, spec.parent / "project")
    with opened(project) as modules:
        splits = modules.data.read_splits(modules.config.Config())
        names = modules.config.Config().labels
    found = {
        split: dict(Counter(names[i] for i in examples.targets.tolist()))
        for split, examples in splits.items()
    }
    facts = labels_of(plan.facts)
    counted = {
        split: {label: n for label, n in zip(facts.labels, counts, strict=True) if n}
        for split, counts in facts.counts.items()
    }
    assert found == counted
    return found


@pytest.mark.parametrize("data", ["", ", clean: {drop_empty: false}", ", storage: disk"])
def test_rows_of_dropped_labels_are_left_out(data: str, tmp_path: Path) -> None:
    labels = ["yes", "no", "maybe", "-", "-1"] * 8
    spec = lay_out(tmp_path, labels, ', drop_labels: ["-", "-1"]', data)
    found = trained_on(spec)
    assert {name for split in found.values() for name in split} == {"yes", "no", "maybe"}
    assert sum(sum(split.values()) for split in found.values()) == 24
    facts = check(spec).facts
    assert sum(split.dropped.get("unusable", 0) for split in facts.splits.values()) == 16


def test_lists_of_one_label_are_classes_where_the_spec_says_so(tmp_path: Path) -> None:
    labels = [["good"], ["bad"], ["fair"]] * 10
    found = trained_on(lay_out(tmp_path, labels, ", problem: multi-class"))
    assert sum(sum(split.values()) for split in found.values()) == 30
    two = lay_out(tmp_path, [*labels, ["good", "bad"]], ", problem: multi-class")
    with pytest.raises(Exception, match="does not fit"):
        check(two)


@pytest.mark.parametrize(
    ("found", "last"),
    [
        ({"no": 5, "yes": 9}, "yes"),
        ({"positive": 5, "negative": 9}, "positive"),
        ({"spam": 9, "ham": 5}, "spam"),
        ({"Satisfied": 5, "Unsatisfied": 9}, "Satisfied"),
        ({"entailment": 9, "not_entailment": 5}, "entailment"),
        ({"relevant": 9, "irrelevant": 3}, "relevant"),
        ({"complaint": 3, "praise": 9}, "complaint"),
        ({"praise": 3, "complaint": 9}, "praise"),
        ({"left": 4, "right": 4}, "right"),
    ],
)
def test_the_positive_class_is_last_of_two(found: dict[str, int], last: str) -> None:
    pair, reason = positive_last(found)
    assert set(pair) == set(found) and pair[1] == last
    assert f"positive class last: {last}" in reason


def test_the_plan_says_which_class_is_positive(tmp_path: Path) -> None:
    spec = lay_out(tmp_path, ["spam", "fine", "fine"] * 10)
    plan, _, _ = compile_project(spec)
    assert "positive class last: spam, by its name" in plan.reason("task.labels")
    assert labels_of(plan.facts).describe().endswith("(positive: spam)")


@pytest.mark.parametrize(
    ("labels", "sign"),
    [
        (["a;b", "a", "b;c", "c", "b"], ";"),
        (["a|b", "a|c", "b|c", "a|b|c", "c|d"], "|"),
        (["toys/games", "sci/tech", "news"], None),
        (["N/A-like", "a/b"], None),
        (["Doe, John", "Lee, Anna", "Kim, Bo"], None),
    ],
)
def test_labels_that_are_joined_are_told(
    labels: list[str], sign: str | None, tmp_path: Path
) -> None:
    told = [d for d in check(lay_out(tmp_path, labels * 8)).found if d.code == "SP334"]
    helps = [d.help.partition(" to ")[0] for d in told if d.help]
    assert helps == ([f'add `separator: "{sign}"`'] if sign else [])
