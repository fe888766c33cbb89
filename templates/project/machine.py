"""Compares this machine with the one that the spec declares."""

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
# {% if hardware.is_cuda %}
def compare(device: str) -> dict[str, bool]:
    """Whether each thing that the spec declares is here, by words for both."""
# {% else %}
def compare() -> dict[str, bool]:
    """Whether each thing that the spec declares is here, by words for both."""
# {% endif %}
    # {% if machine.num_processes %}
    num_processes = int(os.environ.get("WORLD_SIZE", "1"))
    # {% endif %}
    # {% if machine.flag or machine.is_bf16 %}
    has = torch.cpu.get_capabilities()
    # {% endif %}
    # {% if machine.flag %}
    best = next((name for flag, name in INSTRUCTIONS.items() if has.get(flag)), "none of them")
    # {% endif %}
    # {% if hardware.is_cuda %}
    # {% if devices.many %}
    num_gpus, index = torch.cuda.device_count(), int(os.environ.get("LOCAL_RANK", "0"))
    # {% else %}
    num_gpus, index = torch.cuda.device_count(), torch.device(device).index or 0
    # {% endif %}
    gpu = torch.cuda.get_device_properties(index) if index < num_gpus else None
    gib = gpu.total_memory / 2**30 if gpu else 0.0
    found = f"{gpu.name} with {gib:.2f} GiB" if gpu else "not there"
    print(f"built for {{ machine.built_for }}; GPU {index} is {found}", flush=True)
    # {% elif machine.min_gib %}
    gib = psutil.virtual_memory().total / 2**30
    # {% endif %}
    return {
        # {% if machine.num_processes %}
        f"{{ machine.processes_words }}, {num_processes} started instead of {{ machine.num_processes }} "
        "by `{{ devices.command }}`": num_processes >= {{ machine.num_processes }},
        # {% endif %}
        # {% if machine.flag and machine.is_bf16 %}
        f"`hardware.instructions: {{ machine.instructions }}`, this CPU has {best} and emulates bf16, "
        "many times slower than fp32": has.get({{ machine.flag | py }}, False),
        # {% elif machine.flag %}
        f"`hardware.instructions: {{ machine.instructions }}`, this CPU has {best}": has.get({{ machine.flag | py }}, False),
        # {% elif machine.is_bf16 %}
        "`hardware.precision: {{ hardware.precision }}`, this CPU emulates bf16, many times slower "
        "than fp32": any(has.get(flag) for flag in ("amx_bf16", "avx512_bf16", "bf16")),
        # {% endif %}
        # {% if hardware.is_mps %}
        "{{ machine.count_words }}, this machine has none that torch can use": torch.backends.mps.is_available(),
        # {% endif %}
        # {% if hardware.is_cuda and machine.min_gib %}
        # A little less than declared is enough: drivers differ.
        f"{{ machine.memory_words }}, GPU {index} is {found}": gib >= {{ machine.min_gib }},
        # {% elif hardware.is_cuda %}
        f"{{ machine.count_words }}, GPU {index} is {found}": gpu is not None,
        # {% elif machine.min_gib %}
        # A little less than declared is enough: systems keep some.
        f"{{ machine.memory_words }}, this machine has {gib:.2f} GiB": gib >= {{ machine.min_gib }},
        # {% endif %}
    }


# {% if hardware.is_cpu %}
def check_machine() -> None:
    """Stops before the first step where this machine has less than the spec declares.

    Raises:
        SystemExit: with each key of the spec, and what is here instead.
    """
# {% else %}
def check_machine(device: str) -> None:
    """Stops before the first step where this machine has less than the spec declares.

    Raises:
        SystemExit: with each key of the spec, and what is here instead.
    """
# {% endif %}
    missing = [words for words, is_here in {{ machine.compare_call }}.items() if not is_here]
    # {% if not hardware.is_cpu %}
    missing = [] if device == "cpu" else missing  # a slow trial, asked for by name
    # {% endif %}
    if missing:
        raise SystemExit(
            "this machine has less than the spec declares: " + "; ".join(missing) + ". Change the "
            "spec and build again, or run with --ignore-hardware."
        )
