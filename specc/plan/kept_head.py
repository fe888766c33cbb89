"""Which output of a base's head gives which label: found by the names, never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specc.data.facts import DataFacts
from specc.language.model import Pretrained
from specc.language.spec import Spec
from specc.plan.base import Base

UNNAMED = "LABEL_"
"""How the library begins the name of an output that nobody named; its number follows."""


def labels_of_data(facts: DataFacts) -> tuple[str, ...]:
    """Labels or tags in id order; empty where the task has none, or the data is not read yet."""
    return tuple(getattr(facts.task, "labels", ()) or getattr(facts.task, "tags", ()))


def labels_of_base(config: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The names of the base's outputs, in their order; None where `id2label` gives no such order.

    The library does not save `id2label` where there are two outputs that nobody named.
    """
    named = config.get("id2label")
    if named is None:
        return (f"{UNNAMED}0", f"{UNNAMED}1")
    if not isinstance(named, dict) or not named:
        return None
    places = [str(place) for place in range(len(named))]
    return tuple(str(named[place]) for place in places) if set(places) == set(named) else None


def are_numbers(labels: Sequence[str]) -> bool:
    """Whether the labels are 0 to n-1, which the library calls LABEL_0 to LABEL_n-1."""
    return set(labels) == {str(number) for number in range(len(labels))}


def match_rows(theirs: Sequence[str], labels: Sequence[str]) -> tuple[int, ...] | None:
    """The row of the base's head for each label; None where both do not name the same labels.

    Names that differ only in case are the same label, unless exact ones match.
    """
    ours = list(labels)
    theirs = [name.removeprefix(UNNAMED) if are_numbers(ours) else name for name in theirs]
    if sorted(theirs) != sorted(ours):
        theirs, ours = [name.casefold() for name in theirs], [name.casefold() for name in ours]
    if sorted(theirs) != sorted(ours) or len(set(theirs)) < len(theirs):
        return None
    return tuple(theirs.index(label) for label in ours)


def keeps_head(spec: Spec) -> bool:
    """Whether the spec asks for the base's own head."""
    return isinstance(spec.model, Pretrained) and spec.model.keep_head


def reason_of_kept(spec: Spec, facts: DataFacts, base: Base | None) -> str:
    """How the outputs of the base's head become those of the task, for `specc plan`.

    Of an id on the hub it is only told that they are matched: a plan is the same on every machine.
    """
    if spec.task.NETWORK.model_class == "ForQuestionAnswering":
        return "the base's own; start and end"
    if getattr(facts.task, "problem", None) == "regression":
        return "the base's own; scaled to standard deviations of the training targets"
    labels = labels_of_data(facts)
    theirs = labels_of_base(base.config) if base and base.folder else None
    rows = match_rows(theirs, labels) if theirs and labels else None
    if rows is None:
        return "the base's own; its outputs are matched to the labels by name"
    if rows == tuple(range(len(rows))):
        return "the base's own; its outputs are in the order of the labels"
    return f"the base's own; its rows are reordered to {_shortened(rows)}, to follow the labels"


def _shortened(rows: Sequence[int], limit: int = 8) -> str:
    more = ", …" if len(rows) > limit else ""
    return ", ".join(map(str, rows[:limit])) + more
