"""`specc check`: a spec against the language and its data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specc.cli.exit_codes import exit_code
from specc.cli.options import pass_output, shared_options
from specc.cli.output import Output, Styled
from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.wording import summary
from specc.pipeline import check, plan

if TYPE_CHECKING:
    from specc.cli.payloads import CheckResult

Outcome = tuple[Path, DataFacts | None, tuple[Diagnostic, ...]]
"""A spec, what its data holds (None if it failed), and what was found."""


@click.command("check")
@click.argument("specs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SPEC…")
@click.option("--hardware", is_flag=True, help="Also whether a step fits into the target's memory.")
@shared_options
@pass_output
def command(output: Output, specs: tuple[Path, ...], hardware: bool) -> int:
    """Say what is wrong with specs and with the data that they name.

    Reads the data, but neither torch nor the network; `--hardware` needs torch, and the shape of
    the model. One line a spec on stdout, what is wrong on stderr.
    """
    outcomes = [(spec, *check_one(output, spec, hardware)) for spec in specs]
    found = [diagnostic for _, _, diagnostics in outcomes for diagnostic in diagnostics]
    code = exit_code(found)
    if output.json:
        output.emit(_payload(outcomes, found, code))
    return code


def check_one(
    output: Output, spec: Path, hardware: bool = False
) -> tuple[DataFacts | None, tuple[Diagnostic, ...]]:
    """Checks and tells; no facts if the spec failed."""
    try:
        checked = check(spec)
        found = plan(spec)[1] if hardware else checked.found
    except SpecError as error:
        output.diagnostics(error.diagnostics)
        words = summary(error.diagnostics).removeprefix("found ").partition(" in ")[0]
        output.print(Styled("failed", "red"), f"  {spec.as_posix()}  {words}")
        return None, error.diagnostics
    output.diagnostics(found)
    output.print(Styled("ok", "green"), f"  {spec.as_posix()}  {describe(checked.facts)}")
    return checked.facts, found


def _payload(outcomes: Sequence[Outcome], found: Sequence[Diagnostic], code: int) -> CheckResult:
    # Imported here, because the models of all payloads take a tenth of the time of a check.
    from specc.cli.payloads import CheckedSpec, CheckResult, diagnostic_payloads

    specs = [
        CheckedSpec(
            spec=str(spec),
            ok=facts is not None,
            rows={str(n): s.rows for n, s in facts.splits.items()} if facts else None,
            **(facts.task.payload() if facts else {}),
        )
        for spec, facts, _ in outcomes
    ]
    return CheckResult(
        command="check",
        ok=not code,
        exit_code=code,
        diagnostics=diagnostic_payloads(found),
        specs=specs,
    )


def describe(facts: DataFacts) -> str:
    """`264 train, 64 validation rows; 8 classes: a, b, c, d, …`."""
    rows = ", ".join(f"{split.rows:,} {name}" for name, split in facts.splits.items())
    return f"{rows + ' rows' if rows else 'rows on the hub'}; {facts.task.describe()}"
