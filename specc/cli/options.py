"""The options that every command has, before its name or after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from specc.cli.output import Output

Command = TypeVar("Command", bound=Callable[..., Any])


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value and parameter.name:
        setattr(context.ensure_object(Output), parameter.name, value)


def shared_options(function: Command) -> Command:
    """Adds the options; their values go to the `Output`, not to the function."""
    shared: dict[str, Any] = {"expose_value": False, "is_eager": True, "callback": _remember}
    options = (
        click.option("--json", is_flag=True, help="Print one JSON object on stdout.", **shared),
        click.option(
            "--diagnostics",
            "format",
            type=click.Choice(["full", "concise", "github"]),
            help="How diagnostics are printed.  [default: full]",
            **shared,
        ),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            help="Colours; auto honours NO_COLOR and FORCE_COLOR.  [default: auto]",
            **shared,
        ),
        click.option(
            "-q", "--quiet", is_flag=True, help="Print results and errors only.", **shared
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


pass_output = click.make_pass_decorator(Output)
