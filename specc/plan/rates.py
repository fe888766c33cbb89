"""Learning rates that are orders of magnitude away from what trains."""

from __future__ import annotations

from dataclasses import replace

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules.plan import UNUSUAL_RATE
from specc.language.ground import Ground
from specc.language.spec import Spec
from specc.yaml.source import Source

_USUAL = {
    "adamw": (1e-6, 1e-3),
    "adamw-8bit": (1e-6, 1e-3),
    "adam": (1e-6, 1e-3),
    "adafactor": (1e-5, 1e-2),
    "sgd": (1e-4, 1e-1),
}
"""Least and greatest rates in common use for fine-tuning, by optimizer."""

_HIGHER, _LOWER = 10, 100
"""How many times outside of the range a rate is told: new heads and new networks need more."""


def unusual_rates(spec: Spec, source: Source) -> tuple[Diagnostic, ...]:
    """A warning (SP460) for each rate that the spec gives and that hardly can be meant."""
    ground, training = Ground(source, spec), spec.training
    least, greatest = _USUAL[training.optimizer.kind]
    found = []
    for part in ("encoder", "head"):
        rate: float | None = getattr(training.learning_rate, part)
        if rate is None or least / _LOWER <= rate <= greatest * _HIGHER:
            continue
        path: tuple[str, ...] = ("training", "learning_rate")
        if isinstance(ground.written(*path), dict):
            path = (*path, part)
        elif part == "head":
            continue
        side, bound = ("above", greatest) if rate > greatest else ("below", least)
        times = rate / bound if rate > greatest else bound / rate
        diagnostic = ground.at_value(
            UNUSUAL_RATE,
            path,
            f"`{path[-1]}: {rate:g}` is {times:,.0f} times {side} the usual rates of "
            f"{training.optimizer.kind}, {least:g} to {greatest:g}",
            f"write a rate in that range, such as `{path[-1]}: {spec_rate(greatest)}`",
        )
        found.append(replace(diagnostic, severity="warning"))
    return tuple(found)


def spec_rate(greatest: float) -> str:
    """A rate in the middle of the range, as a person writes it."""
    return f"{greatest / 20:.0e}".replace("e-0", "e-")
