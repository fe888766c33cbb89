"""`specc plan`: every number of a run, where it comes from, and why."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Mapping
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from specc.cli.exit_codes import ExitCode
from specc.cli.options import pass_output, shared_options
from specc.cli.output import PIPE_WIDTH, Output, Styled
from specc.cli.payloads import CompareResult, EntryPayload, PlanResult, diagnostic_payloads
from specc.cli.step import show_step
from specc.cli.targets import show_rows
from specc.compare import compare
from specc.hardware.catalogue import near
from specc.pipeline import plan
from specc.plan.ledger import Entry
from specc.plan.plan import Plan

_SECTIONS = (
    *("project", "task", "model", "data", "training", "evaluation", "hardware", "kernels"),
)
_LONGEST_VALUE = 36
_NARROWEST_REASON = 24
_COLORS = {"spec": "cyan", "default": None, "derived": "yellow"}


@click.command("plan")
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("--compare", "gpus", metavar="GPU[,4xGPU…]", help="A table of these instead.")
@shared_options
@pass_output
def command(output: Output, spec: Path, gpus: str | None) -> int:
    """Show everything that a run of SPEC would do, with the reason of each number.

    Where `hardware` says how much memory there is, a step of the project is traced, without memory
    and without the device: what it needs, how long it should take, what fits.
    """
    if gpus is not None:
        return _compared(output, spec, [name.strip() for name in gpus.split(",")])
    made, found = plan(spec)
    output.diagnostics(found)
    output.print(Styled(made.name, bold=True))
    show(output, made.entries)
    if made.step:
        show_step(output, made.step)
    payloads = [
        EntryPayload(key=e.key, value=e.value, origin=e.origin, reason=e.reason)
        for e in made.entries
    ]
    output.emit(
        PlanResult(
            command="plan",
            ok=True,
            exit_code=ExitCode.OK,
            diagnostics=diagnostic_payloads(found),
            name=made.name,
            entries=payloads,
            step=_payload(made),
        )
    )
    return ExitCode.OK


def _compared(output: Output, spec: Path, gpus: list[str]) -> int:
    try:
        rows = compare(spec, gpus)
    except ValueError as error:
        names = near(str(error))
        hint = f"; did you mean {', '.join(names)}?" if names else ""
        raise click.UsageError(f"`{error}` is not in the catalogue of GPUs{hint}") from None
    show_rows(output, rows)
    payloads = [
        {"gpu": row.name, "error": row.why_not or None, "step": _payload(row.plan)} for row in rows
    ]
    output.emit(
        CompareResult(command="plan", ok=True, exit_code=ExitCode.OK, diagnostics=[], gpus=payloads)
    )
    return ExitCode.OK


def _payload(made: Plan | None) -> dict[str, Any] | None:
    if made is None or made.step is None:
        return None
    return asdict(made.step) | {
        "peak": made.step.peak,
        "disk": made.step.disk,
        "precision": made.hardware.precision,
        "micro_batch": made.micro_batch,
        "gradient_checkpointing": made.gradient_checkpointing,
    }


def show(output: Output, entries: tuple[Entry, ...]) -> None:
    """A block a section, in the order of the language."""
    in_order = sorted(entries, key=lambda entry: _SECTIONS.index(_section(entry)))
    keys = {entry.key: entry.key.partition(".")[2] or entry.key for entry in entries}
    values = {entry.key: _short(entry.value) for entry in entries}
    widths = (
        max(map(len, keys.values())),
        max(map(len, values.values())),
        max(len(entry.origin) for entry in entries),
    )
    is_terminal = output.is_terminal("stdout")
    total = shutil.get_terminal_size().columns if is_terminal else PIPE_WIDTH
    room = max(total - sum(widths) - 8, _NARROWEST_REASON)
    for section, group in groupby(in_order, _section):
        output.print()
        output.print(Styled(section, bold=True))
        for entry in group:
            head = f"  {keys[entry.key]:<{widths[0]}}  {values[entry.key]:<{widths[1]}}  "
            reasons = textwrap.wrap(entry.reason, room) or [""]
            origin = Styled(f"{entry.origin:<{widths[2]}}", _COLORS[entry.origin])
            output.print(head, origin, f"  {reasons[0]}")
            for rest in reasons[1:]:
                output.print(" " * (sum(widths) + 8), rest)


def _section(entry: Entry) -> str:
    section = entry.key.partition(".")[0]
    return section if section in _SECTIONS else _SECTIONS[0]


def _short(value: Any) -> str:
    text = _words(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def _words(value: Any) -> str:
    """A value as the language writes it; a list that is too long as its first items and a count."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_words(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        words = [_words(item) for item in value]
        text = f"[{', '.join(words)}]"
        if len(text) <= _LONGEST_VALUE:
            return text
        return f"{len(words)}: {', '.join(words)}"
    return str(value)
