"""`specc inspect`: the first examples exactly as training sees them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from specc.cli.exit_codes import ExitCode
from specc.cli.options import pass_output, shared_options
from specc.cli.output import Output, Part, Styled
from specc.cli.payloads import InspectResult, Result, diagnostic_payloads
from specc.cli.running import refuse_missing_packages
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules.run import TRAINING_FAILED
from specc.pipeline import compile_project
from specc.project.write import write_project
from specc.render.render import render_inspection
from specc.run.inspect import Example, Inspection, InspectionFailed, Token, inspect_project


@click.command("inspect")
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("-n", "count", type=click.IntRange(1, 1000), default=3, help="How many examples.")
@click.option(
    "--split", type=click.Choice(["train", "validation", "test"]), default="train", help="Of which."
)
@shared_options
@pass_output
def command(output: Output, spec: Path, count: int, split: str) -> int:
    """Show the first examples as training sees them: tokens, what is learned at each, lengths.

    Runs the data.py of the project that SPEC compiles to, in a temporary folder. What is learned
    stands behind its token, in green.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "project"
        plan, project, found = compile_project(spec, lambda _: folder)
        output.diagnostics(found)
        if split not in plan.splits:
            raise click.UsageError(f"there is no {split} split; there are {', '.join(plan.splits)}")
        refuse_missing_packages(plan, spec)
        write_project(project, folder)
        try:
            seen = inspect_project(folder, render_inspection(plan, split, count))
        except InspectionFailed as error:
            return _failed(output, spec, str(error), found)
    _tell(output, seen)
    output.emit(
        InspectResult(
            command="inspect",
            ok=True,
            exit_code=0,
            diagnostics=diagnostic_payloads(found),
            **seen.content,
        )
    )
    return ExitCode.OK


def _failed(output: Output, spec: Path, said: str, found: tuple[Diagnostic, ...]) -> int:
    lines = tuple(said.splitlines())
    for line in lines:
        output.progress(f"  {line}")
    diagnostic = Diagnostic(
        TRAINING_FAILED,
        f"the project's data.py cannot be run: {lines[-1] if lines else 'it says nothing'}",
        spec.as_posix(),
        help="`specc check` looks at the data; what else failed stands above",
    )
    output.diagnostics((diagnostic,))
    payloads = diagnostic_payloads((*found, diagnostic))
    code = ExitCode.TRAINING
    output.emit(Result(command="inspect", ok=False, exit_code=code, diagnostics=payloads))
    return code


def _tell(output: Output, seen: Inspection) -> None:
    many = "" if seen.rows == seen.sequences else f" in {seen.sequences:,} sequences"
    lengths = seen.lengths
    output.print(f"{seen.split}: {seen.rows:,} examples{many}")
    output.print(
        f"tokens: median {lengths['median']}, 95 % up to {lengths['p95']}, "
        f"longest {lengths['longest']}"
    )
    output.print(seen.note)
    shapes = ", ".join(f"{name} {tuple(shape)}" for name, shape in seen.first_batch.items())
    output.print(f"first batch: {shapes}")
    for example in seen.examples:
        _tell_example(output, example)


def _tell_example(output: Output, example: Example) -> None:
    output.print()
    answer = "" if example.answer is None else f"  answer: {_shown(example.answer)}"
    output.print(Styled(f"example {example.row}", bold=True), Styled(answer, "green"))
    for name, tokens in example.streams:
        learned = sum(token.label is not None for token in tokens)
        counts = f"{len(tokens)} tokens" + (f", {learned} learned" if learned else "")
        output.print(Styled(f"  {name} ({counts}): ", dim=True), *_line(tokens))


def _line(tokens: tuple[Token, ...]) -> list[Part]:
    """The tokens with a bar between them; behind a token what is learned at it."""
    parts: list[Part] = []
    for token in tokens:
        text = token.text.replace("\n", "\\n")
        parts.append(Styled("|", dim=True))
        if token.label is None:
            parts.append(Styled(text, dim=True))
        else:
            parts.append(text if token.label == token.text else f"{text}/")
            parts.append(Styled("" if token.label == token.text else token.label, "green"))
    return [*parts, Styled("|", dim=True)]


def _shown(answer: Any) -> str:
    return ", ".join(map(str, answer)) if isinstance(answer, list) else str(answer)
