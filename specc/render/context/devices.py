"""The `devices` names of the templates: how several processes share the work."""

from __future__ import annotations

import re
from typing import Any

from specc.plan.plan import Plan

_WORDS = {"single": "", "ddp": "DDP", "fsdp": "FSDP"}


def devices_context(plan: Plan, task: dict[str, Any]) -> dict[str, Any]:
    """Every name under `devices`; `task` holds those of the task."""
    devices = plan.devices
    counts_rows = task["num_samples"] != "num_labels"
    agreed = ["num_labels", *(["num_rows"] if counts_rows else []), "num_stopped"]
    agreed += ["num_late"] if plan.spec.training.time_limit else []
    divisor = "label_weight" if task["weighs_labels"] else "num_labels"
    loss = "loss * world_size()"
    scaled = f"scaler.scale({loss})" if plan.hardware.precision == "fp16" else f"({loss})"
    is_cpu = plan.hardware.device == "cpu"
    arguments = ["model"]
    arguments += ["config"] if re.search(r"\bconfig\b", task["loss_expression"]) else []
    arguments += ["class_weights"] if task["class_weights"] else []
    arguments += ["compiled"] if plan.compiles else []
    device = 'torch.device("cpu")' if is_cpu else "device"
    return {
        "many": devices.many,
        "nodes": devices.nodes,
        "is_fsdp": devices.strategy == "fsdp",
        "words": _WORDS[devices.strategy],
        "command": command(plan),
        "agreed": ", ".join(agreed),
        "counts_rows": counts_rows,
        "num_samples": "num_rows" if devices.many and counts_rows else "",
        "divisor": divisor,
        "divisor_type": "int" if divisor == "num_labels" else "torch.Tensor",
        "to_device": "" if is_cpu else ".to(device)",
        "backward": f"{scaled}.backward()",
        "spread_device": f", {device}" if devices.strategy == "fsdp" else "",
        "step_arguments": ", ".join(arguments),
        "uses_config": "config" in arguments,
        "may_leave_unused": plan.base is not None and plan.base.family is None,
        "blank": "zeros" if devices.many else "empty",
    }


def command(plan: Plan) -> str:
    """What starts the training on one node."""
    if plan.devices.many:
        return f"torchrun --nproc-per-node {plan.devices.count} train.py"
    return "python train.py"
