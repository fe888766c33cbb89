"""Precision follows the GPU, and the family where fp16 cannot hold its states."""

from __future__ import annotations

import pytest

from specc.language.hardware import HardwareFields
from specc.plan.hardware import plan_hardware
from specc.plan.ledger import Ledger
from specc.plan.overflow import overflowing


@pytest.mark.parametrize(
    ("gpu", "kind", "precision"),
    [
        ("t4", "t5", "fp32"),
        ("v100", "mt5", "fp32"),
        ("t4", "gpt_neo", "fp32"),
        ("t4", "gemma3_text", "fp32"),
        ("t4", "bert", "fp16"),
        ("h100", "t5", "bf16"),
    ],
)
def test_families_that_overflow_are_not_trained_in_fp16(
    gpu: str, kind: str, precision: str
) -> None:
    plan = plan_hardware(HardwareFields(gpu=gpu), Ledger(), overflowing(None, kind))
    assert plan.precision == precision
    assert ("overflows in fp16" in plan.precision_reason) == (precision == "fp32")
