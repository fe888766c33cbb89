"""Where every resolved value came from: the spec, a default, or a derivation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

Origin = Literal["spec", "default", "derived"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of `specc plan`: `key` is the path in the language, `reason` one clause."""

    key: str
    value: Any
    origin: Origin
    reason: str


@dataclass
class Ledger:
    """Collects the entries of a plan in the order in which questions are answered."""

    entries: list[Entry] = field(default_factory=list)

    def take(
        self, section: BaseModel, prefix: str, name: str, reason: str, default: Any = None
    ) -> Any:
        """The value of a field that the language has a default for.

        `default` is that of a field whose default depends on other sections. No second line is
        written where the value, or a part of it, was derived before.
        """
        value = getattr(section, name)
        value = default if value is None else value
        alias = type(section).model_fields[name].alias or name
        key = f"{prefix}.{alias}"
        if any(entry.key == key or entry.key.startswith(f"{key}.") for entry in self.entries):
            return value
        origin: Origin = "spec" if name in section.model_fields_set else "default"
        shown = value.model_dump() if isinstance(value, BaseModel) else value
        self.entries.append(Entry(key, shown, origin, reason))
        return value

    def derive(self, key: str, value: Any, reason: str) -> Any:
        """A value that the spec left open and that something else decides."""
        self.entries.append(Entry(key, value, "derived", reason))
        return value

    def choose(self, key: str, said: Any, otherwise: Any, said_reason: str, reason: str) -> Any:
        """`said` where the spec says anything, else the derived `otherwise`."""
        if said is not None:
            self.entries.append(Entry(key, said, "spec", said_reason))
            return said
        return self.derive(key, otherwise, reason)

    def reason(self, key: str) -> str:
        """The reason recorded for `key`."""
        return next(entry.reason for entry in self.entries if entry.key == key)
