"""The metrics of tags: of entities as seqeval counts them, or of classes of words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """`of`: entities, words (where words have classes of their own), or all."""

    name: str
    of: str
    greater_is_better: bool
    meaning: str

    @property
    def per_class(self) -> bool:
        return self.name.endswith("_per_class")

    @property
    def problems(self) -> tuple[str, ...]:
        return (self.of,)


_LIST = (
    Metric("f1", "entities", True, "harmonic mean of precision and recall over all entities"),
    Metric("precision", "entities", True, "share of the predicted entities that are right"),
    Metric("recall", "entities", True, "share of the true entities that are found"),
    Metric("f1_macro", "all", True, "mean of the F1 of each type"),
    Metric("f1_weighted", "all", True, "mean of the F1 of each type, by how often it occurs"),
    Metric("f1_per_class", "all", True, "F1 of each type"),
    Metric("precision_per_class", "all", True, "precision of each type"),
    Metric("recall_per_class", "all", True, "recall of each type"),
    Metric("accuracy", "all", True, "share of the words with the right tag"),
    Metric("loss", "all", False, "mean loss of a word, without weights, smoothing and penalties"),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _LIST}
"""By name, in the order in which they are listed to people."""


def metrics_for(plain: bool) -> tuple[str, ...]:
    """The names of the metrics for classes of words (`plain`), or else for entities."""
    fitting = ("words", "all") if plain else ("entities", "all")
    return tuple(name for name, metric in METRICS.items() if metric.of in fitting)
