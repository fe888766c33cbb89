"""What an optimizer step may hold in memory: how much of a batch at a time, and what of a layer."""

from __future__ import annotations

import math
from dataclasses import dataclass

from specc.language.spec import Spec
from specc.plan.devices import Strategy
from specc.plan.family import Family
from specc.plan.ledger import Ledger


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """`micro_batch` examples pass through the network at a time, at most the batch size.

    `gradient_checkpointing`: of a layer only its input is kept, and the rest computed once more.
    `strategy` is how several devices share the model. The reasons say what each was weighed
    against.
    """

    micro_batch: int
    gradient_checkpointing: bool
    reason: str = ""
    strategy: Strategy | None = None
    strategy_reason: str = ""


def plan_memory(
    spec: Spec, family: Family | None, ledger: Ledger, weighed: MemoryPlan | None = None
) -> MemoryPlan:
    """Decides both: what the spec pins, else what was `weighed` against the device's memory.

    Without that, `auto` is all that a process has of a batch, and off. Whatever else it decides has
    to stand in the ledger: README and config.py give its reason.
    """
    if weighed:
        return _weighed(spec, family, ledger, weighed)
    training = spec.training
    size, checkpoints = training.batch_size, training.gradient_checkpointing
    share = spec.hardware.share(size)
    micro_batch = share if training.micro_batch == "auto" else training.micro_batch
    if training.micro_batch != "auto":
        ledger.take(training, "training", "micro_batch", _parts(spec, micro_batch))
    elif share < size or spec.hardware.num_processes > 1:
        ledger.derive("training.micro_batch", micro_batch, _parts(spec, micro_batch))
    if checkpoints != "auto":
        ledger.take(training, "training", "gradient_checkpointing", _cost(checkpoints, family))
    return MemoryPlan(micro_batch, checkpoints is True)


def _weighed(spec: Spec, family: Family | None, ledger: Ledger, weighed: MemoryPlan) -> MemoryPlan:
    training = spec.training
    said = None if training.micro_batch == "auto" else training.micro_batch
    parts = _parts(spec, weighed.micro_batch)
    ledger.choose("training.micro_batch", said, weighed.micro_batch, parts, weighed.reason)
    again = None if training.gradient_checkpointing == "auto" else training.gradient_checkpointing
    cost = _cost(weighed.gradient_checkpointing, family)
    ledger.choose(
        "training.gradient_checkpointing", again, weighed.gradient_checkpointing, cost, cost
    )
    return weighed


def _parts(spec: Spec, micro_batch: int) -> str:
    size, unit = spec.training.batch_size, spec.task.batch_unit
    share, processes = spec.hardware.share(size), spec.hardware.num_shares
    parts = math.ceil(share / micro_batch)
    whole = f"the {size} {unit} of a step"
    if processes > 1:
        whose = "processes" if spec.hardware.tensor_parallel == 1 else "groups of processes"
        whole = f"the share that {processes} {whose} have of {whole}, {share} at most each,"
    if parts == 1:
        return f"{whole} at a time"
    return f"{whole} {'passes' if processes > 1 else 'pass'} in {parts} parts"


def _cost(checkpoints: bool, family: Family | None) -> str:
    """Every family of the table can do it; of another network only the library knows."""
    if not checkpoints:
        return "all activations are kept for the gradient"
    cost = "each layer is computed again for its gradient: about a third more computation"
    return cost if family else f"{cost}; whether this network can is told when training starts"
