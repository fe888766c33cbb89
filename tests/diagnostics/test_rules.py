"""The examples that `specc explain` prints: the bad one fires its code, the good one does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.diagnostics.diagnostic import Rule
from specc.diagnostics.register import RULES, STAGES, rule

from .harness import language_findings

BASE = {
    "task": "task: {kind: text-classification, text: message, label: intent}\n",
    "model": "model: bert-base-uncased\n",
    "data": "data: {train: data/intents.csv}\n",
}
WHOLE_FILE = ("SP001", "SP002", "SP003", "SP004", "SP005", "SP007", "SP010", "SP011")
"""Their examples are shell lines, or whole files that take no further sections."""

EXAMPLES = [r for c, r in RULES.items() if c[:3] in ("SP0", "SP1", "SP2") and c not in WHOLE_FILE]


def codes(example: str, folder: Path) -> set[str]:
    """What an example fires when the sections that it leaves out are added."""
    sections = {line.partition(":")[0] for line in example.splitlines()}
    rest = "".join(text for section, text in BASE.items() if section not in sections)
    spec = folder / "spec.yaml"
    spec.write_text(example + rest)
    return {d.code for d in language_findings(spec)}


@pytest.mark.parametrize("shown", EXAMPLES, ids=lambda r: r.code)
def test_examples(shown: Rule, tmp_path: Path) -> None:
    assert shown.code in codes(shown.bad, tmp_path)
    good = codes(shown.good, tmp_path)
    assert not good, good


def test_all_examples_of_the_front_end_are_tried() -> None:
    assert len(EXAMPLES) > 100


@pytest.mark.parametrize("shown", RULES.values(), ids=RULES)
def test_every_rule_is_complete(shown: Rule) -> None:
    assert shown.code[:3] in STAGES
    assert shown.name == shown.name.lower() and " " not in shown.name and "_" not in shown.name
    assert len(shown.explanation) > 60 and shown.explanation.endswith(".")
    assert shown.bad.strip() and shown.good.strip() and shown.bad != shown.good


def test_rules_are_found_by_code_in_any_case() -> None:
    assert rule("sp104").name == "unknown-key"
    with pytest.raises(KeyError):
        rule("SP999")
