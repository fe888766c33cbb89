"""`specc schema`: the language for editors."""

from __future__ import annotations

from pathlib import Path

import click

from specc.cli.exit_codes import ExitCode
from specc.cli.options import pass_output, shared_options
from specc.cli.output import Output
from specc.cli.payloads import SchemaResult
from specc.schema import schema_text, spec_schema


@click.command("schema")
@click.option(
    "-o", "--output", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write a file."
)
@shared_options
@pass_output
def command(output: Output, file: Path | None) -> int:
    """Print the JSON Schema of specs.

    With `# yaml-language-server: $schema=schema.json` as its first line, a spec is completed and
    checked while you type.
    """
    if file:
        file.write_text(schema_text(), encoding="utf-8")
        output.print(f"wrote {file.as_posix()}")
    elif not output.json:
        click.echo(schema_text(), nl=False)
    output.emit(
        SchemaResult(
            command="schema",
            ok=True,
            exit_code=ExitCode.OK,
            file=str(file) if file else None,
            json_schema=None if file else spec_schema(),
        )
    )
    return ExitCode.OK
