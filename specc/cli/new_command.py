"""`specc new`: a first spec for a data file."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from specc.cli.asking import make_draft, make_wishes
from specc.cli.check_command import check_one
from specc.cli.exit_codes import exit_code
from specc.cli.options import pass_output, shared_options
from specc.cli.output import Output
from specc.cli.payloads import NewResult, diagnostic_payloads
from specc.new.draft import Draft, task_draft
from specc.new.guess import guess_task, guessed_kinds
from specc.new.table import read_table
from specc.new.write import spec_text
from specc.spec.hardware import Device

_COLUMNS = "COLUMN[,COLUMN]"
_TABLE_KIND = "text-classification"


@click.command("new")
@click.argument("data_file", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), help="The spec to write.")
@click.option("--text", metavar=_COLUMNS, help="The text column, or two for a pair.")
@click.option("--label", metavar=_COLUMNS, help="The label column, or 0/1 columns.")
@click.option(
    "--task",
    "kind",
    type=click.Choice([_TABLE_KIND, *guessed_kinds()]),
    help="The kind of task.",
)
@click.option("--model", help="A hub id, a folder, or package:<package>/<folder>.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "mps"]), help="The target.")
@click.option("--name", help="The experiment's name, in kebab-case.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing, take the guesses.")
@click.option("--force", is_flag=True, help="Overwrite the spec if it is there.")
@shared_options
@pass_output
def command(
    output: Output,
    data_file: Path,
    file: Path | None,
    text: str | None,
    label: str | None,
    kind: str | None,
    model: str | None,
    device: Device | None,
    name: str | None,
    yes: bool,
    force: bool,
) -> int:
    """Write a spec for DATA_FILE, from a look at its columns. It asks on a terminal."""
    target = file or Path(f"{data_file.stem or data_file.name}.yaml")
    if target.exists() and target.samefile(data_file):
        raise click.UsageError(f"`{target}` is the data file itself; name another with -o")
    if target.exists() and not force:
        raise click.UsageError(f"`{target}` is there already; --force overwrites it")
    is_asking = not yes and not output.json and output.is_interactive()
    guess = None
    if not (text or label or kind == _TABLE_KIND):
        guess = guess_task(data_file, kind)
    if guess:
        made = task_draft(data_file, guess, make_wishes(None, None, None, model, device, name))
    elif kind in (None, _TABLE_KIND):
        table = read_table(data_file)
        made = make_draft(table, make_wishes(table, text, label, model, device, name), is_asking)
    else:
        raise click.UsageError(f"`{data_file}` does not look like data for {kind}")
    target.write_text(spec_text(made, target), encoding="utf-8")
    output.print(f"wrote {target.as_posix()}")
    return _checked(output, target, made)


def _checked(output: Output, target: Path, made: Draft) -> int:
    """Checks what was written: a guess can turn out to be wrong only there."""
    _, found = check_one(output, target)
    code = exit_code(found)
    shown = shlex.quote(target.as_posix())
    if code:
        output.print("the guess does not hold: correct the spec, or say more with the options")
    else:
        plan = (f"specc plan {shown}", "every number and its reason")
        output.next_commands([plan, (f"specc run {shown}", "train it")])
    output.emit(
        NewResult(
            command="new",
            ok=not code,
            exit_code=code,
            diagnostics=diagnostic_payloads(found),
            file=str(target),
            spec=target.read_text(encoding="utf-8"),
            guesses=made.reasons,
        )
    )
    return code
