"""The task's side of the plan: metrics and samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import plan as rules
from specc.language.checks_task import fitting, with_article
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.plan.ledger import Ledger
from specc.plan.metrics import choose_metrics
from specc.plan.unlisted import LOGITS_DIFFER, model_type
from specc.tasks.causal_lm import rules as task_rules
from specc.tasks.causal_lm.language import task_of
from specc.tasks.causal_lm.metrics import METRICS
from specc.yaml.source import Source

__all__ = ["METRICS", "LanguagePlan", "plan_metrics", "plan_task"]


@dataclass(frozen=True, slots=True)
class LanguagePlan:
    """`loss_chunk`: positions whose logits are held at a time."""

    loss_chunk: int


def plan_metrics(spec: Spec, facts: DataFacts, ledger: Ledger) -> tuple[tuple[str, ...], str]:
    """Metrics in order, and the one that chooses the checkpoint."""
    names = ("perplexity", "bits_per_byte", "accuracy")
    return choose_metrics(
        spec, ledger, names, "loss", "language models", "what the model is trained on"
    )


def plan_task(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None, ledger: Ledger
) -> tuple[LanguagePlan, list[Diagnostic]]:
    """The samples, and whether the base brings what a language model needs."""
    generation = task_of(spec).generation
    for key in ("max_new_tokens", "temperature", "top_k", "top_p", "prompts"):
        ledger.take(generation, "task.generation", key, "of the samples and of predict.py")
    on_cpu = spec.hardware.device == "cpu"
    chunk = ledger.derive(
        "kernels.loss_chunk",
        512 if on_cpu else 4096,
        "positions whose logits are held at a time: "
        + ("the cache of a CPU is small" if on_cpu else "enough to fill an accelerator"),
    )
    return LanguagePlan(chunk), []


def base_findings(spec: Spec, source: Source, base: Base | None) -> list[Diagnostic]:
    """What the base lacks for a language model."""
    return [*_unproven(spec, source, base), *_lacking(spec, source, base)]


def _unproven(spec: Spec, source: Source, base: Base | None) -> Iterator[Diagnostic]:
    """SP450 and SP451: what is not computed right for a base outside the table of families."""
    if base is None or base.family is not None:
        return
    kind = model_type(base)
    if kind in LOGITS_DIFFER:
        yield Diagnostic(
            task_rules.LOSS_NOT_KNOWN,
            f"`{base.reference}` is {with_article(kind)} model, and specc cannot compute its loss: "
            f"{LOGITS_DIFFER[kind]}",
            source.file,
            source.span("model", "base"),
            f"choose a base of one of these families: {', '.join(fitting(spec.task))}",
        )
    elif task_of(spec).isolate_documents:
        what = f"{with_article(kind)} model" if kind else "of no family that specc knows"
        yield Diagnostic(
            task_rules.CANNOT_ISOLATE,
            f"`{base.reference}` is {what}, and specc cannot keep documents apart in one block "
            "of it",
            source.file,
            source.key_span("task", "isolate_documents"),
            "delete `isolate_documents`",
        )


def _lacking(spec: Spec, source: Source, base: Base | None) -> list[Diagnostic]:
    """SP412 and SP403: a local base without tokenizer.json, or without an end of a document."""
    if base is None or base.folder is None:
        return []
    found = []
    span = source.span("model", "base")
    if base.tokenizer is None:
        found.append(
            Diagnostic(
                rules.BROKEN_TOKENIZER,
                f"`{base.reference}` holds no tokenizer.json",
                source.file,
                span,
                "save its fast tokenizer there: `tokenizer.save_pretrained(folder)`",
            )
        )
    if base.config.get("eos_token_id") is None:
        found.append(
            Diagnostic(
                rules.NO_CONFIG,
                f"config.json in `{base.reference}` has no `eos_token_id`, which joins documents",
                source.file,
                span,
                "add the id of the token that ends a text",
            )
        )
    return found
