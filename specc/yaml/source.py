"""What the front end makes of a spec file: a plain value and, beside it, where each part stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specc.diagnostics.diagnostic import Span

Key = str | int
KeyPath = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one value stands: its key (None for list items and the root), itself, its children."""

    value: Span
    key: Span | None = None
    children: dict[Key, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A spec file, parsed. `value` is plain Python; `root` mirrors it with spans."""

    path: Path
    text: str
    value: Any
    root: Place

    @property
    def file(self) -> str:
        """The path as the user gave it, for diagnostics."""
        return self.path.as_posix()

    @property
    def folder(self) -> Path:
        """The folder that relative paths in the spec start from."""
        return self.path.parent

    def place(self, path: KeyPath) -> Place:
        """The place of `path`, or of its nearest ancestor that the file holds.

        A segment that is no child is skipped, because Pydantic puts the tags of discriminated
        unions into its error locations.
        """
        here = self.root
        for key in path:
            here = here.children.get(key, here)
        return here

    def span(self, *path: Key) -> Span:
        """The value's span at `path` (or at the nearest ancestor that is there)."""
        return self.place(path).value

    def key_span(self, *path: Key) -> Span:
        """The key's span at `path`; the value's where there is no key."""
        here = self.place(path)
        return here.key or here.value
