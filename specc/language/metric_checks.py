"""Metrics that a spec names: the same check in every task, against the metrics of its room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_task as rules
from specc.language.finding import shown
from specc.language.ground import Ground
from specc.language.vocabulary import nearest
from specc.yaml.source import KeyPath


class Named(Protocol):
    """A metric; `per_class`: a number for each class instead of one."""

    @property
    def per_class(self) -> bool: ...


def metric_paths(ground: Ground) -> Iterator[tuple[KeyPath, str]]:
    """Where metrics are named, those that choose last."""
    evaluation, stopping = ground.spec.evaluation, ground.spec.training.early_stopping
    for i, name in enumerate(evaluation.metrics or ()):
        yield ("evaluation", "metrics", i), name
    if evaluation.best is not None:
        yield ("evaluation", "best"), evaluation.best
    if stopping is not None and stopping.metric is not None:
        yield ("training", "early_stopping", "metric"), stopping.metric


def unknown_metrics(
    ground: Ground, metrics: Mapping[str, Named], known: Sequence[str]
) -> Iterator[Diagnostic]:
    """Names that are in none of `metrics`, and many numbers where one is needed.

    `known` are those that a message offers.
    """
    for path, name in metric_paths(ground):
        if name not in metrics:
            near = nearest(name, tuple(metrics))
            yield ground.at_value(
                rules.UNKNOWN_METRIC,
                path,
                f"`{shown(name)}` is no metric of {ground.spec.task.kind}",
                f"did you mean `{near}`?" if near else f"choose from {', '.join(known)}",
            )
        elif metrics[name].per_class and path[1] != "metrics":
            macro = name.replace("_per_class", "_macro")
            single = (
                macro if macro in metrics else next(n for n in known if not metrics[n].per_class)
            )
            yield ground.at_value(
                rules.METRIC_OF_MANY_NUMBERS,
                path,
                f"`{name}` is a number for each class, and cannot choose a checkpoint",
                f"write `{single}`",
            )
