"""What every `task` section gives to the stages, whatever its kind."""

from __future__ import annotations

from typing import ClassVar

from specc.source.source import KeyPath
from specc.spec.base import Section


class Task(Section):
    """A `task` section. A stage that does not know its kind asks for columns by their part in it.

    `NOT_FOR` are keys of other sections that have no meaning for the task, with the reason: a spec
    that gives one is told so instead of being trained without it.
    """

    NOT_FOR: ClassVar[dict[KeyPath, str]] = {}

    kind: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Columns of text: cleaned, measured, tokenized."""
        raise NotImplementedError

    @property
    def answers(self) -> tuple[str, ...]:
        """Columns that are learned."""
        raise NotImplementedError

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read."""
        return (*self.texts, *self.answers)

    def place_of(self, column: str) -> KeyPath:
        """The key of the spec that names `column`."""
        raise NotImplementedError
