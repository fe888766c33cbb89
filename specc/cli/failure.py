"""Whatever a command raises becomes a message for a person, or an object, and an exit code."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

import click

from specc import __version__
from specc.cli.exit_codes import ExitCode, exit_code
from specc.cli.output import Output

_SHOW_TRACEBACK = "SPECC_TRACEBACK"


def guarded(run: Callable[[], int], output: Output) -> int:
    """The exit code of `run`, or that of what it raises, which is reported."""
    try:
        code = run()
        sys.stdout.flush()
        return code
    except click.exceptions.Abort:
        return _end(output, ExitCode.INTERRUPTED, "interrupted", "interrupted")
    except click.ClickException as error:
        return _end(output, ExitCode.USAGE, "usage", _usage(error))
    except BrokenPipeError:
        return reader_gone()
    except OSError as error:
        what = f"`{error.filename}`: " if error.filename else ""
        reason = (error.strerror or "the system refused").lower()
        return _end(output, ExitCode.USAGE, "io", what + reason)
    except Exception as error:
        return _report(error, output)


def _report(error: Exception, output: Output) -> int:
    """A `SpecError` is the user's; everything else that comes here is ours."""
    from specc.diagnostics.diagnostic import SpecError

    if not isinstance(error, SpecError):
        return _bug(error, output)
    output.diagnostics(error.diagnostics)
    code = exit_code(error.diagnostics)
    if output.json:
        from specc.cli.payloads import Result, diagnostic_payloads

        output.emit(
            Result(
                command=output.command,
                ok=False,
                exit_code=code,
                diagnostics=diagnostic_payloads(error.diagnostics),
            )
        )
    return code


def _usage(error: click.ClickException) -> str:
    message = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    # Click starts its sentences with a capital; all of ours start small.
    message = message[:1].lower() + message[1:]
    return f"{message} (see `{context.command_path} --help`)" if context else message


def _bug(error: Exception, output: Output) -> int:
    if os.environ.get(_SHOW_TRACEBACK, "0") not in ("", "0"):
        traceback.print_exception(error)
    last = traceback.format_exception_only(error)[-1].strip()
    message = (
        f"this is a bug in specc {__version__}: {last}; please report it where you got specc "
        f"from, with the spec and what `{_SHOW_TRACEBACK}=1` in front of the command prints"
    )
    return _end(output, ExitCode.INTERNAL, "internal", message)


def _end(
    output: Output,
    code: ExitCode,
    kind: Literal["usage", "io", "internal", "interrupted"],
    message: str,
) -> int:
    if not output.json:
        output.error(message)
        return code
    from specc.cli.payloads import ErrorPayload, Result

    error = ErrorPayload(kind=kind, message=message)
    output.emit(Result(command=output.command, ok=False, exit_code=code, error=error))
    return code


def reader_gone() -> int:
    """`specc plan … | head` is no failure; what is left in the buffer has nowhere to go."""
    with suppress(io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.OK
