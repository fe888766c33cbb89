"""`model.freeze` to patterns of parameter names."""

from __future__ import annotations

from specc.language.model import Pretrained, Scratch, parse_freeze
from specc.plan.family import Family
from specc.plan.ledger import Ledger


def freezes_encoder(model: Pretrained | Scratch) -> bool:
    """Whether the whole encoder is left as it is."""
    return isinstance(model, Pretrained) and "encoder" in model.freeze


def encoder_prefix(model: Pretrained | Scratch, family: Family | None) -> str:
    """What the names of the encoder's parameters begin with, with a dot."""
    if model.head is not None or family is None:
        return "encoder."
    return f"{family.prefix}."


def frozen_patterns(
    model: Pretrained | Scratch, family: Family | None, ledger: Ledger
) -> tuple[str, ...]:
    """Patterns (fnmatch) of the parameters that are not trained, in the order of the spec."""
    if not isinstance(model, Pretrained) or not model.freeze:
        return ()
    prefix = encoder_prefix(model, family)
    patterns: list[str] = []
    for entry in model.freeze:
        part = parse_freeze(entry)
        if part.kind == "pattern":
            patterns.append(part.pattern)
        elif part.kind == "encoder":
            patterns.append(f"{prefix}*")
        elif part.kind == "embeddings" and family is not None:
            patterns += family.frozen_embeddings(prefix)
        elif family is not None:
            layers = range(part.first, part.last + 1)
            patterns += [f"{prefix}{family.layers}.{layer}.*" for layer in layers]
    ledger.take(model, "model", "freeze", "names: " + ", ".join(patterns))
    return tuple(patterns)
