"""The metrics of text classification and regression."""

from __future__ import annotations

from dataclasses import dataclass

from specc.tasks.text_classification.language import Problem


@dataclass(frozen=True, slots=True)
class Metric:
    """A number by which an answer is judged, or one for each class where `per_class` is set.

    `problems` are those for which it is defined; `meaning` completes "it is …".
    """

    name: str
    problems: frozenset[Problem]
    greater_is_better: bool
    meaning: str
    per_class: bool = False


_BINARY: frozenset[Problem] = frozenset({"binary"})
_ONE_CLASS: frozenset[Problem] = frozenset({"binary", "multi-class"})
_MANY: frozenset[Problem] = frozenset({"multi-label"})
_CLASSES: frozenset[Problem] = _ONE_CLASS | _MANY
_NUMBERS: frozenset[Problem] = frozenset({"regression"})
_ALL: frozenset[Problem] = _CLASSES | _NUMBERS

_PARTS = {
    "precision": "share of the predictions of a class that are right",
    "recall": "share of the texts of a class that are found",
    "f1": "harmonic mean of precision and recall",
}
_AVERAGES = {
    "macro": "mean over the classes, each counting the same",
    "micro": "all decisions counted together",
    "weighted": "mean over the classes, each counting by its texts",
}


def _averaged() -> list[Metric]:
    metrics = []
    for part, meaning in _PARTS.items():
        for average, how in _AVERAGES.items():
            metrics.append(Metric(f"{part}_{average}", _CLASSES, True, f"{meaning}; {how}"))
        metrics.append(Metric(part, _BINARY, True, f"{meaning}; of the positive class"))
        metrics.append(
            Metric(f"{part}_per_class", _CLASSES, True, f"{meaning}; for each class", True)
        )
    return metrics


_LIST = (
    Metric("accuracy", _ONE_CLASS, True, "share of the texts whose class is right"),
    Metric("balanced_accuracy", _ONE_CLASS, True, "mean of the recall of each class"),
    Metric("subset_accuracy", _MANY, True, "share of the texts whose labels are all right"),
    *_averaged(),
    Metric("mcc", _ONE_CLASS, True, "correlation of predicted and true classes (Matthews)"),
    Metric("roc_auc", _CLASSES, True, "chance that a text of a class outranks one that is not"),
    Metric("average_precision", _CLASSES, True, "area under precision over recall"),
    Metric("pearson", _NUMBERS, True, "linear correlation of predicted and true numbers"),
    Metric("spearman", _NUMBERS, True, "correlation of their ranks"),
    Metric("mse", _NUMBERS, False, "mean squared error"),
    Metric("mae", _NUMBERS, False, "mean absolute error"),
    Metric("rmse", _NUMBERS, False, "root of the mean squared error, in the unit of the target"),
    Metric("r2", _NUMBERS, True, "share of the target's variance that is explained"),
    Metric(
        "loss",
        _ALL,
        False,
        "mean loss on the split, without class weights, label smoothing and penalties",
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _LIST}
"""By name, in the order in which they are listed to people."""


def metrics_for(problem: Problem) -> tuple[str, ...]:
    """The names of the metrics that are defined for a problem."""
    return tuple(name for name, metric in METRICS.items() if problem in metric.problems)
