"""`specc new`: a first spec for a data file."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from specc.cli.asking import make_draft
from specc.cli.check_command import check_one
from specc.cli.exit_codes import exit_code
from specc.cli.new_options import TABLE_KIND, data_of, new_options, wanted_kind, wishes_of
from specc.cli.options import pass_output, shared_options
from specc.cli.output import Output
from specc.cli.payloads import NewResult, diagnostic_payloads
from specc.data.paths import TABLES
from specc.new.draft import Draft, Wishes, task_draft, with_files
from specc.new.files import is_pattern, named_files, spec_name
from specc.new.guess import TaskGuess, guess_task, said_task
from specc.new.outside import outside
from specc.new.table import read_table
from specc.new.write import spec_text


@click.command("new")
@click.argument("data_files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), help="The spec to write.")
@new_options
@click.option("-y", "--yes", is_flag=True, help="Ask nothing, take the guesses.")
@click.option("--force", is_flag=True, help="Overwrite the spec if it is there.")
@shared_options
@pass_output
def command(
    output: Output,
    /,
    data_files: tuple[Path, ...],
    file: Path | None,
    yes: bool,
    force: bool,
    **said: Any,
) -> int:
    """Write a spec for DATA_FILES, from a look at them. It asks on a terminal.

    What it would guess can be said with an option. Several files, or a pattern in quotes, are one
    split; a folder holds texts, class folders or the files of the splits.
    """
    for given in data_files:
        if any("\ud800" <= character <= "\udfff" for character in str(given)):
            raise click.UsageError(
                "the file's name is not UTF-8, and no spec can hold it: rename it"
            )
        if not given.exists() and not is_pattern(given):
            raise click.UsageError(f"there is no file `{given}`")
    named = named_files(data_files)
    path = named.looked_at
    target = file or Path(f"{spec_name(data_files[0])}.yaml")
    if target.exists() and target.samefile(path):
        raise click.UsageError(f"`{target}` is the data file itself; name another with -o")
    if target.exists() and not force:
        raise click.UsageError(f"`{target}` is there already; --force overwrites it")
    is_asking = not yes and not output.json and output.is_interactive()
    made = _draft(path, said, is_asking)
    made = with_files(made, named.train, named.number)
    target.write_text(spec_text(made, target), encoding="utf-8")
    output.print(f"wrote {target.as_posix()}")
    return _checked(output, target, made)


def _draft(path: Path, said: Mapping[str, Any], is_asking: bool) -> Draft:
    kind = wanted_kind(said)
    data = data_of(said, path)
    if kind is None and (what := outside(path, data)):
        raise click.UsageError(
            f"`{path}` holds {what}, which no kind of task reads; name a --task and its columns "
            "to use it all the same"
        )
    guess = guess_task(path, kind, data) if kind != TABLE_KIND else None
    wishes = wishes_of(said, kind, None, data)
    if guess is None and kind not in (None, TABLE_KIND):
        guess = _said_task(path, kind, said, wishes)
    if guess:
        return task_draft(path, guess, wishes)
    table = read_table(path, data, said["header"])
    return make_draft(table, wishes_of(said, kind, table, data), is_asking)


def _said_task(path: Path, kind: str, said: Mapping[str, Any], wishes: Wishes) -> TaskGuess:
    """A task of which nothing was recognised, and all is said."""
    table = read_table(path, wishes.data) if path.suffix.lower() in TABLES else None
    if not wishes.keys and not wishes.data.format:
        raise click.UsageError(f"`{path}` does not look like data for {kind}")
    named = [column for column in (table.columns if table else ()) if column.name in said.values()]
    values = tuple(str(value) for column in named[:1] for value in column.values)
    return said_task(kind, values, table.rows if table else 0)


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
