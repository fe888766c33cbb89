"""Every code that specc can print, in order."""

from __future__ import annotations

from collections.abc import Iterator

from specc import rooms
from specc.diagnostics.diagnostic import Rule
from specc.diagnostics.rules import (
    bases,
    cross,
    data,
    plan,
    run,
    sentences,
    shape,
    tokens,
    write,
    yaml,
)

STAGES: dict[str, str] = {
    "SP0": "reading the YAML",
    "SP1": "keys and values",
    "SP2": "keys that do not go together",
    "SP3": "the data",
    "SP4": "the plan and the hardware",
    "SP5": "writing the project",
    "SP6": "running it",
}
"""What the first digit of a code stands for."""


def _collect(*groups: tuple[Rule, ...]) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    names: set[str] = set()
    for rule in (r for group in groups for r in group):
        assert rule.code not in rules, f"two rules have the code {rule.code}"
        assert rule.name not in names, f"two rules have the name {rule.name}"
        rules[rule.code] = rule
        names.add(rule.name)
    return dict(sorted(rules.items()))


def _of_tasks() -> Iterator[tuple[Rule, ...]]:
    """The codes that belong to one task: those of `specc/tasks/<task>/rules.py`."""
    for room in rooms.ROOMS:
        if rooms.has_module(room, "rules"):
            yield rooms.module(room, "rules").RULES


RULES: dict[str, Rule] = _collect(
    *(
        yaml.RULES,
        shape.RULES,
        cross.RULES,
        data.RULES,
        sentences.RULES,
        plan.RULES,
        bases.RULES,
        tokens.RULES,
        write.RULES,
        run.RULES,
    ),
    *_of_tasks(),
)
"""Rule by code, sorted by code."""


def rule(code: str) -> Rule:
    """The rule of `code`, in any case.

    Raises:
        KeyError: if there is no such code.
    """
    return RULES[code.upper()]
