"""What base, data and hardware tell without a plan: for `check`, and so for all commands."""

from __future__ import annotations

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic
from specc.language.packed import Packed
from specc.language.spec import Spec
from specc.plan.base import Base, family_of
from specc.plan.check_cached import check_cached
from specc.plan.check_head import check_head
from specc.plan.check_local import check_local
from specc.plan.checks_devices import check_devices, check_tensor_parallel
from specc.plan.choices import check_architecture, check_validation, name_of
from specc.plan.launch import check_launch
from specc.plan.ledger import Ledger
from specc.plan.max_length import over_positions
from specc.plan.packing import block_over_positions
from specc.plan.room import plan_side
from specc.plan.speed import check_attention
from specc.plan.storage import plan_storage
from specc.plan.unlisted import model_type
from specc.yaml.source import Source


def check_base(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None
) -> tuple[Diagnostic, ...]:
    """Errors that would stop the plan or the run, which gives warnings and notes itself."""
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
    if isinstance(spec.task, Packed):
        found += block_over_positions(spec.task, source, base)
    else:
        found += over_positions(spec, source, base)
    rows = None if facts.hub or isinstance(spec.task, Packed) else facts.splits["train"].rows
    found += check_devices(spec, source, rows, "rows")
    found += check_launch(spec, source, spec.name or name_of(source.path), facts, base, True)
    if spec.data.storage == "disk":
        found += plan_storage(spec, source, facts, Ledger())[1]
    errors = [item for item in found if item.severity == "error"]
    if base is not None and not errors:
        errors += [*check_local(source, base), *check_cached(spec, source, base)]
        errors += check_head(spec, source, facts, base)
    return tuple(errors)
