"""The `devices` names of the templates: how several processes share the work."""

from __future__ import annotations

import re
from typing import Any

from specc.plan.base import family_of
from specc.plan.plan import Plan

_WORDS = {"single": "", "ddp": "DDP", "fsdp": "FSDP"}


def devices_context(plan: Plan, task: dict[str, Any]) -> dict[str, Any]:
    """Every name under `devices`; `task` holds those of the task."""
    devices, family = plan.devices, family_of(plan.spec, plan.base)
    counts_rows = task["num_samples"] != "num_labels"
    agreed = ["num_labels", *(["num_rows"] if counts_rows else []), "num_stopped"]
    agreed += ["num_late"] if plan.spec.training.time_limit else []
    divisor = "label_weight" if task["weighs_labels"] else "num_labels"
    divides = devices.tensor_parallel > 1
    rank, size = ("data_rank()", "data_size()") if divides else ("rank()", "world_size()")
    loss = f"loss * {size}"
    weights = "sum(own_weights, torch.zeros(()))"
    scaled = f"scaler.scale({loss})" if plan.hardware.precision == "fp16" else f"({loss})"
    is_cpu = plan.hardware.device == "cpu"
    arguments = ["model"]
    arguments += ["config"] if re.search(r"\bconfig\b", task["loss_expression"]) else []
    arguments += ["class_weights"] if task["class_weights"] else []
    arguments += ["compiled"] if plan.compiles else []
    shards = devices.strategy == "fsdp"
    in_parts = plan.micro_batch < plan.share
    may_leave_unused = plan.base is not None and plan.base.family is None
    offload = ", offload_policy=offload" if devices.offloads else ""
    is_mixed = plan.hardware.precision == "bf16"
    device = "" if not shards else ', torch.device("cpu")' if is_cpu else ", device"
    return {
        "many": devices.many,
        "on_nodes": devices.nodes > 1,
        "nodes": devices.nodes,
        "starts_anew": "not resume and rank() == 0" if devices.many else "not resume",
        "is_stopped": "num_stopped > 0" if devices.many else "stop.is_set()",
        "saves": "save_due" if devices.many else "save_due or stopping",
        "leaves": "num_stopped" if devices.many else "stopping",
        "is_late": "num_late" if devices.many else "progress.seconds > config.time_limit_s",
        "loss_sum": "sum(gather(float(mark_loss)))" if devices.many else "float(mark_loss)",
        "samples": "texts" if shards else "samples(model, tokenizer, config)",
        "is_fsdp": shards,
        "offloads": devices.offloads,
        "layer_mesh": "mesh" + (", mp_policy=layer_policy" if is_mixed else "") + offload,
        "root_mesh": "mesh" + (", mp_policy=policy" if is_mixed else "") + offload,
        "count": devices.count,
        "divides": divides,
        "tensor_parallel": devices.tensor_parallel,
        "by_columns": family.by_columns if family else (),
        "by_rows": family.by_rows if family else (),
        "shared_inputs": dict(family.shared_inputs) if family else {},
        "divided": family.divided if family else (),
        "rank": rank,
        "size": size,
        "first_row": f"{rank} * size" if devices.many else "0",
        "row_stride": f"{size} * size" if devices.many else "size",
        "mark": "mark_targets" if task["counts_targets"] else "mark_samples",
        "words": _WORDS[devices.strategy],
        "command": devices.command,
        "take_counts": f"{', '.join(agreed)} = counts",
        "counts_rows": counts_rows,
        "num_samples": "num_rows" if devices.many and counts_rows else "",
        "divisor": divisor,
        "label_weight": f"all_summed({weights})" if is_cpu else f"all_summed({weights}).to(device)",
        "backward": f"{scaled}.backward()",
        "spread_call": f"spread(StepLoss({', '.join(arguments)}){device})",
        "uses_config": "config" in arguments,
        "may_leave_unused": may_leave_unused,
        # What is not used has no gradient, and no step; with zeros its weights would decay.
        "keeps_gradients": devices.strategy == "ddp" and in_parts and not may_leave_unused,
        "blank": "torch.zeros" if devices.many else "torch.empty",
    }
