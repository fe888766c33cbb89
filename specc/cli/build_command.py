"""`specc build`: the project on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from specc.cli.building import Built, Placement, check_one, default_folder, dry_run_one, write_one
from specc.cli.exit_codes import ExitCode, exit_code
from specc.cli.options import pass_output, shared_options
from specc.cli.output import Output
from specc.cli.payloads import BuildResult, diagnostic_payloads


@click.command("build")
@click.argument("specs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SPEC…")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    help="The project's folder.  [default: generated/<name>]",
)
@click.option(
    "--check", "is_check", is_flag=True, help="Write nothing; fail if the folder differs."
)
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would happen to each file.")
@shared_options
@pass_output
def command(
    output: Output, specs: tuple[Path, ...], folder: Path | None, is_check: bool, dry_run: bool
) -> int:
    """Write the training project of each SPEC. Files that you changed are merged, never replaced.

    With --check, a unified diff from the folder to the render goes to stdout.
    """
    if folder and len(specs) > 1:
        raise click.UsageError("-o names the folder of one project; give one spec, or leave it out")
    if is_check and dry_run:
        raise click.UsageError("--check and --dry-run cannot go together")
    do = check_one if is_check else dry_run_one if dry_run else write_one
    built = _build_all(output, specs, folder, do)
    found = [diagnostic for one in built for diagnostic in one.diagnostics]
    drifted = any(not one.payload.ok for one in built)
    code = exit_code(found) or (ExitCode.FOUND if drifted else ExitCode.OK)
    projects, payloads = [one.payload for one in built], diagnostic_payloads(found)
    output.emit(
        BuildResult(
            command="build",
            ok=not code,
            exit_code=code,
            diagnostics=payloads,
            dry_run=dry_run,
            projects=projects,
        )
    )
    return code


def _build_all(
    output: Output,
    specs: tuple[Path, ...],
    folder: Path | None,
    do: Callable[[Output, Path, Placement], Built],
) -> list[Built]:
    taken: dict[Path, Path] = {}
    built = []
    for spec in specs:

        def usual(name: str, spec: Path = spec) -> Path:
            target = default_folder(name)
            if taken.setdefault(target, spec) != spec:
                other = f"`{taken[target]}` and `{spec}`"
                raise click.UsageError(f"{other} would both go to `{target}`; give them names")
            return target

        built.append(do(output, spec, Placement(folder, usual)))
    return built
