"""What SkyPilot calls the GPUs of the catalogue.

Names are those of version 8 of its own catalogue (skypilot-org/skypilot-catalog,
catalogs/v8/common/accelerators.csv): a GPU that is not here, no cloud rents out under one name.
"""

from __future__ import annotations

from specc.hardware.catalogue import Accelerator

NAMES = {
    "t4": "T4",
    "v100-16gb": "V100",
    "v100-32gb": "V100-32GB",
    "rtx-3060-12gb": "RTX3060",
    "rtx-3080": "RTX3080",
    "rtx-3090": "RTX3090",
    "a10": "A10",
    "a10g": "A10G",
    "a100-40gb": "A100",
    "a100-80gb": "A100-80GB",
    "rtx-a6000": "RTXA6000",
    "rtx-4090": "RTX4090",
    "l4": "L4",
    "l40s": "L40S",
    "rtx-6000-ada": "RTX6000-Ada",
    "h100-80gb": "H100",
    "h100-pcie-80gb": "H100",
    "h200": "H200",
    "b200": "B200",
    "rtx-5090": "RTX5090",
    "mi300x": "MI300X",
}
"""By the `id` in our catalogue."""


def skypilot_name(gpu: Accelerator | None) -> str | None:
    """The name of `gpu` in `resources.accelerators`, None where there is none."""
    return NAMES.get(gpu.id) if gpu else None
