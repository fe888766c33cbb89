"""What the hub's cache tells of a base: it may refuse, and never changes what is built."""

from __future__ import annotations

from dataclasses import replace

from specc.bases.files import cached_folder, read_object
from specc.bases.positions import most_tokens
from specc.bases.weights import damages
from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.rules import bases
from specc.diagnostics.rules.packing import BLOCK_OVER_POSITIONS
from specc.language.model import Pretrained
from specc.language.packed import Packed
from specc.language.spec import Spec
from specc.plan.base import Base, refuse_other_family, refuse_unknown_type
from specc.plan.max_length import over_positions
from specc.plan.packing import LONGEST_BLOCK, block_over_positions
from specc.yaml.source import Source


def check_cached(spec: Spec, source: Source, base: Base) -> list[Diagnostic]:
    """SP284, SP407, SP413, SP431 and SP433 for an id whose files lie in the cache."""
    if base.where != "hub" or not isinstance(spec.model, Pretrained):
        return []
    folder = cached_folder(base.reference, spec.model.revision)
    config = read_object(folder / "config.json") if folder else None
    if folder is None or config is None:
        return []
    try:
        if kind := config.get("model_type"):
            refuse_other_family(spec.model, source, str(kind), "the config.json in the hub's cache")
        if base.family is None:
            refuse_unknown_type(spec, source, replace(base, config=config))
    except SpecError as error:
        return list(error.diagnostics)
    span = source.span("model", "base")
    found = [
        Diagnostic(
            bases.DAMAGED_WEIGHTS,
            f"{damage.message} (in the hub's cache of `{base.reference}`)",
            source.file,
            span,
            f"delete `{folder.parent.parent.name}` in the cache, so that it is fetched again",
        )
        for damage in damages(folder, partly=True)
    ]
    return found + ([] if base.max_positions else _beyond(spec, source, base, most_tokens(config)))


def _beyond(spec: Spec, source: Source, base: Base, limit: int | None) -> list[Diagnostic]:
    """Lengths over the positions, which are not known without the cache."""
    known = replace(base, max_positions=limit)
    if not isinstance(spec.task, Packed):
        return over_positions(spec, source, known)
    if spec.task.block_size != "auto" or limit is None or limit >= LONGEST_BLOCK:
        return block_over_positions(spec.task, source, known)
    return [
        Diagnostic(
            BLOCK_OVER_POSITIONS,
            f"`{base.reference}` has positions for {limit} tokens, as its config.json in the hub's "
            f"cache says; without the cache a block would have {LONGEST_BLOCK}",
            source.file,
            source.span("task"),
            f"add `block_size: {limit}` to `task`",
        )
    ]
