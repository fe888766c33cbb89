"""The optimizer of bitsandbytes on shapes: its state, and what its step takes beside it.

The package need not be where a plan is made, and its kernels read numbers, which shapes have not.
The names here are those of `bitsandbytes.optim`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from unittest.mock import patch

import torch

BLOCK, SMALLEST, CODES = 256, 4096, 256
"""Numbers that share a scale; numbers below which a tensor keeps 32 bits; numbers of a byte."""


class GlobalOptimManager:
    """Which parameters keep moments of 32 bits."""

    _instance: GlobalOptimManager | None = None

    def __init__(self) -> None:
        self.whole: set[int] = set()

    @classmethod
    def get_instance(cls) -> GlobalOptimManager:
        """The only one."""
        cls._instance = cls._instance or cls()
        return cls._instance

    def override_config(self, parameter: torch.nn.Parameter, key: str, value: int) -> None:
        """Called with 32 bits alone."""
        assert (key, value) == ("optim_bits", 32)
        self.whole.add(id(parameter))


class AdamW8bit(torch.optim.Optimizer):
    """As `Optimizer2State` of bitsandbytes 0.50 has it, with blocks of 256 numbers."""

    device = "cpu"

    def __init__(self, groups: Any, betas: tuple[float, float], eps: float) -> None:
        super().__init__(groups, {"betas": betas, "eps": eps})
        self.codes = torch.zeros(CODES), torch.zeros(CODES)

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """All parameters, one after the other."""
        for parameter in self._with_gradients():
            state = self.state[parameter]
            if not state:
                state |= self._new_state(parameter)
            if self.device == "cuda":
                _step_in_place(parameter, state)
            elif "absmax1" in state:
                _step_of_8_bits(parameter, state)
            else:
                _step_of_32_bits(parameter, state)

    def _with_gradients(self) -> Iterable[torch.nn.Parameter]:
        parameters = (one for group in self.param_groups for one in group["params"])
        return (one for one in parameters if one.grad is not None)

    def _new_state(self, parameter: torch.nn.Parameter) -> dict[str, torch.Tensor]:
        small = parameter.numel() < SMALLEST
        if small or id(parameter) in GlobalOptimManager.get_instance().whole:
            return {name: torch.zeros_like(parameter) for name in ("state1", "state2")}
        state: dict[str, torch.Tensor] = {}
        for number, codes in enumerate(self.codes, start=1):
            state[f"state{number}"] = torch.zeros_like(parameter, dtype=torch.uint8)
            state[f"qmap{number}"] = codes
            state[f"absmax{number}"] = torch.zeros(-(-parameter.numel() // BLOCK))
        return state


def _step_in_place(parameter: torch.nn.Parameter, state: dict[str, torch.Tensor]) -> None:
    """One kernel, which needs no memory: what counts is that each of these is read and written."""
    torch.ops.aten._foreach_add_([parameter.data, parameter.grad, *state.values()], 0)


def _step_of_8_bits(parameter: torch.nn.Parameter, state: dict[str, torch.Tensor]) -> None:
    """`_optimizer_update_8bit_blockwise_cpu` of `backends/cpu/ops.py`, operation by operation."""
    assert parameter.grad is not None
    first = torch.empty_like(parameter, dtype=torch.float32)  # from its codes
    second = torch.empty_like(first)
    gradient = parameter.grad.float() * 1.0
    first.mul_(0.9).add_(gradient, alpha=0.1)
    second.mul_(0.9).addcmul_(gradient, gradient, value=0.1)
    denominator = (second.sqrt() / 0.9).add_(1e-8)
    parameter.data.mul_(0.9).addcdiv_(first, denominator, value=-0.1)
    for number, moment in enumerate((first, second), start=1):
        codes = torch.empty_like(moment, dtype=torch.uint8)
        scales = torch.empty_like(state[f"absmax{number}"])
        state[f"state{number}"].copy_(codes)
        state[f"absmax{number}"].copy_(scales)


def _step_of_32_bits(parameter: torch.nn.Parameter, state: dict[str, torch.Tensor]) -> None:
    """`_optimizer_update_32bit_cpu` of the same file."""
    assert parameter.grad is not None
    gradient = parameter.grad.float() * 1.0
    state["state1"].mul_(0.9).add_(gradient, alpha=0.1)
    state["state2"].mul_(0.9).addcmul_(gradient, gradient, value=0.1)
    parameter.data.mul_(0.9)
    update = state["state1"] / (state["state2"].sqrt() + 1e-8)
    parameter.data.add_(update, alpha=-0.1)


@contextmanager
def bitsandbytes_on(device: str) -> Iterator[None]:
    """Inside, `bitsandbytes.optim` is what stands here, with the step of this type of device."""
    package, optim = ModuleType("bitsandbytes"), ModuleType("bitsandbytes.optim")
    optim.__dict__.update(AdamW8bit=AdamW8bit, GlobalOptimManager=GlobalOptimManager)
    modules = {"bitsandbytes": package, "bitsandbytes.optim": optim}
    with patch.dict(sys.modules, modules), patch.object(AdamW8bit, "device", device):
        yield
