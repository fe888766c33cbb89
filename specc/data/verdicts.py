"""What Prodigy's annotators thought of each row."""

from __future__ import annotations

from collections.abc import Sequence

from specc.data.facts import DataFile
from specc.data.findings import FileProblem, quoted, shown
from specc.diagnostics.rules import data as rules

VERDICT = "answer"
"""The key that says it."""

_VERDICTS = {"accept", "reject", "ignore"}


def refused_rows(file: DataFile, verdicts: Sequence[str]) -> FileProblem | None:
    """What to say of rows that an annotator did not accept; None where there are none."""
    if not set(verdicts) <= _VERDICTS:
        return None
    refused = [i for i, verdict in enumerate(verdicts) if verdict != "accept"]
    if not refused:
        return None
    others = sorted(set(verdicts) - {"accept"})
    are = "1 row" if len(refused) == 1 else f"{len(refused):,} rows"
    return FileProblem(
        rules.ROW_MARKS,
        f"{are} of `{file.name}` {'was' if len(refused) == 1 else 'were'} not accepted by the "
        f"annotator: {shown(VERDICT)} holds {quoted(others)}",
        "take these rows out of the file",
        [f"first at row {refused[0] + 1 + (file.header and file.delimiter is not None):,}"],
    )
