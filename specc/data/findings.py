"""How the data stage collects what it finds, so that one run shows everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from specc.diagnostics.diagnostic import Diagnostic, Note, Rule, Severity, SpecError
from specc.diagnostics.rules import data_files
from specc.yaml.source import Key, Source

_HELP = {
    data_files.UNREADABLE_FILE.code: "repair the file, or write it anew",
    data_files.EMPTY_FILE.code: "fill the file, or name one that holds rows",
    data_files.FOLDER_WITHOUT_CLASSES.code: "name the folder, or leave out `format`",
}
"""What to do where a problem of the rule says nothing better."""


class FileProblem(Exception):
    """One of the user's files cannot be used; becomes a diagnostic where the spec names it.

    `column` is the asked column that the file lacks, where that is the problem.
    """

    def __init__(
        self,
        rule: Rule,
        message: str,
        help: str | None = None,
        notes: Sequence[str] = (),
        column: str | None = None,
    ) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.help = help or _HELP.get(rule.code)
        self.notes = tuple(notes)
        self.column = column


@dataclass
class Findings:
    """The diagnostics of one run; `source` is the spec they point into."""

    source: Source
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(
        self,
        rule: Rule,
        message: str,
        *path: Key,
        help: str | None = None,
        notes: Iterable[str] = (),
        severity: Severity = "error",
    ) -> None:
        """Report `message` at the value of `path` in the spec."""
        self.diagnostics.append(
            Diagnostic(
                rule,
                message,
                self.source.file,
                self.source.span(*path),
                help,
                tuple(Note(note) for note in notes),
                severity,
            )
        )

    def add_problem(self, problem: FileProblem, *path: Key) -> None:
        """Report what made a file unusable."""
        self.add(problem.rule, problem.message, *path, help=problem.help, notes=problem.notes)

    @property
    def failed(self) -> bool:
        """Whether there is an error among the diagnostics."""
        return any(d.severity == "error" for d in self.diagnostics)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All diagnostics, in the order in which a person reads the spec."""
        return tuple(sorted(self.diagnostics, key=Diagnostic.sort_key))

    def stop_on_errors(self) -> None:
        """Raise SpecError with all diagnostics if one of them is an error."""
        if self.failed:
            raise SpecError(self.sorted())


def quoted(names: Iterable[str], limit: int = 8) -> str:
    """Names as a list for a message, cut after `limit`."""
    items = [shown(name) for name in names]
    more = f" and {len(items) - limit:,} more" if len(items) > limit else ""
    return ", ".join(items[:limit]) + more


def shown(text: str, limit: int = 40) -> str:
    """Text of the user's in backquotes, on one line and not too long."""
    line = " ".join(text.split()) if "\n" in text or len(text) > limit else text
    return f"`{line if len(line) <= limit else line[: limit - 1] + '…'}`"


def plural(number: int, noun: str) -> str:
    """`1 row`, `1,000 rows`, `3 classes`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}es" if noun.endswith("s") else f"{number:,} {noun}s"
