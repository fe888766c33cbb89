"""What one change of a spec may reach."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`value` at `at` of a base changes exactly `files`, and at most `lines` lines in all.

    `field` is the model's name and the key as it is written in a spec.
    """

    field: str
    base: str
    at: str
    value: object
    files: str
    lines: int

    @property
    def path(self) -> tuple[str | int, ...]:
        """`at` by key; a number is a place in a list."""
        return tuple(int(key) if key.isdigit() else key for key in self.at.split("."))
