"""The memory of a step as a bar, and what it takes, for `specc plan`."""

from __future__ import annotations

from specc.cli.output import Output, Part, Styled
from specc.plan.step import StepPlan
from specc.sizing.wording import KIND_WORDS, gib, time_span

_WIDTH = 60
_COLORS = ("cyan", "magenta", "blue", "yellow", "green", "white", "red")
_LEAST_SHARE = 1 / 200


def show_step(output: Output, step: StepPlan) -> None:
    """One bar for the worst moment, one line a part of it, and what a step costs."""
    parts = _parts(step)
    output.print()
    each = " on each device" if step.num_devices > 1 else ""
    output.print(
        Styled("memory", bold=True),
        f"  {gib(step.peak)} of {gib(step.total)}{each} at the worst moment of a step",
        f" ({_named(step)})",
    )
    output.print("  ", *_bar(parts, step.total))
    for (name, size), color in zip(parts, _COLORS, strict=False):
        output.print("  ", Styled("█ ", color), f"{name:<26}{gib(size):>10}")
    evaluation = step.context + step.evaluation
    output.print(f"    {'an evaluation needs':<26}{gib(evaluation):>10}")
    if step.host:
        output.print(f"    {'host memory of a node':<26}{gib(step.host):>10}")
    output.print()
    output.print(Styled("step", bold=True), f"  {step.flops / 1e12:,.3g} TFLOP{each}", _times(step))
    if step.sent:
        total = step.flops * step.num_devices / 1e12
        words = f"each device sends {gib(step.sent)} to others; {total:,.3g} TFLOP in all"
        output.print(f"      {words}")
    if step.sent_within:
        output.print(f"      {gib(step.sent_within)} of that for layers held together")
    output.print()
    output.print(Styled("disk", bold=True), f"  {_disk(step)}")


def _named(step: StepPlan) -> str:
    if step.num_devices == 1:
        return step.device
    return f"{step.num_devices} x {step.device}, {step.strategy}"


def _disk(step: StepPlan) -> str:
    """What a run writes: the reason is the arithmetic."""
    kept = f"{step.checkpoints} kept and one being written, {gib(step.saved)} each"
    return f"{gib(step.disk)}: checkpoints, {kept}; the best model twice while it is replaced"


def _parts(step: StepPlan) -> list[tuple[str, int]]:
    """The parts that can be seen, the largest first; the others together."""
    named = {KIND_WORDS[kind]: size for kind, size in step.memory.items()}
    named |= {"process": step.context, "allocator": step.slack}
    seen = [part for part in named.items() if part[1] >= step.total * _LEAST_SHARE]
    seen.sort(key=lambda part: -part[1])
    seen, rest = seen[: len(_COLORS) - 1], seen[len(_COLORS) - 1 :]
    small = step.peak - sum(size for _, size in seen)
    return [*seen, ("all else", small)] if rest or small >= step.total * _LEAST_SHARE else seen


def _bar(parts: list[tuple[str, int]], total: int) -> list[Part]:
    cells, drawn, reached = list[Part](), 0, 0
    for (_, size), color in zip(parts, _COLORS, strict=False):
        reached += size
        width = min(_WIDTH, round(_WIDTH * reached / total)) - drawn
        drawn += width
        cells.append(Styled("█" * width, color))
    return [*cells, Styled("░" * (_WIDTH - drawn), dim=True)]


def _times(step: StepPlan) -> str:
    if step.seconds is None:
        return ", time not known: the catalogue has no rate for this device"
    words = f", {time_span(*step.seconds)}"
    if step.hours:
        words += f"; all steps {time_span(step.hours[0] * 3600, step.hours[1] * 3600)}"
    if step.cost:
        words += f", {step.cost[0]:.2f} to {step.cost[1]:.2f} at the declared price"
        words += f" for {step.num_devices} devices" if step.num_devices > 1 else ""
    return words
