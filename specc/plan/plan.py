"""The plan: every question answered, before a line is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from specc.data.facts import DataFacts
from specc.language.data import SplitName
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.plan.devices import DevicesPlan
from specc.plan.hardware import HardwarePlan
from specc.plan.ledger import Entry
from specc.plan.lengths import TokenLengths
from specc.plan.levers import Kernels
from specc.plan.packing import Packing
from specc.plan.step import StepPlan


@dataclass(frozen=True)
class Plan:
    """What the templates print. Numbers are final; `entries` says where each came from.

    `spec` stays at hand for what needs no resolving; where it leaves the batch of few blocks open,
    that is filled in. `task` is the room's own `TaskPlan`. `base` is None for a model from scratch.
    `frozen` are patterns of parameter names (fnmatch). `split_rows` is None for a hub data set.
    `num_steps` is None where the number of rows is not known. `packing` is None where each text is
    a sequence of its own. `caches_features`: the encoder is frozen whole, so it runs once over each
    text. `micro_batch` examples of a batch pass through the network at a time. `to_spec` is the way
    from the project's folder to that of the spec, for what is not copied. `attention` is the
    library's name of the kernel, None where it is left to it; `compiles`: the step of training goes
    through torch.compile. `on_disk`: rows and tokens lie in files that the project maps into
    memory. The texts of `length_window` batches are sorted by length together.
    """

    spec: Spec
    name: str
    spec_text: str
    facts: DataFacts
    base: Base | None
    hardware: HardwarePlan
    devices: DevicesPlan
    kernels: Kernels
    entries: tuple[Entry, ...]
    splits: tuple[SplitName, ...]
    final_split: SplitName
    split_rows: dict[SplitName, int] | None
    copies_files: bool
    lengths: TokenLengths | None
    max_length: int
    frozen: tuple[str, ...]
    caches_features: bool
    task: Any
    num_epochs: int | None
    num_steps: int | None
    eval_batch_size: int
    log_every: int
    metrics: tuple[str, ...]
    best: str
    stop_metric: str | None
    resamples: int
    micro_batch: int
    gradient_checkpointing: bool
    packing: Packing | None = None
    step: StepPlan | None = None
    to_spec: str = "."
    attention: str | None = None
    compiles: bool = False
    on_disk: bool = False
    length_window: int = 1

    @property
    def accumulates(self) -> bool:
        """Whether a batch passes in parts: several of one process, or those of many."""
        return self.micro_batch < self.spec.training.batch_size or self.devices.many

    @property
    def share(self) -> int:
        """Rows of a batch that one process has at most."""
        return self.spec.hardware.share(self.spec.training.batch_size)

    def reason(self, key: str) -> str:
        """Why the value of `key` is what it is."""
        return next(entry.reason for entry in self.entries if entry.key == key)
