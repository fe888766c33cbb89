"""Where commands write: results to stdout, diagnostics and progress to stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from rich.console import Console

    from specc.cli.payloads import Result
    from specc.diagnostics.diagnostic import Diagnostic

Format = Literal["full", "concise", "github"]
Color = Literal["auto", "always", "never"]
Stream = Literal["stdout", "stderr"]

PIPE_WIDTH = 400
"""Columns where there is no terminal: tables are then read by programs, and are not folded."""


@dataclass(frozen=True, slots=True)
class Styled:
    """A stretch of a line in a colour of Click's or in bold."""

    text: str
    color: str | None = None
    bold: bool | None = None
    dim: bool | None = None


Part = str | Styled


@dataclass
class Output:
    """The global options, and the only way to the terminal."""

    command: str | None = None
    json: bool = False
    format: Format = "full"
    color: Color = "auto"
    quiet: bool = False

    def print(self, *parts: Part) -> None:
        """A line of the result; nothing with `--json`. Texts of the user's cannot do harm."""
        if not self.json:
            self._write("stdout", parts)

    def progress(self, *parts: Part) -> None:
        """A line on stderr about what goes on; nothing with `--json` or `-q`."""
        if not self.json and not self.quiet:
            self._write("stderr", parts)

    def waiting(self, words: str) -> None:
        """The same for a person alone: why nothing happens for some seconds."""
        if self.is_terminal("stderr"):
            self.progress(Styled(words, dim=True))

    def error(self, message: str) -> None:
        """A line on stderr that no option turns off."""
        self._write("stderr", (Styled("error", "red", bold=True), f": {message}"))

    def next_commands(self, commands: Sequence[tuple[str, str]]) -> None:
        """What to type next and what for; nothing with `-q`."""
        if self.quiet or self.json:
            return
        width = max(len(command) for command, _ in commands)
        self.print("next:")
        for command, purpose in commands:
            self.print(f"  {command:<{width}}  ", Styled(purpose, dim=True))

    def diagnostics(self, diagnostics: Sequence[Diagnostic]) -> None:
        """To stderr in the chosen format; with `--json` they are part of the object instead."""
        found = [d for d in diagnostics if not self.quiet or d.severity == "error"]
        if not found or self.json:
            return
        if self.format == "github":
            from specc.diagnostics.github import render_github

            text = render_github(found)
        elif self.format == "concise":
            from specc.diagnostics.concise import render_concise

            text = render_concise(found)
        else:
            from specc.diagnostics.full import render_full
            from specc.yaml.read import text_for_display

            texts = {d.file: text_for_display(Path(d.file)) for d in found}
            text = render_full(found, texts, color=self.is_colored("stderr"))
        click.echo(text, nl=False, err=True, color=True)

    def emit(self, payload: Result) -> None:
        """With `--json`: the one object on stdout."""
        if self.json:
            click.echo(json.dumps(payload.plain(), indent=2), color=True)

    def is_colored(self, stream: Stream) -> bool:
        """`--color`, else NO_COLOR, else FORCE_COLOR, else whether it is a terminal."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
            return True
        return _stream(stream).isatty() and os.environ.get("TERM") != "dumb"

    def is_terminal(self, stream: Stream) -> bool:
        return _stream(stream).isatty()

    def is_interactive(self) -> bool:
        """Whether somebody can be asked: questions go to stderr."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def console(self, stream: Stream) -> Console:
        """A Rich console, for tables and the live view. Markup would eat `[a, b]`: it is off."""
        from rich.console import Console

        is_terminal, is_colored = self.is_terminal(stream), self.is_colored(stream)
        return Console(
            file=_stream(stream),
            markup=False,
            emoji=False,
            highlight=False,
            soft_wrap=True,
            force_terminal=is_terminal or is_colored,
            no_color=not is_colored,
            width=None if is_terminal or "COLUMNS" in os.environ else PIPE_WIDTH,
        )

    def _write(self, stream: Stream, parts: Sequence[Part]) -> None:
        line = "".join(self._shown(part, stream) for part in parts).rstrip()
        click.echo(line, err=stream == "stderr", color=True)

    def _shown(self, part: Part, stream: Stream) -> str:
        from specc.diagnostics.wording import visible

        if isinstance(part, str):
            return visible(part)
        text = visible(part.text)
        if not self.is_colored(stream):
            return text
        return click.style(text, fg=part.color, bold=part.bold, dim=part.dim)


def _stream(name: Stream) -> IO[str]:
    return sys.stdout if name == "stdout" else sys.stderr
