"""How a command ends, for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.diagnostics.diagnostic import Diagnostic


class ExitCode(IntEnum):
    """Shown in `specc --help`; each means the same in every command."""

    OK = 0
    FOUND = 1
    USAGE = 2
    TRAINING = 3
    INTERNAL = 70
    INTERRUPTED = 130


MEANINGS = {
    ExitCode.OK: "ok",
    ExitCode.FOUND: "errors in a spec, drift, or a merge conflict",
    ExitCode.USAGE: "wrong usage, or a file that cannot be read or written",
    ExitCode.TRAINING: "the training failed",
    ExitCode.INTERNAL: "internal error: a bug in specc",
    ExitCode.INTERRUPTED: "interrupted",
}

_FILE_TROUBLE = {
    *("SP001", "SP002", "SP003"),  # the spec file itself
    *(
        "SP501",
        "SP502",
        "SP503",
        "SP509",
        "SP510",
        "SP511",
        "SP512",
        "SP513",
    ),  # the folder to write to
    *("SP604", "SP605", "SP606", "SP608", "SP616"),  # a run that could not be started
    *("SP609", "SP610", "SP611", "SP613"),  # nor anywhere else
}
"""Codes that are about the command line or the machine, not about what a spec says."""


def exit_code(diagnostics: Sequence[Diagnostic]) -> ExitCode:
    """USAGE if nothing but files is in the way, FOUND if there is any other error."""
    errors = {d.code for d in diagnostics if d.severity == "error"}
    if not errors:
        return ExitCode.OK
    return ExitCode.USAGE if errors <= _FILE_TROUBLE else ExitCode.FOUND
