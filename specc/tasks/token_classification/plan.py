"""What the tags decide: metrics, what chooses the checkpoint, weights, windows."""

from __future__ import annotations

from dataclasses import dataclass

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import plan as rules
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.plan.ledger import Ledger
from specc.plan.metrics import choose_metrics
from specc.tasks.token_classification.facts import facts_of
from specc.tasks.token_classification.language import task_of
from specc.tasks.token_classification.metrics import METRICS
from specc.yaml.source import Source

__all__ = ["METRICS", "TagPlan", "plan_metrics", "plan_task"]

OVERLAP = 4
"""A window shares a quarter of its tokens with the next one, half of that with each side's."""


@dataclass(frozen=True, slots=True)
class TagPlan:
    """A weight for each tag in id order, None where there are none."""

    class_weights: tuple[float, ...] | None


def plan_metrics(spec: Spec, facts: DataFacts, ledger: Ledger) -> tuple[tuple[str, ...], str]:
    """Metrics in order, and the one that chooses the checkpoint."""
    found, task = facts_of(facts), task_of(spec)
    ledger.derive("task.scheme", found.scheme, found.scheme_reason)
    ledger.derive("task.types", list(found.types), found.types_reason)
    ledger.take(task, "task", "label_on", "token of a word that is trained on")
    usual: tuple[str, ...]
    if found.plain:
        usual, best, whose = ("accuracy", "f1_macro"), "accuracy", "classes of words"
    else:
        usual, best, whose = ("f1", "precision", "recall", "accuracy"), "f1", "entities"
    return choose_metrics(spec, ledger, usual, best, whose, f"the usual one for {whose}")


def plan_task(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None, ledger: Ledger
) -> tuple[TagPlan, list[Diagnostic]]:
    """The weights of the tags."""
    said, found = spec.training.class_weights, facts_of(facts)
    if said is None:
        return TagPlan(None), []
    if isinstance(said, dict):
        ledger.take(spec.training, "training", "class_weights", "given in the spec")
        return TagPlan(tuple(said[tag] for tag in found.tags)), []
    if facts.hub:
        return TagPlan(None), [
            Diagnostic(
                rules.WEIGHTS_NEED_DATA,
                "`balanced` weights are computed from the tags, which are on the hub",
                source.file,
                source.span("training", "class_weights"),
                f"give a weight for each tag: {', '.join(found.tags[:4])} …",
            )
        ]
    words = sum(found.counts)
    used = sum(1 for count in found.counts if count)
    weights = tuple(round(words / (used * n), 4) if n else 1.0 for n in found.counts)
    reason = f"{words:,} words / ({used} tags x words with the tag)"
    ledger.derive("training.class_weights", weights, reason)
    return TagPlan(weights), []
