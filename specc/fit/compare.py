"""One spec on several targets: `specc plan --compare h100,4xa100-40gb,rtx-4090`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from specc.cli.output import Output, Styled
from specc.diagnostics.diagnostic import SpecError
from specc.fit.plan import weigh
from specc.fit.wording import gib, time_span
from specc.hardware.catalogue import find
from specc.pipeline import Checked, planner_of
from specc.pipeline import check as check_data
from specc.plan.plan import Plan
from specc.spec.checks import check_spec
from specc.spec.hardware import HardwareFields
from specc.spec.spec import Spec
from specc.trace.workers import warm

_COLUMNS = (
    *("hardware", "memory", "fits", "precision", "strategy", "micro-batch", "recomputes", "needs"),
    *("step", "training", "cost"),
)
_COUNTED = re.compile(r"(?:(\d{1,4})x(?=\d{1,4}x))?(?:(\d{1,4})x)?(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """The plan on one target, or in a few words why there is none."""

    name: str
    plan: Plan | None
    why_not: str = ""


def compare(path: Path, targets: Sequence[str]) -> list[Row]:
    """The plan of a spec on each target, such as `h100`, `4xh100` or `2x8xh100`.

    Each target is as if it stood in the file, and everything is decided anew for it. Of the file's
    own `hardware` go along: the price of a device, strategy and launcher of several, and a
    precision that is of the target.

    Raises:
        SpecError: as `check`.
        ValueError: if a GPU is not in the catalogue; the message is its name.
    """
    checked = check_data(path)
    specs = [on_target(checked.spec, name) for name in targets]
    with warm():
        return [_row(name, checked, spec) for name, spec in zip(targets, specs, strict=True)]


def _row(name: str, checked: Checked, spec: Spec) -> Row:
    """What `specc plan` says of a file with this `hardware`: all rules hold, and all is decided."""
    section = spec.hardware.model_dump(exclude_defaults=True)
    source = replace(checked.source, value=checked.source.value | {"hardware": section})
    broken = tuple(item for item in check_spec(source, spec) if item.severity == "error")
    try:
        if broken:
            raise SpecError(broken)
        make = planner_of(replace(checked, source=source, spec=spec))
        plan, found = weigh(make, spec, source)
    except SpecError as error:
        return Row(name, None, error.diagnostics[0].message)
    notes = [item.message for item in found if item.rule.code == "SP415"]
    said = checked.spec.hardware.precision
    if said not in ("auto", plan.hardware.precision):
        notes.append(f"`precision: {said}` is not for it; {plan.hardware.precision} instead")
    return Row(name, plan, "; ".join(notes))


def on_target(spec: Spec, name: str) -> Spec:
    """The spec with another GPU, or several, as its target.

    Raises:
        ValueError: if the catalogue does not hold it.
    """
    gpu, (nodes, count) = find(name), (1, 1)
    if gpu is None and (match := _COUNTED.fullmatch(name.strip())):
        nodes, count, name = int(match[1] or 1), int(match[2] or 1), match[3]
        gpu = find(name)
    if gpu is None or not nodes * count:
        raise ValueError(name)
    said = spec.hardware
    needed = "bf16" if said.precision == "bf16-pure" and gpu.device == "cuda" else said.precision
    many = nodes * count > 1
    precision = said.precision if needed in ("fp32", *gpu.precisions) else "auto"
    hardware = HardwareFields(
        gpu=gpu.id,
        precision="bf16" if many and precision == "bf16-pure" else precision,
        tf32=said.tf32 and "tf32" in gpu.precisions,
        count=count,
        nodes=nodes,
        strategy=said.strategy if many else "auto",
        launcher="torchrun" if nodes > 1 and said.launcher == "auto" else said.launcher,
        price_per_hour=said.price_per_hour,
    )
    return spec.model_copy(update={"hardware": hardware})


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
