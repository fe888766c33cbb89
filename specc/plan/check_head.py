"""Whether the head of a base can be kept: it is there, and for the labels of the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specc.bases.weights import shapes_of
from specc.data.facts import DataFacts
from specc.data.findings import quoted
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import bases
from specc.language.model import Pretrained
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.plan.family import Family
from specc.yaml.source import Source

_TWO_LAYERS = ("roberta", "xlm-roberta", "electra")


def head_module(family: Family, model_class: str) -> str:
    """The last layer of the head, by its name in the library's class of the task."""
    if model_class == "ForQuestionAnswering":
        return "qa_outputs"
    is_deep = model_class == "ForSequenceClassification" and family.name in _TWO_LAYERS
    return "classifier.out_proj" if is_deep else "classifier"


def check_head(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None
) -> Iterator[Diagnostic]:
    """SP434, as far as the files of the base are at hand."""
    model = spec.model
    if base is None or not isinstance(model, Pretrained) or not model.keep_head:
        return
    labels: Sequence[str] = getattr(facts.task, "labels", ()) or getattr(facts.task, "tags", ())
    reason = _hindrance(spec, base, facts) or _other_labels(base, labels)
    if reason:
        yield Diagnostic(
            bases.HEAD_NOT_KEPT,
            reason,
            source.file,
            source.key_span("model", "keep_head"),
            "delete `keep_head`: a new head is then trained"
            + ("; or call the labels as the base does" if "labels" in reason else ""),
        )


def _hindrance(spec: Spec, base: Base, facts: DataFacts) -> str | None:
    if base.family is None:
        return f"the head of `{base.reference}` cannot be kept: its family is not known"
    if getattr(facts.task, "problem", None) == "regression":
        return "a regression's head gives standard deviations of this data's targets"
    if base.folder is None:
        return None
    name = head_module(base.family, spec.task.NETWORK.model_class)
    if f"{name}.weight" not in shapes_of(base.folder):
        return f"`{base.reference}` has no head for this task: its weights hold no `{name}.weight`"
    return None


def _other_labels(base: Base, labels: Sequence[str]) -> str | None:
    if base.folder is None or not labels:
        return None
    named = base.config.get("id2label")
    theirs = [str(label) for label in named.values()] if isinstance(named, dict) else []
    if not theirs:
        return f"config.json in `{base.reference}` does not name its labels in `id2label`"
    if set(theirs) == set(labels):
        return None
    return (
        f"the head of `{base.reference}` is for the labels {quoted(theirs)}, and the data has "
        f"{quoted(labels)}"
    )
