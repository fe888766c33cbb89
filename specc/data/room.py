"""What a task gives to the data stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from specc import rooms

if TYPE_CHECKING:
    import pyarrow as pa

    from specc.data.facts import DataFile
    from specc.data.findings import Findings
    from specc.data.rows import Rows
    from specc.language.data import SplitName
    from specc.language.spec import Spec


class TaskFacts(Protocol):
    """What the data stage counted for the task: tags, labels, answers."""

    def describe(self) -> str:
        """A few words for the line that `specc check` prints."""

    def payload(self) -> dict[str, Any]:
        """The same for `--json`: keys of `CheckedSpec`."""


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


def data_side(kind: str) -> DataSide:
    """The task's part of the data stage."""
    return cast(DataSide, rooms.module(kind, "data"))
