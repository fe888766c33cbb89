"""What the base alone tells before anything is planned: for `check`, and so for all commands."""

from __future__ import annotations

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import bases as rules
from specc.plan.base import Base, family_of
from specc.plan.checks_devices import check_tensor_parallel
from specc.plan.choices import check_architecture, check_validation
from specc.plan.speed import check_attention
from specc.plan.unlisted import model_type
from specc.source.source import Source
from specc.spec.model import Pretrained
from specc.spec.spec import Spec
from specc.tasks.room import plan_side
from specc.tokens.find import find_tokenizer


def check_base(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None
) -> tuple[Diagnostic, ...]:
    """Errors that would stop the plan or the run; it gives warnings and notes itself."""
    family = family_of(spec, base)
    num_layers = base.layers if base else getattr(spec.model, "layers", None)
    found = [
        *check_architecture(spec, source, family, num_layers, model_type(base)),
        *check_validation(spec, source, facts),
        *check_attention(spec, source, family),
        *check_tensor_parallel(spec, source, family, base),
    ]
    of_task = getattr(plan_side(spec.task.kind), "base_findings", None)
    if of_task is not None:
        found += of_task(spec, source, base)
    if base is not None:
        found += _tokenizer_fits(spec, source, base)
    return tuple(item for item in found if item.severity == "error")


def _tokenizer_fits(spec: Spec, source: Source, base: Base) -> list[Diagnostic]:
    """SP430 for a local base; what the hub has can be another revision's."""
    rows = base.config.get("vocab_size")
    if not isinstance(rows, int) or not isinstance(spec.model, Pretrained):
        return []
    file = find_tokenizer(base, None)
    if file is None or file.size <= rows:
        return []
    return [
        Diagnostic(
            rules.TOKENIZER_OVER_EMBEDDING,
            f"tokenizer.json in `{base.reference}` has {file.size:,} tokens, and the embedding "
            f"has {rows:,} rows (`vocab_size` in config.json)",
            source.file,
            source.span("model", "base"),
            f"enlarge it with `model.resize_token_embeddings({file.size})` and save the model "
            "again, or restore the tokenizer that it came with",
        )
    ]
