"""The entry point: finds the command, and turns whatever goes wrong into an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from specc import __version__
from specc.cli.exit_codes import MEANINGS
from specc.cli.options import shared_options
from specc.cli.output import Output
from specc.trace.watch import watched

COMMANDS = {
    "new": "Write a spec for a data file.",
    "check": "Say what is wrong with specs and their data.",
    "plan": "Show every number of a run, and why it is what it is.",
    "inspect": "Show the first examples as training sees them.",
    "build": "Write the training project of a spec.",
    "run": "Build a spec's project and train it.",
    "explain": "Explain the code of a diagnostic.",
    "schema": "Print the JSON Schema of specs, for editors.",
}
"""One module each, `specc.cli.<name>_command`, imported only when its command is used."""


class Specc(click.Group):
    """A group whose commands are imported when they are used, and whose errors end in one place."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        ctx.ensure_object(Output).command = cmd_name
        module = importlib.import_module(f"specc.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1, 0.5)
            help = f"did you mean `{near[0]}`?" if near else f"they are {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command `{args[0]}`; {help}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(int(code)), text) for code, text in MEANINGS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        from specc.cli.failure import reader_gone

        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # Click would make it the exit code of an error
            return reader_gone()

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Never returns, and never lets a traceback out."""
        from specc.cli.failure import guarded

        arguments = list(sys.argv[1:] if args is None else args)
        output = Output(json="--json" in arguments)
        run = super().main

        def dispatch() -> int:
            extra.update(args=arguments, prog_name="specc", standalone_mode=False, obj=output)
            with watched(output.waiting):
                return int(run(**extra) or 0)

        sys.exit(guarded(dispatch, output))


@click.command(
    cls=Specc,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@shared_options
@click.version_option(__version__, message="specc %(version)s")
def cli() -> None:
    """Compiles a fine-tuning spec in YAML to a standalone PyTorch project.

    Start with `specc new data.csv`, then `specc run data.yaml`.
    """


def main() -> NoReturn:
    """The `specc` command."""
    # A stream that the caller closed is None, and its number goes to the next file that is opened:
    # the null device takes its place.
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets an escape, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # PyArrow imports NumPy where it is installed, which takes a third of a `check`; nothing here
    # makes arrays, and what trains is another process.
    sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]
    cli.main()
