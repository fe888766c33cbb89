"""The `launch` names of the templates: what the declared launcher is told."""

from __future__ import annotations

from typing import Any

from specc.hardware.skypilot import skypilot_name
from specc.plan.plan import Plan

_GPU_RESOURCES = {"NVIDIA": "nvidia.com/gpu", "AMD": "amd.com/gpu"}


def launch_context(plan: Plan) -> dict[str, Any]:
    """Every name under `launch`; `readme` is None where the spec names no launcher."""
    devices, hardware = plan.devices, plan.spec.hardware
    gpu, is_named = hardware.accelerator, hardware.launcher != "auto"
    return {
        "readme": f"launchers/{hardware.launcher}/README.md" if is_named else None,
        "count": devices.count,
        "nodes": devices.nodes,
        "num_processes": devices.num_processes,
        "many": devices.many,
        "several_nodes": devices.nodes > 1,
        # Under FSDP fewer nodes may not hold the model.
        "min_nodes": devices.nodes if devices.strategy == "fsdp" else 1,
        "may_shrink": devices.strategy != "fsdp",
        "processes": "1 process" if devices.count == 1 else f"{devices.count} processes",
        "machines": "1 node" if devices.nodes == 1 else f"{devices.nodes} nodes",
        "workers": "1 worker" if devices.num_processes == 1 else f"{devices.num_processes} workers",
        "each": " each" if devices.nodes > 1 else "",
        "timeout_s": round(devices.timeout_s),
        "kept_checkpoints": plan.spec.training.checkpoint.keep,
        "is_gpu": plan.hardware.device == "cuda",
        "cores": hardware.cores,
        "cores_of_node": (hardware.cores or 1) * devices.count,
        "cores_option": f" --cpus-per-task={hardware.cores}" if hardware.cores else "",
        "gpu_resource": _GPU_RESOURCES.get(gpu.vendor if gpu else "NVIDIA"),
        "accelerator": skypilot_name(gpu),
    }
