"""`specc run`: build, train, say what came out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import click

from specc.cli.building import Placement, write_one
from specc.cli.exit_codes import ExitCode, exit_code
from specc.cli.options import pass_output, shared_options
from specc.cli.output import Output
from specc.cli.payloads import Result, RunCommandResult, diagnostic_payloads
from specc.cli.running import (
    Place,
    next_commands,
    refuse_missing_packages,
    reporter,
    smoke,
    starter,
    tell,
    with_memory,
)
from specc.diagnostics.diagnostic import Diagnostic
from specc.render.context.machine import declares_machine
from specc.run.disk import disk_warning
from specc.run.earlier import refuse_earlier_run
from specc.run.run import RunResult, run_project
from specc.run.truncation import cut_warnings

_CODES = {
    "finished": ExitCode.OK,
    "failed": ExitCode.TRAINING,
    "interrupted": ExitCode.INTERRUPTED,
}


@click.command("run")
@click.argument("spec", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    help="The project's folder.  [default: runs/<name>]",
)
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint.")
@click.option("--overwrite", is_flag=True, help="Replace the run that is in the folder.")
@click.option("--max-steps", type=click.IntRange(min=1), help="Stop after so many steps.")
@click.option(
    "--on",
    "place",
    type=click.Choice(get_args(Place)),
    help="Where: processes of this machine, or a job of the cluster.  [default: this machine]",
)
@click.option(
    "--ignore-hardware", is_flag=True, help="Train on a lesser machine than the spec declares."
)
@click.option("--smoke", "is_smoke", is_flag=True, help="Try two steps and a small evaluation.")
@shared_options
@pass_output
def command(
    output: Output,
    spec: Path,
    folder: Path | None,
    resume: bool,
    overwrite: bool,
    max_steps: int | None,
    place: Place | None,
    ignore_hardware: bool,
    is_smoke: bool,
) -> int:
    """Build the project of SPEC and train it. Ctrl-C saves; `--resume` goes on from there."""
    if is_smoke and (resume or overwrite or max_steps or place):
        raise click.UsageError("--smoke goes with none of --resume, --overwrite, --max-steps, --on")
    if resume and overwrite:
        raise click.UsageError("--resume and --overwrite cannot go together")
    chosen = {"--resume": resume, "--overwrite": overwrite}
    arguments = [name for name, is_given in chosen.items() if is_given]
    arguments += ["--max-steps", str(max_steps)] if max_steps else []

    def ready(target: Path) -> None:
        if not is_smoke:  # whose results have a folder of their own
            refuse_earlier_run(target, arguments)

    place_of = Placement(folder, lambda name: Path("runs") / name, ready)
    built = write_one(output, spec, place_of, is_run=True)
    if not built.ok or built.plan is None or built.folder is None:
        return _not_started(output, built.diagnostics)
    if ignore_hardware and declares_machine(built.plan):
        arguments.append("--ignore-hardware")
    found = built.diagnostics
    if is_smoke:
        refuse_missing_packages(built.plan, spec)
        result = smoke(output, built.folder)
    else:
        full = disk_warning(built.plan, built.folder)
        found += (full,) if full else ()
        output.diagnostics(found[len(built.diagnostics) :])
        start = starter(built.plan, spec, place)
        result = run_project(built.folder, arguments, reporter(output), start)
        result = with_memory(result, built.plan)
        cut = cut_warnings(result.results, built.plan, built.folder.as_posix())
        result = replace(result, diagnostics=result.diagnostics + cut)
    tell(output, result, built.folder, built.plan)
    if result.outcome == "finished" and not is_smoke:
        output.next_commands(next_commands(built.plan, spec, built.folder))
    return _end(output, result, built.folder, found)


def _not_started(output: Output, found: tuple[Diagnostic, ...]) -> int:
    code = exit_code(found)
    payloads = diagnostic_payloads(found)
    output.emit(Result(command="run", ok=False, exit_code=code, diagnostics=payloads))
    return code


def _end(
    output: Output, result: RunResult, folder: Path, found: tuple[Diagnostic, ...]
) -> ExitCode:
    code = _CODES[result.outcome]
    output.emit(
        RunCommandResult(
            command="run",
            ok=not code,
            exit_code=code,
            diagnostics=diagnostic_payloads(found + result.diagnostics),
            folder=str(folder),
            outcome=result.outcome,
            seconds=round(result.seconds, 3),
            log=str(result.log),
            last_checkpoint=str(result.last_checkpoint) if result.last_checkpoint else None,
            log_tail=list(result.log_tail),
            results=result.results.content if result.results else None,
        )
    )
    return code
