"""What a task gives to each stage, and where the stage finds it: one lookup by the task's `kind`.

A room is the folder `specc/tasks/<task>/`. It has one module a stage, so that a stage imports
nothing that only a later one needs:

- `language.py`: `SECTION`, the Pydantic model of the `task` section (see `specc/tasks/__init__.py`)
- `checks.py`: `CHECKS`, what the spec alone can tell
- `data.py`: the functions of `DataSide`
- `plan.py`: those of `PlanSide`
- `render.py`: those of `RenderSide`
- `rules.py`: `RULES`, the codes that only this task has, where it has any
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    import pyarrow as pa

    from specc.data.facts import DataFacts, DataFile
    from specc.data.findings import Findings
    from specc.data.rows import Rows
    from specc.diagnostics.diagnostic import Diagnostic
    from specc.plan.base import Base
    from specc.plan.ledger import Ledger
    from specc.plan.plan import Plan
    from specc.render.context.config import Group
    from specc.render.context.model import Answers
    from specc.render.manifest import Output
    from specc.source.source import Source
    from specc.spec.data import SplitName
    from specc.spec.ground import Check
    from specc.spec.spec import Spec


class TaskFacts(Protocol):
    """What the data stage counted for the task: tags, labels, answers."""

    def describe(self) -> str:
        """A few words for the line that `specc check` prints."""

    def payload(self) -> dict[str, Any]:
        """The same for `--json`: keys of `CheckedSpec`."""


class TaskPlan(Protocol):
    """What the plan holds for the task alone; a frozen dataclass of the room."""


class Measure(Protocol):
    """A metric as the plan and the README need it."""

    @property
    def greater_is_better(self) -> bool: ...

    @property
    def meaning(self) -> str: ...


class DataSide(Protocol):
    """`specc.tasks.<task>.data`: what the user's rows are for the task."""

    def check_columns(
        self,
        spec: Spec,
        split: SplitName,
        files: Sequence[DataFile],
        tables: list[pa.Table],
        findings: Findings,
    ) -> bool:
        """Whether the files of a split hold values of the kinds that the task reads.

        It may put other tables in place of `tables`, with what it makes of columns of objects.
        """

    def examine(self, spec: Spec, splits: dict[SplitName, Rows], findings: Findings) -> Any:
        """What the cleaned rows hold, before the cut; reports what cannot be learned.

        It may put fewer rows in place of those of a split: they are counted as unusable.
        """

    def strata(
        self, spec: Spec, found: Any, train: Rows, needed: int, findings: Findings
    ) -> list[str] | None:
        """The class of each row, where a cut into `needed` splits keeps each class's share."""

    def facts(
        self, spec: Spec, found: Any, parts: Mapping[SplitName, Rows], findings: Findings
    ) -> TaskFacts:
        """What the rows of each split hold, after the cut."""

    def hub_facts(self, spec: Spec, findings: Findings) -> TaskFacts:
        """What the spec alone says of rows on the hub."""


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


class RenderSide(Protocol):
    """`specc.tasks.<task>.render`: files and names for the templates."""

    def outputs(self, plan: Plan) -> list[Output]:
        """The files of the project in reading order."""

    def answers(self, plan: Plan) -> Answers:
        """What the network gives out."""

    def config_group(self, plan: Plan) -> Group:
        """The task's own fields of config.py."""

    def context(self, plan: Plan) -> dict[str, dict[str, Any]]:
        """Names for the templates by namespace; what others put under the same one stays."""

    def libraries(self, plan: Plan) -> list[str]:
        """Packages that the task's files import beside the common ones."""

    def example_inputs(self, plan: Plan) -> list[str]:
        """Arguments of `predict.py` for a first try, from the user's own data."""


def _side(kind: str, name: str) -> Any:
    return importlib.import_module(f"specc.tasks.{kind.replace('-', '_')}.{name}")


def checks(kind: str) -> tuple[Check, ...]:
    """What the spec alone can tell about a task."""
    return cast("tuple[Check, ...]", _side(kind, "checks").CHECKS)


def data_side(kind: str) -> DataSide:
    """The task's part of the data stage."""
    return cast(DataSide, _side(kind, "data"))


def plan_side(kind: str) -> PlanSide:
    """The task's part of the plan."""
    return cast(PlanSide, _side(kind, "plan"))


def render_side(kind: str) -> RenderSide:
    """The task's part of the render stage."""
    return cast(RenderSide, _side(kind, "render"))
