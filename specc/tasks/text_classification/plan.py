"""What the labels decide: metrics, what chooses the checkpoint, class weights."""

from __future__ import annotations

from dataclasses import dataclass

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import plan as rules
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.plan.ledger import Ledger
from specc.plan.metrics import choose_metrics
from specc.tasks.text_classification.facts import labels_of
from specc.tasks.text_classification.metrics import METRICS
from specc.yaml.source import Source

__all__ = ["METRICS", "ClassificationPlan", "plan_metrics", "plan_task"]

DEFAULTS = {
    "binary": (("accuracy", "f1", "mcc"), "accuracy"),
    "multi-class": (("accuracy", "f1_macro"), "accuracy"),
    "multi-label": (("f1_micro", "f1_macro", "subset_accuracy"), "f1_micro"),
    "regression": (("pearson", "spearman", "rmse"), "pearson"),
}
"""Metrics of each problem and the one that chooses the checkpoint, as the field reports them."""

IMBALANCED = 3
"""From this ratio of the commonest to the rarest class on, accuracy says little."""


@dataclass(frozen=True, slots=True)
class ClassificationPlan:
    """A weight for each class in id order, None where there are none."""

    class_weights: tuple[float, ...] | None


def plan_metrics(spec: Spec, facts: DataFacts, ledger: Ledger) -> tuple[tuple[str, ...], str]:
    """Metrics in order, and the one that chooses the checkpoint."""
    problem = labels_of(facts).problem
    ledger.derive("task.problem", problem, labels_of(facts).problem_reason)
    if labels_of(facts).labels:
        ledger.derive("task.labels", list(labels_of(facts).labels), labels_of(facts).labels_reason)
    names, best = DEFAULTS[problem]
    reason = f"the usual one for {problem} problems"
    counts = [count for count in labels_of(facts).counts.get("train", ()) if count]
    if problem == "binary" and counts and max(counts) >= IMBALANCED * min(counts):
        best, reason = (
            "f1",
            f"classes are {max(counts) / min(counts):.1f} to 1: accuracy says little",
        )
    if problem == "multi-class" and counts and max(counts) >= IMBALANCED * min(counts):
        best = "f1_macro"
        reason = f"classes are {max(counts) / min(counts):.1f} to 1: accuracy says little"
    return choose_metrics(spec, ledger, names, best, problem, reason)


def plan_task(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None, ledger: Ledger
) -> tuple[ClassificationPlan, list[Diagnostic]]:
    """The class weights."""
    weights, found = _class_weights(spec, source, facts, ledger)
    return ClassificationPlan(weights), found


def _class_weights(
    spec: Spec, source: Source, facts: DataFacts, ledger: Ledger
) -> tuple[tuple[float, ...] | None, list[Diagnostic]]:
    """A weight for each class in id order (multi-label: for the positives of each label)."""
    said = spec.training.class_weights
    if said is None:
        return None, []
    if isinstance(said, dict):
        ledger.take(spec.training, "training", "class_weights", "given in the spec")
        return tuple(said[name] for name in labels_of(facts).labels), []
    if facts.hub:
        return None, [
            Diagnostic(
                rules.WEIGHTS_NEED_DATA,
                "`balanced` weights are computed from the labels, which are on the hub",
                source.file,
                source.span("training", "class_weights"),
                "give a weight for each class: `class_weights: {no: 1.0, yes: 2.0}`",
            )
        ]
    counts, rows = labels_of(facts).counts["train"], facts.splits["train"].rows
    if labels_of(facts).problem == "multi-label":
        weights = tuple(round((rows - n) / n, 4) if n else 1.0 for n in counts)
        reason = "rows without the label / rows with it"
    else:
        weights = tuple(round(rows / (len(counts) * n), 4) if n else 1.0 for n in counts)
        reason = f"{rows} rows / ({len(counts)} classes x rows of the class)"
    ledger.derive("training.class_weights", weights, reason)
    return weights, []
