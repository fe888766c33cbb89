"""What a cross-field check stands on: the source, and short ways to point into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from specc.diagnostics.diagnostic import Diagnostic, Note, Rule, Span
from specc.language.spec import Spec
from specc.yaml.source import Key, Source


@dataclass(frozen=True, slots=True)
class Ground:
    """A spec of the right shape and the source that it was read from."""

    source: Source
    spec: Spec

    def written(self, *path: Key) -> Any:
        """What the file holds at `path`; None where it holds nothing or null."""
        here = self.source.value
        for key in path:
            try:
                here = here[key]
            except (KeyError, IndexError, TypeError):
                return None
        return here

    def given(self, *path: Key) -> bool:
        """Whether the file says something at `path`."""
        return self.written(*path) is not None

    def at_value(
        self,
        rule: Rule,
        path: tuple[Key, ...],
        message: str,
        help: str | None = None,
        *notes: Note,
    ) -> Diagnostic:
        """A diagnostic at the value of `path`."""
        return self._at(self.source.span(*path), rule, message, help, notes)

    def at_key(
        self,
        rule: Rule,
        path: tuple[Key, ...],
        message: str,
        help: str | None = None,
        *notes: Note,
    ) -> Diagnostic:
        """A diagnostic at the key of `path`."""
        return self._at(self.source.key_span(*path), rule, message, help, notes)

    def note(self, message: str, *path: Key) -> Note:
        """A note at the key of `path`."""
        return Note(message, self.source.key_span(*path))

    def _at(
        self, span: Span, rule: Rule, message: str, help: str | None, notes: tuple[Note, ...]
    ) -> Diagnostic:
        return Diagnostic(rule, message, self.source.file, span, help, notes)


Check = Callable[[Ground], Iterator[Diagnostic]]
"""Yields what it finds and goes on; never raises for what a user can write."""
