"""What a task gives to the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, cast

from specc import rooms

if TYPE_CHECKING:
    from specc.data.facts import DataFacts
    from specc.diagnostics.diagnostic import Diagnostic
    from specc.language.spec import Spec
    from specc.plan.base import Base
    from specc.plan.ledger import Ledger
    from specc.yaml.source import Source


class TaskPlan(Protocol):
    """What the plan holds for the task alone; a frozen dataclass of the room."""


class Measure(Protocol):
    """A metric as the plan and the README need it."""

    @property
    def greater_is_better(self) -> bool: ...

    @property
    def meaning(self) -> str: ...


class PlanSide(Protocol):
    """`specc.tasks.<task>.plan`: the questions that only the task asks."""

    METRICS: Mapping[str, Measure]

    def plan_metrics(
        self, spec: Spec, facts: DataFacts, ledger: Ledger
    ) -> tuple[tuple[str, ...], str]:
        """Metrics in order, and the one that chooses the checkpoint."""

    def plan_task(
        self, spec: Spec, source: Source, facts: DataFacts, base: Base | None, ledger: Ledger
    ) -> tuple[TaskPlan, list[Diagnostic]]:
        """What the plan holds for the task alone."""


def plan_side(kind: str) -> PlanSide:
    """The task's part of the plan."""
    return cast(PlanSide, rooms.module(kind, "plan"))
