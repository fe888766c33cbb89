"""Spec and data facts to Plan: every open question is answered here, with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.language.checks_training import due_too_late
from specc.language.data import SplitName
from specc.language.ground import Ground
from specc.language.packed import Packed
from specc.language.spec import Spec
from specc.plan import choices
from specc.plan.architectures import Family
from specc.plan.base import Base, family_of
from specc.plan.checks_devices import check_devices, check_tensor_parallel
from specc.plan.devices import plan_devices
from specc.plan.freezing import freezes_encoder, frozen_patterns
from specc.plan.hardware import plan_hardware
from specc.plan.kernels import plan_kernels
from specc.plan.launch import check_launch
from specc.plan.ledger import Ledger
from specc.plan.lengths import TokenLengths
from specc.plan.max_length import plan_max_length
from specc.plan.memory import MemoryPlan, plan_memory
from specc.plan.overflow import check_fp16, overflowing
from specc.plan.pace import settle_pace
from specc.plan.packing import Packing, plan_packing
from specc.plan.plan import Plan
from specc.plan.room import plan_side
from specc.plan.speed import check_attention, plan_attention, plan_compile, record_speed
from specc.plan.storage import plan_storage
from specc.plan.unlisted import model_type
from specc.yaml.source import Source

COPY_LIMIT_BYTES = 20_000_000
"""`data.copy: auto` copies local files into the project up to this size in all."""


def make_plan(
    spec: Spec,
    source: Source,
    facts: DataFacts,
    base: Base | None,
    weighed: MemoryPlan | None = None,
) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """Resolves everything; the second value holds warnings.

    `weighed` is what `specc.sizing` found to fit into the memory of the target.

    Raises:
        SpecError: SP253, SP254, SP405 to SP409, SP412, SP416, SP427 and SP428, all that apply.
    """
    ledger, found = Ledger(), list[Diagnostic]()
    family = family_of(spec, base)
    num_layers = base.layers if base else getattr(spec.model, "layers", None)
    found += choices.check_architecture(spec, source, family, num_layers, model_type(base))
    found += choices.check_validation(spec, source, facts)
    found += check_fp16(spec, source, family, model_type(base))
    found += check_attention(spec, source, family)
    found += check_tensor_parallel(spec, source, family, base)
    task = plan_side(spec.task.kind)
    metrics, best = task.plan_metrics(spec, facts, ledger)
    if any(item.severity == "error" for item in found):
        raise SpecError(tuple(found))

    name = ledger.choose(
        "name", spec.name, choices.name_of(source.path), "the spec's", "the spec file's name"
    )
    splits, final = _splits(spec, facts)
    choices.record_splits(spec, facts, splits, ledger)
    tokens, token_findings = _tokens(spec, source, facts, base, ledger)
    found += token_findings
    spec = settle_pace(spec, tokens.packing, ledger)
    packs = tokens.packing is not None
    storage, storage_findings = plan_storage(spec, source, facts, ledger)
    found += storage_findings
    rows = None if facts.hub or packs else {name: facts.splits[name].rows for name in splits}
    frozen = frozen_patterns(spec.model, family, ledger)
    caches = _caches_features(spec, family, ledger)
    hardware = plan_hardware(spec.hardware, ledger, overflowing(family, model_type(base)))
    way = (weighed.strategy, weighed.strategy_reason) if weighed else ()
    devices = plan_devices(spec.hardware, ledger, *way, on_disk=storage == "disk")
    sequences = tokens.packing.num_tokens and tokens.packing.num_blocks if tokens.packing else None
    sequences = rows["train"] if rows else sequences
    found += check_devices(spec, source, sequences, "blocks" if tokens.packing else "rows")
    num_epochs, num_steps = choices.plan_length(spec, rows, ledger, tokens.windows, tokens.packing)
    window = 1
    if not tokens.packing:
        window = choices.length_window(spec, rows, tokens.windows, ledger)
    if num_steps is not None and spec.training.steps is None:
        found += due_too_late(Ground(source, spec), num_steps, f"the {num_steps} steps")
    choices.record_model(spec, facts, base, ledger)
    choices.record_training(spec, ledger)
    memory = plan_memory(spec, family, ledger, weighed)
    compiles = plan_compile(spec, hardware, num_steps, ledger)
    kernels = plan_kernels(
        spec.model,
        family,
        spec.training,
        hardware,
        shards=devices.strategy == "fsdp",
        pools=spec.task.NETWORK.pools,
        caches_features=caches,
        compiles=compiles,
        typical_tokens=tokens.typical,
        frozen=frozen,
        ledger=ledger,
    )
    attention = plan_attention(spec, hardware, kernels, tokens.max_length, ledger)
    record_speed(spec, hardware, tokens.max_length, ledger)
    task_plan, task_findings = task.plan_task(spec, source, facts, base, ledger)
    found += task_findings
    copies = _copies(spec, facts, ledger)
    found += check_launch(spec, source, name, facts, base, copies)
    if any(item.severity == "error" for item in found):
        raise SpecError(tuple(found))
    plan = Plan(
        spec=spec,
        name=name,
        spec_text=source.text,
        facts=facts,
        base=base,
        hardware=hardware,
        devices=devices,
        kernels=kernels,
        entries=(),
        splits=splits,
        final_split=final,
        split_rows=rows,
        copies_files=copies,
        lengths=tokens.lengths,
        max_length=tokens.max_length,
        frozen=frozen,
        caches_features=caches,
        task=task_plan,
        num_epochs=num_epochs,
        num_steps=num_steps,
        eval_batch_size=ledger.derive(
            "evaluation.batch_size",
            2 * memory.micro_batch,
            f"twice {_at_a_time(memory, spec.training.batch_size)}: no gradients are kept",
        ),
        log_every=ledger.derive(
            "training.log_every",
            max(1, min(50, (num_steps or 500) // 50)),
            "about 50 lines a run, at most 50 steps apart",
        ),
        metrics=metrics,
        best=best,
        stop_metric=choices.stop_metric(spec, best, ledger),
        resamples=choices.resamples(spec, rows, final, ledger),
        micro_batch=memory.micro_batch,
        gradient_checkpointing=memory.gradient_checkpointing,
        packing=tokens.packing,
        attention=attention,
        compiles=compiles,
        on_disk=storage == "disk",
        length_window=window,
    )
    # The entries last: the arguments above still write into the ledger.
    return replace(plan, entries=tuple(ledger.entries)), tuple(found)


def _at_a_time(memory: MemoryPlan, batch_size: int) -> str:
    return "the micro-batch" if memory.micro_batch < batch_size else "the training batch"


@dataclass(frozen=True)
class _Tokens:
    """How long the texts are and how they are cut: packed in blocks, or each for itself.

    `typical` is half of the texts' most, and `windows` how many a text is read in on average.
    """

    packing: Packing | None
    lengths: TokenLengths | None
    max_length: int
    typical: int | None
    windows: float = 1.0


def _tokens(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None, ledger: Ledger
) -> tuple[_Tokens, list[Diagnostic]]:
    if isinstance(spec.task, Packed):
        packing, found = plan_packing(spec, spec.task, source, facts, base, ledger)
        return _Tokens(packing, None, packing.block_size, packing.block_size), found
    lengths, max_length, found = plan_max_length(spec, source, facts, base, ledger)
    if lengths is None:
        return _Tokens(None, None, max_length, None), found
    windows = lengths.windows(max_length) if spec.task.WINDOW else 1.0
    typical = min(lengths.quantile(0.5), max_length)
    return _Tokens(None, lengths, max_length, typical, windows), found


def _caches_features(spec: Spec, family: Family | None, ledger: Ledger) -> bool:
    """Whether each text passes the encoder once, before training."""
    if not (spec.task.NETWORK.pools and freezes_encoder(spec.model) and family is not None):
        return False
    if spec.hardware.num_processes > 1:
        why = "each process would have to encode all texts first"
        ledger.derive("model.features", "encoded each time", why)
        return False
    ledger.derive(
        "model.features",
        "encoded once",
        "the encoder is frozen whole: each text passes it once, without dropout",
    )
    return True


def _splits(spec: Spec, facts: DataFacts) -> tuple[tuple[SplitName, ...], SplitName]:
    """The splits there are, in order, and the one whose scores are the result."""
    names: tuple[SplitName, ...] = ("train", "validation", "test")
    if spec.data.hub:
        there = {n for n in names if getattr(spec.data.hub.splits, n) is not None}
    else:
        there = set(facts.splits)
    splits = tuple(name for name in names if name in there)
    return splits, "test" if "test" in there else "validation"


def _copies(spec: Spec, facts: DataFacts, ledger: Ledger) -> bool:
    if facts.hub:
        return False
    files = {file.path: file for split in facts.splits.values() for file in split.files}
    size = sum(file.size_bytes for file in files.values())
    said = {"always": True, "never": False, "auto": None}[spec.data.copy_files]
    return bool(
        ledger.choose(
            "data.copy",
            said,
            size <= COPY_LIMIT_BYTES,
            "pinned in the spec",
            f"{len(files)} file(s), {size:,} bytes; the limit is {COPY_LIMIT_BYTES:,}",
        )
    )
