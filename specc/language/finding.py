"""One validation error with what is needed to word it: the place, the key, what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specc.diagnostics.diagnostic import Diagnostic, Note, Rule, Span
from specc.diagnostics.secrets import masked
from specc.yaml.source import KeyPath, Place, Source
from specc.yaml.text import Lines

LONGEST_SHOWN = 48
"""Characters of a value that a message repeats."""


def section_name(path: KeyPath) -> str:
    """A section as messages name it."""
    return f"`{dotted(path)}`" if path else "the spec"


def dotted(path: KeyPath) -> str:
    """A path as people write it: `data.clean.replace[0]`."""
    name = ""
    for key in path:
        name += f"[{key}]" if isinstance(key, int) else f".{key}" if name else key
    return name


def shown(text: str) -> str:
    """A value for a message: on one line, and cut where it is long."""
    one_line = " ".join(masked(text).split())
    return one_line if len(one_line) <= LONGEST_SHOWN else one_line[: LONGEST_SHOWN - 1] + "…"


@dataclass(frozen=True, slots=True)
class Finding:
    """A validation error at a place of the file.

    `location` is Pydantic's, with the tags of unions; `path` holds only what the file holds.
    """

    source: Source
    lines: Lines
    kind: str
    location: KeyPath
    context: Mapping[str, Any]
    value: Any

    @property
    def path(self) -> KeyPath:
        path: list[str | int] = []
        here = self.source.root
        for segment in self.location:
            if segment in here.children:
                path.append(segment)
                here = here.children[segment]
        return tuple(path)

    @property
    def place(self) -> Place:
        return self.source.place(self.path)

    @property
    def key(self) -> str:
        """The nearest key that the value stands under."""
        return next((k for k in reversed(self.path) if isinstance(k, str)), "")

    @property
    def written(self) -> str:
        """The value as it stands in the file, shortened."""
        return shown(self.lines.slice(self.place.value))

    @property
    def subject(self) -> str:
        """The value with its key, as a message starts: `epochs: 0`, or `0` in `hidden`."""
        if self.path and isinstance(self.path[-1], int):
            return f"`{self.written}` in `{shown(self.key)}`"
        if "\n" in self.lines.slice(self.place.value):
            return f"`{shown(self.key)}`"
        return f"`{shown(self.key)}: {self.written}`"

    def edit(self, value: str) -> str:
        """The line to write instead, for a help text."""
        return f"`{value}`" if isinstance(self.path[-1], int) else f"`{shown(self.key)}: {value}`"

    def report(
        self,
        rule: Rule,
        message: str,
        help: str | None,
        *,
        span: Span | None = None,
        notes: tuple[Note, ...] = (),
    ) -> Diagnostic:
        """A diagnostic at the value, or at `span`."""
        where = span or self.place.value
        return Diagnostic(rule, message, self.source.file, where, help, notes)
