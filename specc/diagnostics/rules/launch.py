"""Launchers: what they cannot start."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

LAUNCHER_OF_NO_DEVICE = Rule(
    "SP296",
    "launcher-of-no-device",
    "A job of a cluster says which devices it needs, so the spec has to: GPUs, or CPUs. `auto` is "
    "known only when training starts, and Apple's GPU stands in no cluster. torchrun asks for "
    "nothing and starts with whatever is there.",
    "hardware: {device: auto, launcher: slurm}\n",
    "hardware: {device: cuda, launcher: slurm}\n",
)
GPU_NOT_RENTED = Rule(
    "SP297",
    "gpu-not-rented",
    "SkyPilot rents GPUs by their names, so that the spec has to name one, and one that some cloud "
    "of its catalogue offers.",
    "hardware: {device: cuda, launcher: skypilot}\n",
    "hardware: {gpu: l4, launcher: skypilot}\n",
)
FILES_LEFT_BEHIND = Rule(
    "SP298",
    "files-left-behind",
    "An image, Ray and SkyPilot bring the project's folder to the nodes and nothing beside it. "
    "Files that are not copied into the project are looked for by their path, and a relative one "
    "leads to nowhere there; an absolute one leads to what you mount.",
    "data: {train: data/intents.csv, copy: never}\nhardware: {device: cpu, launcher: ray}\n",
    "data: {train: data/intents.csv, copy: always}\nhardware: {device: cpu, launcher: ray}\n",
)
NAME_FOR_KUBERNETES = Rule(
    "SP299",
    "name-for-kubernetes",
    "The experiment's name becomes the job's, and with its pods' numbers the name of a host: it "
    "has to begin with a letter and to have at most 45 characters.",
    "name: 3rd-try\nhardware: {device: cpu, launcher: kubernetes}\n",
    "name: third-try\nhardware: {device: cpu, launcher: kubernetes}\n",
)

RULES = (LAUNCHER_OF_NO_DEVICE, GPU_NOT_RENTED, FILES_LEFT_BEHIND, NAME_FOR_KUBERNETES)
