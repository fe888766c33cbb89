"""What one optimizer step needs of the target: memory, arithmetic, time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepPlan:
    """Numbers of one device, from a trace of the project's own step.

    `memory` is in bytes by what it is for, at the worst moment: of all tensors, `context` and
    `slack` of the process and its allocator. `evaluation` is the peak of an evaluation, `total`
    what the device has. `flops` are those of a step. `seconds` of a step and `hours` of the
    training are the least and the most, `cost` is that of the hours: None where the device's rates,
    the number of steps or the price are not known.
    """

    device: str
    total: int
    memory: dict[str, int]
    context: int
    slack: int
    evaluation: int
    flops: int
    parameters: int
    trainable: int
    seconds: tuple[float, float] | None = None
    hours: tuple[float, float] | None = None
    cost: tuple[float, float] | None = None

    @property
    def tensors(self) -> int:
        """Bytes of all tensors at the worst moment of training."""
        return sum(self.memory.values())

    @property
    def peak(self) -> int:
        """Bytes of the device at the worst moment."""
        return self.context + self.slack + self.tensors
