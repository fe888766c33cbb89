"""Compares the texts that a run has cut with what the plan expected of them."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules.run import MORE_CUT_THAN_PLANNED
from specc.plan.lengths import TokenLengths
from specc.plan.plan import Plan
from specc.run.results import Results

_TOLERATED = 0.01
"""Share of the texts by which a sample, or rounding, may be wrong."""


def cut_warnings(results: Results | None, plan: Plan, folder: str) -> tuple[Diagnostic, ...]:
    """A warning for each limit that cut clearly more training texts than the plan expected."""
    counts = results.content.get("truncated") if results else None
    if not isinstance(counts, dict) or not plan.split_rows:
        return ()
    rows = plan.split_rows["train"]
    return tuple(
        _warning(name, number / rows, planned, *_limit(name, plan), folder)
        for name, number in counts.items()
        if isinstance(number, int)
        if (planned := _planned(name, plan)) is not None and number / rows > planned + _TOLERATED
    )


def _limit(name: str, plan: Plan) -> tuple[str, int]:
    if name == "targets":
        return "task.max_target_length", plan.task.max_target_length
    return "data.max_length", plan.max_length


def _planned(name: str, plan: Plan) -> float | None:
    """The share that the plan expected; None where it could not know the lengths."""
    lengths: TokenLengths | None = plan.task.target_lengths if name == "targets" else plan.lengths
    return lengths.share_over(_limit(name, plan)[1]) if lengths else None


def _warning(
    name: str, share: float, planned: float, key: str, limit: int, folder: str
) -> Diagnostic:
    expected = f"about {planned:.0%}" if planned else "none"
    return Diagnostic(
        MORE_CUT_THAN_PLANNED,
        f"{share:.0%} of the training {name} were cut at {limit} tokens, and the plan expected "
        f"{expected}",
        folder,
        help=f"write a larger `{key}` than {limit} into the spec, and train again",
        severity="warning",
    )
