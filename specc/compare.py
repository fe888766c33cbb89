"""One spec on several targets: `specc plan --compare h100,4xa100-40gb,rtx-4090`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from specc.diagnostics.diagnostic import SpecError
from specc.hardware.catalogue import find
from specc.language.checks import check_spec
from specc.language.hardware import HardwareFields
from specc.language.spec import Spec
from specc.pipeline import Checked, planner_of
from specc.pipeline import check as check_data
from specc.plan.plan import Plan
from specc.sizing.plan import weigh
from specc.trace.workers import warm

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
