"""The pipe in order: source, spec, data, plan, project. Every command is a prefix of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.yaml.source import Source

if TYPE_CHECKING:
    from specc.data.facts import DataFacts
    from specc.language.spec import Spec
    from specc.plan.base import Base
    from specc.plan.memory import MemoryPlan
    from specc.plan.plan import Plan
    from specc.project.project import Project
    from specc.sizing.question import Make


@dataclass(frozen=True)
class Checked:
    """A spec that holds against its data; `found` are warnings and notes."""

    source: Source
    spec: Spec
    facts: DataFacts
    base: Base | None
    found: tuple[Diagnostic, ...]


def check(path: Path) -> Checked:
    """Source, spec and data; needs neither torch nor a network.

    Raises:
        SpecError: with every error that can be told.
    """
    # Imported here, so that `specc --help` does not wait for Pydantic and Arrow.
    from specc.language.load import load_spec
    from specc.plan.base import resolve_base
    from specc.plan.check_base import check_base
    from specc.plan.rates import unusual_rates
    from specc.tokens.check import check_tokenizer
    from specc.yaml.read import read_source

    source = read_source(path)
    spec = load_spec(source)
    from specc.data.gather import gather

    errors: list[Diagnostic] = []
    base = None
    try:
        base = resolve_base(spec, source)
    except SpecError as error:
        errors += error.diagnostics
    try:
        facts, found = gather(spec, source)
    except SpecError as error:
        errors += error.diagnostics
    if errors:
        raise SpecError(tuple(errors))
    told = check_base(spec, source, facts, base) + check_tokenizer(spec, source, facts, base)
    told += unusual_rates(spec, source)
    if any(item.severity == "error" for item in told):
        raise SpecError(found + told)
    return Checked(source, spec, facts, base, found + told)


def plan(path: Path, *, weighs: bool = True) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """Everything resolved, with warnings and notes.

    Where the memory of the target is known, the step is traced (with torch, in another process),
    unless `weighs` is off.

    Raises:
        SpecError: as `check`, and SP4xx.
    """
    from specc.sizing.plan import weigh

    checked = check(path)
    make = planner_of(checked)
    if weighs:
        made, found = weigh(make, checked.spec, checked.source)
    else:
        made, found = make(checked.spec, None)
    return made, checked.found + found


def planner_of(checked: Checked) -> Make:
    """What makes plans of a spec, or of one changed in a few keys, on the same data."""
    from specc.plan.planner import make_plan

    def make(spec: Spec, weighed: MemoryPlan | None) -> tuple[Plan, tuple[Diagnostic, ...]]:
        return make_plan(spec, checked.source, checked.facts, checked.base, weighed)

    return make


def compile_project(
    path: Path, place: Callable[[str], Path] | None = None, *, weighs: bool = True
) -> tuple[Plan, Project, tuple[Diagnostic, ...]]:
    """The project in memory; `place` gives its folder from its name.

    Only what is not copied into the project (large data, local base models) depends on the folder:
    the project finds it by a relative path.

    Raises:
        SpecError: as `plan`.
    """
    from specc.render.render import render

    made, found = plan(path, weighs=weighs)
    folder = place(made.name) if place else Path("generated") / made.name
    to_spec = os.path.relpath(path.parent.resolve(), folder.resolve())
    made = replace(made, to_spec=Path(to_spec).as_posix())
    return made, render(made), found
