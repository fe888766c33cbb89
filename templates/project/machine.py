"""Compares this machine with the one that the spec declares."""

from __future__ import annotations

import os

import psutil
import torch

# {% if machine.flag %}
INSTRUCTIONS = {  # torch's name of each instruction set: the spec's, best first
    "amx_bf16": "amx-bf16",
    "avx512_bf16": "avx512-bf16",
    "avx512_f": "avx512",
    "avx2": "avx2",
    "bf16": "neon-bf16",
    "neon": "neon",
}


# {% endif %}
# {% if hardware.is_cpu %}
def check_machine() -> None:
# {% else %}
def check_machine(device: str) -> None:
# {% endif %}
    """Stops before the first step where this machine has less than the spec declares.

    Raises:
        SystemExit: with each key of the spec, and what is here instead.
    """
    # {% if not hardware.is_cpu %}
    if device == "cpu":
        return  # a slow trial, asked for by name
    # {% endif %}
    missing = []
    # {% if machine.num_processes %}
    num_processes = int(os.environ.get("WORLD_SIZE", "1"))
    if num_processes < {{ machine.num_processes }}:
        missing.append(
            f"{{ machine.processes_words }}, {num_processes} started instead of {{ machine.num_processes }} "
            "by `{{ devices.command }}`"
        )
    # {% endif %}
    # {% if machine.flag %}
    has = torch.cpu.get_capabilities()
    if not has.get({{ machine.flag | py }}):
        best = next((name for flag, name in INSTRUCTIONS.items() if has.get(flag)), "none of them")
        # {% if machine.is_bf16 %}
        missing.append(
            f"`hardware.instructions: {{ machine.instructions }}`, this CPU has {best} and emulates bf16, "
            "many times slower than fp32"
        )
        # {% else %}
        missing.append(f"`hardware.instructions: {{ machine.instructions }}`, this CPU has {best}")
        # {% endif %}
    # {% endif %}
    # {% if machine.is_bf16 and not machine.flag %}
    has = torch.cpu.get_capabilities()
    if not any(has.get(flag) for flag in ("amx_bf16", "avx512_bf16", "bf16")):
        missing.append(
            "`hardware.precision: {{ hardware.precision }}`, this CPU emulates bf16, many times slower than fp32"
        )
    # {% endif %}
    # {% if machine.cores %}
    num_cores = os.cpu_count() or 1
    if num_cores < {{ machine.cores }}:
        missing.append(f"`hardware.cores: {{ machine.cores }}`, this machine has {num_cores}")
    # {% endif %}
    # {% if hardware.is_cuda %}
    # {% if devices.many %}
    num_gpus, index = torch.cuda.device_count(), int(os.environ.get("LOCAL_RANK", "0"))
    # {% else %}
    num_gpus, index = torch.cuda.device_count(), torch.device(device).index or 0
    # {% endif %}
    if num_gpus <= index:
        missing.append(f"{{ machine.count_words }}, this machine has {num_gpus} that torch can use")
    # {% if machine.min_gib %}
    else:
        gpu = torch.cuda.get_device_properties(index)
        gib = gpu.total_memory / 2**30
        print(f"built for {{ machine.built_for }}, runs on {gpu.name} with {gib:.2f} GiB", flush=True)
        if gib < {{ machine.min_gib }}:  # a little less than declared: drivers differ
            missing.append(f"{{ machine.memory_words }}, {gpu.name} has {gib:.2f} GiB")
    # {% endif %}
    # {% elif hardware.is_mps %}
    if not torch.backends.mps.is_available():
        missing.append("{{ machine.count_words }}, this machine has none that torch can use")
    # {% endif %}
    # {% if machine.min_gib and not hardware.is_cuda %}
    gib = psutil.virtual_memory().total / 2**30
    if gib < {{ machine.min_gib }}:  # a little less than declared: systems keep some
        missing.append(f"{{ machine.memory_words }}, this machine has {gib:.2f} GiB")
    # {% endif %}
    if missing:
        raise SystemExit(
            "this machine has less than the spec declares: " + "; ".join(missing) + ". Change the "
            "spec and build again, or run with --ignore-hardware."
        )
