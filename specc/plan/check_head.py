"""Whether the head of a base can be kept: it is there, and for the labels of the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc.bases.files import cached_folder, read_object
from specc.bases.weights import shapes_of
from specc.data.facts import DataFacts
from specc.data.findings import plural, quoted
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import bases
from specc.language.model import Pretrained
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.plan.family import Family
from specc.plan.kept_head import UNNAMED, labels_of_base, labels_of_data, match_rows
from specc.yaml.source import Source

_TWO_LAYERS = ("roberta", "xlm-roberta", "electra")
_ALSO = "; or call the labels as the base does"

Shapes = Mapping[str, tuple[int, ...]]
"""Names of weights, and their sizes."""


@dataclass(frozen=True, slots=True)
class _Hindrance:
    """Why the head is not kept, and what can be done besides training a new one."""

    message: str
    also: str = ""


def head_module(family: Family | None, model_class: str, folder: Path | None) -> str:
    """The last layer of the head, by its name in the library's class of the task.

    Of a family that is not known, the weights in `folder` tell it; empty where they do not.
    """
    if model_class == "ForQuestionAnswering":
        return "qa_outputs"
    is_text = model_class == "ForSequenceClassification"
    if family is not None:
        return "classifier.out_proj" if is_text and family.name in _TWO_LAYERS else "classifier"
    names = shapes_of(folder) if folder else {}
    kinds = ("classifier.out_proj", "classifier") if is_text else ("classifier",)
    return next((kind for kind in kinds if f"{kind}.weight" in names), "")


def check_head(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None
) -> Iterator[Diagnostic]:
    """SP434, as far as the files of the base are at hand: beside the spec or in the hub's cache."""
    model = spec.model
    if base is None or not isinstance(model, Pretrained) or not model.keep_head:
        return
    folder, config = _files(model, base)
    found = _unknown(spec, base)
    if found is None and folder is not None:
        name = head_module(base.family, spec.task.NETWORK.model_class, base.folder)
        shapes = shapes_of(folder)
        found = (
            _no_head(base, shapes, name)
            or _other_labels(base, config, facts)
            or _other_shape(base, shapes, name, facts)
        )
    if found:
        yield Diagnostic(
            bases.HEAD_NOT_KEPT,
            found.message,
            source.file,
            source.key_span("model", "keep_head"),
            f"delete `keep_head`: a new head is then trained{found.also}",
        )


def _files(model: Pretrained, base: Base) -> tuple[Path | None, Mapping[str, Any]]:
    """Folder and config.json of the base; no folder where it has yet to be fetched."""
    if base.folder is not None:
        return base.folder, base.config
    folder = cached_folder(base.reference, model.revision)
    config = read_object(folder / "config.json") if folder else None
    return (folder, config) if config is not None else (None, {})


def _unknown(spec: Spec, base: Base) -> _Hindrance | None:
    if base.family or head_module(None, spec.task.NETWORK.model_class, base.folder):
        return None
    also = "" if base.folder else "; or say in `architecture` which one it is"
    message = f"the head of `{base.reference}` cannot be kept: its family is not known"
    return _Hindrance(message, also)


def _other_labels(base: Base, config: Mapping[str, Any], facts: DataFacts) -> _Hindrance | None:
    """Outputs that are not those of the task, by what config.json says of them."""
    if getattr(facts.task, "problem", None) == "regression":
        return _no_regression(base, config)
    labels, theirs = labels_of_data(facts), labels_of_base(config)
    if not labels or (theirs and match_rows(theirs, labels)):
        return None
    if theirs is None:
        message = f"`id2label` in the config.json of `{base.reference}` does not count from 0"
        return _Hindrance(message)
    if all(name == f"{UNNAMED}{place}" for place, name in enumerate(theirs)):
        is_ours = base.folder is not None and len(theirs) == len(labels)
        return _Hindrance(
            f"the {len(theirs)} outputs of `{base.reference}` have no names in the `id2label` of "
            f"its config.json, and the data has the labels {quoted(labels)}",
            "; or name the outputs in `id2label`, in their order" if is_ours else "",
        )
    return _Hindrance(
        f"the head of `{base.reference}` is for the labels {quoted(theirs)}, and the data has "
        f"{quoted(labels)}{_differences(theirs, labels)}",
        _ALSO,
    )


def _differences(theirs: Sequence[str], labels: Sequence[str], most: int = 8) -> str:
    """The labels of one side alone, where the whole lists are too long to be shown."""
    if max(len(theirs), len(labels)) <= most:
        return ""
    folded = [{name.casefold() for name in side} for side in (theirs, labels)]
    base_only = [name for name in theirs if name.casefold() not in folded[1]]
    data_only = [name for name in labels if name.casefold() not in folded[0]]
    parts = [f"only the base has {quoted(base_only)}"] if base_only else []
    parts += [f"only the data has {quoted(data_only)}"] if data_only else []
    return f"; {' and '.join(parts)}" if parts else ""


def _no_regression(base: Base, config: Mapping[str, Any]) -> _Hindrance | None:
    """A head that does not say that it predicts numbers may give scores on any scale."""
    theirs = labels_of_base(config) or ()
    if config.get("problem_type") == "regression" and len(theirs) == 1:
        return None
    return _Hindrance(
        f"the head of `{base.reference}` is not known to predict numbers: its config.json has no "
        "`problem_type: regression` with one output"
    )


def _no_head(base: Base, shapes: Shapes, name: str) -> _Hindrance | None:
    """Weights without the head; those that are pickled, or not in the cache yet, are not read."""
    is_unread = not shapes and (base.folder is None or base.is_pickled)
    if is_unread or f"{name}.weight" in shapes:
        return None
    return _Hindrance(
        f"`{base.reference}` has no head for this task: its weights hold no `{name}.weight`"
    )


def _other_shape(base: Base, shapes: Shapes, name: str, facts: DataFacts) -> _Hindrance | None:
    """A head with another number of rows than the task has outputs."""
    shape = shapes.get(f"{name}.weight")
    # Neither a regression nor the two ends of an answer have labels.
    is_number = getattr(facts.task, "problem", None) == "regression"
    usual = 1 if is_number else 2 if name == "qa_outputs" else None
    rows = len(labels_of_data(facts)) or usual
    if shape is None or rows is None or (len(shape) == 2 and shape[0] == rows):
        return None
    size = " x ".join(map(str, shape))
    return _Hindrance(
        f"the head of `{base.reference}` does not have {plural(rows, 'row')}: its `{name}.weight` "
        f"is {size}"
    )
