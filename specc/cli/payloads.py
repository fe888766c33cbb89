"""What `--json` prints: one object a command, each with the fields of `Result`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.json_ import render_json


def _plain(value: Any) -> Any:
    """As JSON can hold it: no lone surrogates (odd file names), infinities or odd containers."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int) else _plain(str(value))


Text = Annotated[str, BeforeValidator(_plain)]
Plain = Annotated[Any, BeforeValidator(_plain)]


class Payload(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NotePayload(Payload):
    message: Text
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None


class DiagnosticPayload(NotePayload):
    """Lines and columns are 1-based, the end is exclusive, null is "no place"."""

    code: str
    name: str
    severity: Literal["error", "warning", "note"]
    file: Text
    help: Text | None
    notes: list[NotePayload]


class ErrorPayload(Payload):
    """A failure that is not about what a spec says."""

    kind: Literal["usage", "io", "internal", "interrupted"]
    message: Text


class Result(Payload):
    """`exit_code` is that of the process; `error` is null where diagnostics say everything."""

    version: Literal[1] = 1
    command: str | None
    ok: bool
    exit_code: int
    diagnostics: list[DiagnosticPayload] = []
    error: ErrorPayload | None = None

    def plain(self) -> dict[str, Any]:
        """For `json.dumps`."""
        return self.model_dump(by_alias=True)


class CheckedSpec(Payload):
    """`rows` is empty for a hub data set; all but `spec` and `ok` are null if it failed."""

    spec: Text
    ok: bool
    rows: dict[str, int] | None = None
    problem: str | None = None
    labels: list[Text] | None = None


class CheckResult(Result):
    specs: list[CheckedSpec]


class EntryPayload(Payload):
    key: Text
    value: Plain
    origin: Literal["spec", "default", "derived"]
    reason: Text


class PlanResult(Result):
    name: str
    entries: list[EntryPayload]
    step: dict[str, Any] | None = None


class CompareResult(Result):
    gpus: list[dict[str, Any]]


class FilePayload(Payload):
    path: Text
    action: str
    note: Text | None = None


class DifferencePayload(Payload):
    """`diff` leads from the file on disk to the render."""

    path: Text
    kind: Literal["changed", "missing", "extra"]
    is_edit: bool
    diff: Text


class BuiltProject(Payload):
    """One of `files` (build, `--dry-run`) and `differences` (`--check`) is null; both on errors."""

    spec: Text
    ok: bool
    folder: Text | None = None
    files: list[FilePayload] | None = None
    differences: list[DifferencePayload] | None = None


class BuildResult(Result):
    dry_run: bool
    projects: list[BuiltProject]


class RunCommandResult(Result):
    """`results` is the project's `results.json`; `log_tail` is empty if the run finished."""

    folder: Text
    outcome: Literal["finished", "failed", "interrupted"]
    seconds: float
    log: Text
    last_checkpoint: Text | None
    log_tail: list[Text]
    results: Plain


class InspectResult(Result):
    """`lengths` are in tokens; `first_batch` holds the shape of each tensor of a training batch.

    An example has `row`, `answer` where it has one as a whole, and `streams` of tokens, each with
    `text` and, where something is learned at it, `label`.
    """

    split: str
    rows: int
    sequences: int
    lengths: dict[str, int]
    note: Text
    first_batch: dict[str, list[int]]
    examples: Plain


class RulePayload(Payload):
    code: str
    name: str
    explanation: str
    bad: str
    good: str


class ExplainResult(Result):
    rules: list[RulePayload]


class SchemaResult(Result):
    """`file` is what was written; `schema` the schema itself, null if it went to a file."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    file: Text | None
    json_schema: dict[str, Any] | None = Field(serialization_alias="schema")


class NewResult(Result):
    """`guesses` says why each line of the spec is what it is."""

    file: Text
    spec: Text
    guesses: dict[str, Text]


def diagnostic_payloads(diagnostics: Sequence[Diagnostic]) -> list[DiagnosticPayload]:
    return [DiagnosticPayload.model_validate(found) for found in render_json(diagnostics)]
