"""The table of `specc plan --compare`: a plan per target."""

from __future__ import annotations

from collections.abc import Sequence

from specc.cli.output import Output, Styled
from specc.compare import Row
from specc.sizing.wording import gib, time_span

_COLUMNS = (
    *("hardware", "memory", "fits", "precision", "strategy", "micro-batch", "recomputes", "needs"),
    *("step", "training", "cost"),
)


def show_rows(output: Output, rows: Sequence[Row]) -> None:
    """A table, one line a target; memory is that of each device."""
    lines = [_COLUMNS, *map(_cells, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(_COLUMNS))]
    for number, line in enumerate(lines):
        text = "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        output.print(Styled(text.rstrip(), bold=number == 0))
    for row in rows:
        if row.why_not:
            output.print(f"{row.name}: {row.why_not}")


def _cells(row: Row) -> tuple[str, ...]:
    plan = row.plan
    if plan is None or plan.step is None:
        known = "-" if plan else "no"
        return (row.name, "-", known, *["-"] * (len(_COLUMNS) - 3))
    step = plan.step
    return (
        row.name,
        gib(step.total),
        "yes",
        plan.hardware.precision,
        "-" if step.num_devices == 1 else step.strategy,
        str(plan.micro_batch),
        "yes" if plan.gradient_checkpointing else "no",
        gib(step.worst),
        time_span(*step.seconds) if step.seconds else "-",
        time_span(step.hours[0] * 3600, step.hours[1] * 3600) if step.hours else "-",
        f"{step.cost[0]:.2f} to {step.cost[1]:.2f}" if step.cost else "-",
    )
