"""What a task gives to the stages, and where a stage finds it: one lookup by the task's `kind`."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from specc.data.facts import DataFacts
    from specc.diagnostics.diagnostic import Diagnostic
    from specc.plan.ledger import Ledger
    from specc.plan.plan import Plan
    from specc.render.context.config import Group
    from specc.render.manifest import Output
    from specc.source.source import Source
    from specc.spec.spec import Spec


class Measure(Protocol):
    """A metric as the plan and the README need it."""

    @property
    def greater_is_better(self) -> bool: ...

    @property
    def meaning(self) -> str: ...


class Room(Protocol):
    """The module `specc.tasks.<task>.room`; its functions are the task's side of each stage."""

    METRICS: Mapping[str, Measure]

    def plan_metrics(
        self, spec: Spec, facts: DataFacts, ledger: Ledger
    ) -> tuple[tuple[str, ...], str]:
        """Metrics in order, and the one that chooses the checkpoint."""

    def plan_class_weights(
        self, spec: Spec, source: Source, facts: DataFacts, ledger: Ledger
    ) -> tuple[tuple[float, ...] | None, list[Diagnostic]]:
        """A weight for each class in id order, None where there are none."""

    def outputs(self, plan: Plan) -> list[Output]:
        """The files of the project in reading order."""

    def config_group(self, plan: Plan) -> Group:
        """The task's own fields of config.py."""

    def context(self, plan: Plan) -> dict[str, dict[str, Any]]:
        """Names for the templates by namespace; what others put under the same one stays."""

    def libraries(self, plan: Plan) -> list[str]:
        """Packages that the task's files import beside the common ones."""


def room(kind: str) -> Room:
    """The room of the task `kind`."""
    return cast(Room, importlib.import_module(f"specc.tasks.{kind.replace('-', '_')}.room"))
