"""One spec on several GPUs: `specc plan --compare h100,rtx-4090`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specc.cli.output import Output, Styled
from specc.diagnostics.diagnostic import SpecError
from specc.fit.plan import weigh
from specc.fit.wording import gib, time_span
from specc.hardware.catalogue import find
from specc.pipeline import check, planner_of
from specc.plan.plan import Plan
from specc.spec.hardware import HardwareFields
from specc.spec.spec import Spec

_COLUMNS = ("gpu", "memory", "precision", "micro-batch", "recomputes", "needs", "step", "training")


@dataclass(frozen=True, slots=True)
class Row:
    """The plan on one GPU, or in a few words why there is none."""

    gpu: str
    plan: Plan | None
    why_not: str = ""


def compare(path: Path, gpus: Sequence[str]) -> list[Row]:
    """The plan of a spec on each GPU; its own `hardware` gives prices and a precision that fits.

    Raises:
        SpecError: as `check`.
        ValueError: if a GPU is not in the catalogue; the message is its name.
    """
    checked = check(path)
    rows = []
    for name in gpus:
        spec = on_gpu(checked.spec, name)
        try:
            plan, found = weigh(planner_of(checked), spec, checked.source)
        except SpecError as error:
            rows.append(Row(name, None, error.diagnostics[0].message))
            continue
        notes = [item.message for item in found if item.rule.code == "SP415"]
        rows.append(Row(name, plan, notes[0] if notes else ""))
    return rows


def on_gpu(spec: Spec, name: str) -> Spec:
    """The spec with another GPU as its target.

    Raises:
        ValueError: if the catalogue does not hold it.
    """
    gpu = find(name)
    if gpu is None:
        raise ValueError(name)
    wanted = spec.hardware.precision
    needed = "bf16" if wanted == "bf16-pure" and gpu.device == "cuda" else wanted
    precision = wanted if needed in ("fp32", *gpu.precisions) else "auto"
    tf32 = spec.hardware.tf32 and "tf32" in gpu.precisions
    hardware = HardwareFields(gpu=gpu.id, precision=precision, tf32=tf32)
    return spec.model_copy(update={"hardware": hardware})


def show_rows(output: Output, rows: Sequence[Row]) -> None:
    """A table, one line a GPU."""
    lines = [_COLUMNS, *map(_cells, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(_COLUMNS))]
    for number, line in enumerate(lines):
        text = "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        output.print(Styled(text.rstrip(), bold=number == 0))
    for row in rows:
        if row.why_not:
            output.print(f"{row.gpu}: {row.why_not}")


def _cells(row: Row) -> tuple[str, ...]:
    plan = row.plan
    if plan is None or plan.step is None:
        return (row.gpu, *["-"] * (len(_COLUMNS) - 1))
    step = plan.step
    return (
        row.gpu,
        gib(step.total),
        plan.hardware.precision,
        str(plan.micro_batch),
        "yes" if plan.gradient_checkpointing else "no",
        gib(step.peak),
        time_span(*step.seconds) if step.seconds else "-",
        time_span(step.hours[0] * 3600, step.hours[1] * 3600) if step.hours else "-",
    )
