"""GPUs and instruction sets by the name that a spec calls them by, from `catalogue.yaml`."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

Rate = Literal["fp32", "tf32", "fp16", "bf16", "fp8"]
"""A precision of the arithmetic, as rates are stated for it."""

GIB = 2**30

LONGEST_NAME = 64
"""Characters of a name that are looked at: a spec may hold a name of any length."""


@dataclass(frozen=True, slots=True)
class Accelerator:
    """One device as torch sees it: a GPU, one die of a module, or the GPU of an Apple chip.

    `id` is its name in a spec, `name` the one for people, without the vendor's.
    `device` is torch's type of device: `cuda` for NVIDIA and for AMD (ROCm), `mps` for Apple.
    `capability` is NVIDIA's compute capability, None for others.
    `memory_gib` is the stated size in GiB (vendors write GB); None where it is the machine's, as
    Apple's. `usable_gib` is what torch reports as the device's total, in GiB; None if unknown.
    `bandwidth_gbs` of the memory and `link_gbs` (both directions) are in GB/s, 10**9 bytes.
    `fp32` to `fp8` are dense peak rates in TFLOP/s with sums in fp32, as training computes; None
    where the device lacks the precision or the vendor states no rate: `precisions` tells which.
    `source` is the vendor's page, `confirmed` where numbers were read, `note` what was computed.
    """

    id: str
    name: str
    vendor: str
    year: int
    device: Literal["cuda", "mps"]
    capability: float | None
    aliases: tuple[str, ...]
    memory_gib: float | None
    usable_gib: float | None
    bandwidth_gbs: float
    link: str | None
    link_gbs: float | None
    precisions: tuple[Rate, ...]
    fp32: float | None
    tf32: float | None
    fp16: float | None
    bf16: float | None
    fp8: float | None
    source: str
    confirmed: str | None
    usable_source: str | None
    note: str | None

    @property
    def full_name(self) -> str:
        """With the vendor: NVIDIA T4."""
        return f"{self.vendor} {self.name}"

    @property
    def memory_bytes(self) -> int | None:
        """The stated size; None where it is the machine's."""
        return None if self.memory_gib is None else int(self.memory_gib * GIB)

    @property
    def usable_bytes(self) -> int | None:
        """What a process can have of it, its own context not yet counted.

        The stated size where nothing is known of the rest; None where the memory is the machine's.
        """
        return self.memory_bytes if self.usable_gib is None else int(self.usable_gib * GIB)

    def flops(self, precision: Rate) -> float | None:
        """The peak rate in FLOP/s, None where there is none."""
        tera: float | None = getattr(self, precision)
        return None if tera is None else tera * 1e12


@dataclass(frozen=True, slots=True)
class InstructionSet:
    """What one core of a CPU computes in one cycle, in FLOP; None where that is not known."""

    id: str
    name: str
    fp32: float | None
    bf16: float | None
    source: str
    note: str | None


@cache
def _tables() -> dict[str, list[dict[str, Any]]]:
    # Imported here, because most specs name no GPU and most commands read no spec.
    import yaml

    file = resources.files("specc.hardware") / "catalogue.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    tables: dict[str, list[dict[str, Any]]] = yaml.load(file.read_text("utf-8"), loader)
    return tables


@cache
def catalogue() -> dict[str, Accelerator]:
    """Every accelerator by its id, in the order of the file."""
    made = (
        Accelerator(**row | {"aliases": tuple(row["aliases"]), "precisions": (*row["precisions"],)})
        for row in _tables()["gpus"]
    )
    return {accelerator.id: accelerator for accelerator in made}


@cache
def instruction_sets() -> dict[str, InstructionSet]:
    """Every instruction set by its word in `hardware.instructions`."""
    return {row["id"]: InstructionSet(**row) for row in _tables()["instructions"]}


@cache
def names() -> dict[str, str]:
    """Ids by everything that finds them: ids and aliases, in lower case."""
    ids = {name: name for name in catalogue()}
    return ids | {alias: row.id for row in catalogue().values() for alias in row.aliases}


def _folded(name: str) -> str:
    """As names are compared: `NVIDIA RTX 4090` is `rtx-4090`."""
    folded = "-".join(name[:LONGEST_NAME].casefold().replace("_", " ").replace("-", " ").split())
    return folded.removeprefix("nvidia-").removeprefix("geforce-").removeprefix("amd-")


def find(name: str) -> Accelerator | None:
    """The accelerator of that name or alias, in any case; None if there is none."""
    found = names().get(_folded(name)) if len(name) <= LONGEST_NAME else None
    return catalogue()[found] if found else None


def near(name: str, most: int = 3) -> tuple[str, ...]:
    """Ids that `name` may have been meant to be, the nearest first."""
    folded = _folded(name)
    inside = [id_ for known, id_ in names().items() if len(folded) > 1 and folded in known]
    close = difflib.get_close_matches(folded, names(), n=2 * most, cutoff=0.6)
    return tuple(dict.fromkeys([*(names()[known] for known in close), *inside]))[:most]
