"""What is asked of a trace: the sizes of a plan's worst batch."""

from __future__ import annotations

import math
from collections.abc import Callable

from specc.diagnostics.diagnostic import Diagnostic
from specc.language.model import Scratch
from specc.language.spec import Spec
from specc.plan.memory import MemoryPlan
from specc.plan.plan import Plan
from specc.trace.run import Setting

Make = Callable[[Spec, MemoryPlan | None], tuple[Plan, tuple[Diagnostic, ...]]]
"""Makes the plan of a spec, with a decision about the batch and its layers."""

_MOST_ROWS = 50_000
"""Rows of an embedding that occur, where the tokens were not counted."""


def setting_of(plan: Plan, micro_batch: int) -> Setting:
    length = plan.max_length
    if plan.lengths and plan.lengths.exact:
        length = min(length, plan.lengths.longest)
    evaluated = 2 * micro_batch  # as the plan has it
    beams = getattr(plan.task, "num_beams", 1)
    rows = plan.lengths.distinct if plan.lengths else None
    if rows is None:
        model = plan.spec.model
        rows = model.tokenizer.vocab_size if isinstance(model, Scratch) else _MOST_ROWS
    return Setting(
        micro_batch=micro_batch,
        accumulation=math.ceil(plan.share / micro_batch),
        eval_batch=evaluated,
        length=length,
        target_length=getattr(plan.task, "max_target_length", length),
        embedding_rows=rows,
        generated_sequences=beams * evaluated if plan.spec.task.WRITES else 0,
    )
