"""The metrics of SQuAD (arXiv:1606.05250, arXiv:1806.03822), as shares from 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """A number by which answers are judged; `splits` where it needs unanswerable questions."""

    name: str
    greater_is_better: bool
    meaning: str
    splits: bool = False
    per_class: bool = False


_LIST = (
    Metric("exact_match", True, "share of the questions whose answer is one of the accepted ones"),
    Metric("f1", True, "F1 of the tokens shared with the best accepted answer, mean of questions"),
    Metric("has_ans_exact", True, "`exact_match` of the questions that have an answer", True),
    Metric("has_ans_f1", True, "`f1` of the questions that have an answer", True),
    Metric(
        "no_ans_exact",
        True,
        "share of the questions without an answer that get none (their F1 is the same)",
        True,
    ),
    Metric(
        "loss",
        False,
        "mean cross-entropy of start and end in nats, a mean over the windows of each question",
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _LIST}
"""By name, in the order in which they are listed to people."""


def metrics_for(unanswerable: bool) -> tuple[str, ...]:
    """The names of the metrics that are defined where questions may have no answer, or not."""
    return tuple(name for name, metric in METRICS.items() if unanswerable or not metric.splits)
