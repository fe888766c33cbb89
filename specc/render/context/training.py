"""The `training`, `evaluation`, `hardware` and `kernels` names of the templates."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import Any

from specc.language.training import (
    Adafactor,
    Adam,
    AdamW,
    AdamW8bit,
    Optimizer,
    Polynomial,
    Schedule,
    Sgd,
)
from specc.plan.plan import Plan
from specc.plan.room import Measure, plan_side
from specc.render.context.machine import declares_machine
from specc.render.context.step import dropout_seed, rows_of
from specc.render.literals import py

FLASH = "flash_attention_2"
"""What the library calls it."""


def _optimizer(optimizer: Optimizer, device: str, *, shards: bool) -> dict[str, Any]:
    """The constructor and its arguments beside the parameter groups."""
    if isinstance(optimizer, AdamW8bit):
        arguments = [f"betas={py(optimizer.betas)}", f"eps={py(optimizer.eps)}"]
        return {"call": "adamw_8bit", "arguments": arguments, "eight_bits": True}
    match optimizer:
        case AdamW() | Adam():
            name = "AdamW" if isinstance(optimizer, AdamW) else "Adam"
            arguments = [f"betas={py(optimizer.betas)}", f"eps={py(optimizer.eps)}"]
            # One pass over memory instead of one an operation; MPS and `auto` may lack it.
            arguments += ["fused=True"] if device in ("cpu", "cuda") else []
        case Sgd():
            name = "SGD"
            arguments = [f"momentum={py(optimizer.momentum)}"]
            arguments += ["nesterov=True"] if optimizer.nesterov else []
            # torch's fused SGD does not know sharded tensors.
            arguments += ["fused=True"] if device in ("cpu", "cuda") and not shards else []
        case Adafactor():
            name, arguments = "Adafactor", []
    return {"call": f"torch.optim.{name}", "arguments": arguments, "eight_bits": False}


def _schedule(schedule: Schedule, left: str) -> tuple[str, str]:
    """What the docstring says, and the expression after the warm-up; `left` falls from 1 to 0."""
    start = "Share of the peak learning rate at `step`: a line up, then "
    end = getattr(schedule, "end", 0.0)

    def between(share: str) -> str:
        return (
            share
            if end == 0
            else f"config.final_lr_factor + (1 - config.final_lr_factor) * {share}"
        )

    match schedule.kind:
        case "linear":
            return start + "a line down.", between(left if end == 0 else "left")
        case "cosine":
            return start + "half a cosine down.", between("(1 - math.cos(math.pi * left)) / 2")
        case "polynomial":
            return start + "a power of what is left.", between("left**config.schedule_power")
        case _:
            return start + "level.", "1.0"


def _penalty(l1: float, l2: float) -> tuple[str, str]:
    """What the docstring says, and the term of one parameter."""
    terms = [
        *(["config.l1 * p.abs().sum()"] if l1 else []),
        *(["config.l2 * p.square().sum()"] if l2 else []),
    ]
    names = " and ".join([*(["L1"] if l1 else []), *(["L2"] if l2 else [])])
    return f"{names} penalty on the trained weight matrices.", " + ".join(terms)


def _measure(plan: Plan, name: str) -> Measure:
    return plan_side(plan.spec.task.kind).METRICS[name]


def training_context(plan: Plan) -> dict[str, Any]:
    """Every name under `training`."""
    training = plan.spec.training
    scaler = plan.hardware.precision == "fp16"
    # What the optimizer steps: the model's own weights, or float32 copies of them.
    stepped = "masters" if plan.hardware.precision == "bf16-pure" else "model"
    penalized = bool(training.l1 or training.l2)
    left = (
        "(num_steps - step) / max(1, num_steps - num_warmup)"
        if training.warmup
        else "(num_steps - step) / num_steps"
    )
    summary, formula = _schedule(training.schedule, left)
    penalty_summary, penalty_formula = _penalty(training.l1, training.l2)
    added = f"penalty({stepped}, config)"
    objective = f"loss + {added}" if penalized else "loss"
    better = _measure(plan, plan.stop_metric).greater_is_better if plan.stop_metric else True
    return {
        "optimizer": _optimizer(
            training.optimizer, plan.hardware.device, shards=plan.devices.strategy == "fsdp"
        ),
        "schedule_summary": summary,
        "schedule_formula": formula,
        "left": left,
        "names_left": "left" in formula,
        "schedule_ends_above_zero": bool(getattr(training.schedule, "end", 0.0)),
        "schedule_power": getattr(training.schedule, "power", None)
        if isinstance(training.schedule, Polynomial)
        else None,
        "warms_up": training.warmup > 0,
        "warmup_is_share": training.warmup < 1,
        "has_penalty": penalized,
        "penalty_summary": penalty_summary,
        "penalty_formula": penalty_formula,
        "objective": objective,
        "objective_statement": f"({objective})" if penalized else "loss",
        "uses_scaler": scaler,
        "backward": "scaler.scale(loss).backward()" if scaler else "loss.backward()",
        "penalty_backward": f"scaler.scale({added}).backward()"
        if scaler
        else f"{added}.backward()",
        "accumulates": plan.accumulates,
        "num_labels": rows_of(plan, "labels"),
        "detached_loss": "step_loss" if plan.accumulates else "loss.detach()",
        "recomputes": plan.gradient_checkpointing,
        "compiles": plan.compiles,
        "stepped": stepped,
        "clips": training.gradient_clip is not None,
        "early_stopping": training.early_stopping is not None,
        "gain": (
            "watched > progress.stop_value + config.min_change"
            if better
            else "watched < progress.stop_value - config.min_change"
        ),
        "time_limit": training.time_limit is not None,
        "deterministic": training.deterministic,
        "by_epochs": training.steps is None,
        "checkpoint_by_epoch": training.checkpoint.every == "epoch",
        "layer_rates": training.learning_rate.head is not None
        or training.learning_rate.layer_decay != 1,
        "head_rate": training.learning_rate.head is not None,
        "decays_layers": training.learning_rate.layer_decay != 1,
        "divergence_advice": "a lower learning rate or a longer warm-up",
    }


BOUNDED = 'dict(zip(("value", "low", "high"), (value, *bounds[name]), strict=True))'
BOUNDED_SCORES = f"value if isinstance(value, dict) else {BOUNDED}"
"""The expression for a metric with its interval; metrics by class have none."""


def evaluation_context(plan: Plan) -> dict[str, Any]:
    """Every name under `evaluation`."""
    better = _measure(plan, plan.best).greater_is_better
    per_class = any(getattr(_measure(plan, n), "per_class", False) for n in plan.metrics)
    return {
        "by_epoch": plan.spec.evaluation.every == "epoch",
        "greater_is_better": better,
        "improvement": ("value > progress.best_value" if better else "value < progress.best_value"),
        "resamples": plan.resamples,
        "with_bounds": BOUNDED_SCORES if per_class else BOUNDED,
        "has_per_class": per_class,
        "tokenization": "",
        "resampled": plan.spec.task.UNIT,
    }


def hardware_context(plan: Plan) -> dict[str, Any]:
    """Every name under `hardware`; `autocast` is for train.py, `autocast_loader` elsewhere."""
    device, precision = plan.hardware.device, plan.hardware.precision
    is_cpu = device == "cpu"
    of_part = "cpu" if is_cpu else 'part["labels"].device'
    shards_bf16 = precision == "bf16" and plan.devices.strategy == "fsdp"
    return {
        "is_cpu": is_cpu,
        "is_cuda": device == "cuda",
        "is_mps": device == "mps",
        "is_auto": device == "auto",
        "cores": plan.hardware.cores,
        "precision": precision,
        "precision_lines": textwrap.wrap(
            f"precision {precision}: {plan.hardware.precision_reason}", 80, drop_whitespace=False
        ),
        "autocast": _autocast(precision, "cpu" if is_cpu else "device"),
        "autocast_part": "" if shards_bf16 else _autocast(precision, of_part),
        "shards_bf16": shards_bf16,
        "autocast_loader": _autocast(precision, "cpu" if is_cpu else "loader.device"),
        "needs_bf16": device == "cuda" and plan.hardware.rate == "bf16",
        "pure_bf16": precision == "bf16-pure",
        "tf32": plan.hardware.tf32,
        "is_checked": declares_machine(plan),
        "check": "check_machine()" if is_cpu else 'check_machine(settings["device"])',
        "flash": plan.attention == FLASH,
        # The library writes texts with fp32 weights, which FlashAttention-2 does not read.
        "writes_within": _autocast(precision, "cuda") if plan.attention == FLASH else "",
    }


def _autocast(precision: str, device: str) -> str:
    """The context manager of the forward pass; empty for fp32."""
    name = py(device) if device in ("cpu", "cuda") else f"{device}.type"
    match precision:
        case "bf16":
            return f"torch.autocast({name}, torch.bfloat16)"
        case "fp16":
            return f"torch.autocast({name}, torch.float16)"
        case "auto":
            return f"torch.autocast({name}, torch.bfloat16, enabled=has_bf16({device}))"
        case _:
            return ""


def kernels_context(plan: Plan) -> dict[str, Any]:
    """Every name under `kernels`: one flag a lever."""
    encoder = "model.encoder" if plan.spec.model.head is not None else "model"
    occurring = "[train_loader.token_ids.distinct()]" if plan.on_disk else "train_loader.token_ids"
    call = f"speed_up({encoder}, {occurring}, {dropout_seed(plan)})"
    own = {"any": plan.kernels.any, "call": call, "pool_size": "2**24"}
    return asdict(plan.kernels) | own
