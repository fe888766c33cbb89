"""Which metrics are taken and which one chooses the checkpoint: the same question in every task."""

from __future__ import annotations

from collections.abc import Sequence

from specc.language.spec import Spec
from specc.plan.ledger import Ledger


def choose_metrics(
    spec: Spec, ledger: Ledger, usual: Sequence[str], best: str, whose: str, reason: str
) -> tuple[tuple[str, ...], str]:
    """Metrics in order, and the one that chooses the checkpoint.

    `usual` and `best` are taken where the spec says nothing; `whose` usual they are, and `reason`
    is that of `best`.
    """
    wanted = ledger.choose(
        "evaluation.metrics",
        spec.evaluation.metrics,
        tuple(usual),
        "given in the spec",
        f"the usual ones for {whose}",
    )
    best = ledger.choose("evaluation.best", spec.evaluation.best, best, "given in the spec", reason)
    stopping = spec.training.early_stopping
    watched = stopping.metric if stopping and stopping.metric else best
    # What chooses and what stops is measured too; the loss always is.
    names = tuple(dict.fromkeys(name for name in (*wanted, best, watched) if name != "loss"))
    return names, str(best)
