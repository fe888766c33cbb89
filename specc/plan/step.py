"""What one optimizer step needs of the target: memory, arithmetic, time."""

from __future__ import annotations

from dataclasses import dataclass

from specc.plan.devices import Strategy


@dataclass(frozen=True, slots=True)
class StepPlan:
    """Numbers of one device, from a trace of the project's own step.

    `memory` is in bytes by what it is for, at the worst moment: of all tensors, `context` and
    `slack` of the process and its allocator. `evaluation` is the peak of an evaluation, `total`
    what the device has. `flops` are those of a step, `sent` the bytes that the device sends to
    others in it, of which `sent_within` go to those it holds layers together with. `host` is what a
    node keeps of the model in its own memory. `saved` are the bytes of one checkpoint and
    `weights_saved` those of the best model, over all devices. `seconds` of a step and `hours` of
    the training are the least and the most, `cost` is that of the hours on all `num_devices`: None
    where the device's rates, the number of steps or the price are not known.
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
    num_devices: int = 1
    strategy: Strategy = "single"
    sent: int = 0
    host: int = 0
    sent_within: int = 0
    saved: int = 0
    weights_saved: int = 0
    checkpoints: int = 1
    seconds: tuple[float, float] | None = None
    hours: tuple[float, float] | None = None
    cost: tuple[float, float] | None = None

    @property
    def tensors(self) -> int:
        """Bytes of all tensors at the worst moment of training."""
        return sum(self.memory.values())

    @property
    def disk(self) -> int:
        """Bytes that all checkpoints take while one more is written, with the best model."""
        return (self.checkpoints + 1) * self.saved + 2 * self.weights_saved

    @property
    def peak(self) -> int:
        """Bytes of the device at the worst moment."""
        return self.context + self.slack + self.tensors

    @property
    def worst(self) -> int:
        """The same with evaluations, which may need more than training."""
        slack = self.slack / self.tensors if self.tensors else 0.0
        return max(self.peak, self.context + int(self.evaluation * (1 + slack)))
