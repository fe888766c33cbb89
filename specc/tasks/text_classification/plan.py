"""What the labels decide: metrics, what chooses the checkpoint, class weights."""

from __future__ import annotations

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import plan as rules
from specc.plan.ledger import Ledger
from specc.source.source import Source
from specc.spec.spec import Spec

DEFAULTS = {
    "binary": (("accuracy", "f1", "mcc"), "accuracy"),
    "multi-class": (("accuracy", "f1_macro"), "accuracy"),
    "multi-label": (("f1_micro", "f1_macro", "subset_accuracy"), "f1_micro"),
    "regression": (("pearson", "spearman", "rmse"), "pearson"),
}
"""Metrics of each problem and the one that chooses the checkpoint, as the field reports them."""

IMBALANCED = 3
"""From this ratio of the commonest to the rarest class on, accuracy says little."""


def plan_metrics(spec: Spec, facts: DataFacts, ledger: Ledger) -> tuple[tuple[str, ...], str]:
    """Metrics in order, and the one that chooses the checkpoint."""
    problem = facts.labels.problem
    ledger.derive("task.problem", problem, facts.labels.problem_reason)
    if facts.labels.labels:
        ledger.derive("task.labels", list(facts.labels.labels), facts.labels.labels_reason)
    names, best = DEFAULTS[problem]
    reason = f"the usual one for {problem} problems"
    counts = [count for count in facts.labels.counts.get("train", ()) if count]
    if problem == "binary" and counts and max(counts) >= IMBALANCED * min(counts):
        best, reason = (
            "f1",
            f"classes are {max(counts) / min(counts):.1f} to 1: accuracy says little",
        )
    if problem == "multi-class" and counts and max(counts) >= IMBALANCED * min(counts):
        best = "f1_macro"
        reason = f"classes are {max(counts) / min(counts):.1f} to 1: accuracy says little"
    wanted = ledger.choose(
        "evaluation.metrics",
        spec.evaluation.metrics,
        names,
        "given in the spec",
        f"the usual ones for {problem}",
    )
    best = ledger.choose("evaluation.best", spec.evaluation.best, best, "given in the spec", reason)
    stopping = spec.training.early_stopping
    watched = stopping.metric if stopping and stopping.metric else best
    # What chooses and what stops is measured too; the loss always is.
    names = tuple(dict.fromkeys(name for name in (*wanted, best, watched) if name != "loss"))
    return names, str(best)


def plan_class_weights(
    spec: Spec, source: Source, facts: DataFacts, ledger: Ledger
) -> tuple[tuple[float, ...] | None, list[Diagnostic]]:
    """A weight for each class in id order (multi-label: for the positives of each label)."""
    said = spec.training.class_weights
    if said is None:
        return None, []
    if isinstance(said, dict):
        ledger.take(spec.training, "training", "class_weights", "given in the spec")
        return tuple(said[name] for name in facts.labels.labels), []
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
    counts, rows = facts.labels.counts["train"], facts.splits["train"].rows
    if facts.labels.problem == "multi-label":
        weights = tuple(round((rows - n) / n, 4) if n else 1.0 for n in counts)
        reason = "rows without the label / rows with it"
    else:
        weights = tuple(round(rows / (len(counts) * n), 4) if n else 1.0 for n in counts)
        reason = f"{rows} rows / ({len(counts)} classes x rows of the class)"
    ledger.derive("training.class_weights", weights, reason)
    return weights, []
