"""The one value with which every stage reports what is wrong with the user's input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the spec's text; lines and columns are 1-based, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code stands for: `specc explain CODE` and `docs/codes.md` print it.

    `name` is kebab-case and names the bad pattern, never the fix. `explanation` is a paragraph or
    two of plain prose; `bad` and `good` are small specs (or shell lines) that show both sides.
    """

    code: str
    name: str
    explanation: str
    bad: str
    good: str


@dataclass(frozen=True, slots=True)
class Note:
    """A second place or a piece of arithmetic that belongs to a diagnostic."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `message` says what is wrong in one clause, `help` is the exact edit.

    `file` is the path to show (as the user gave it); `span` is None where no place in the spec is
    to blame, for example when the file cannot be read at all.
    """

    rule: Rule
    message: str
    file: str
    span: Span | None = None
    help: str | None = None
    notes: tuple[Note, ...] = ()
    severity: Severity = "error"

    @property
    def code(self) -> str:
        return self.rule.code

    def sort_key(self) -> tuple[str, Span, str, str]:
        """File, then place, then code: the order in which a person reads the spec."""
        return (self.file, self.span or Span(0, 0, 0, 0), self.rule.code, self.message)


class SpecError(Exception):
    """The user's input is wrong: carries the diagnostics, at least one of them an error."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = diagnostics
