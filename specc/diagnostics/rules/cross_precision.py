"""SP248, SP249, SP258, SP269, SP273: ways to compute that the target, or the spec, forbids."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

FLASH_NOT_HERE = Rule(
    "SP248",
    "flash-attention-not-here",
    "FlashAttention-2 (arXiv:2307.08691) is a kernel for CUDA that computes in fp16 or bf16. On "
    "NVIDIA's GPUs it needs compute capability 8.0, so the A100 of 2020 or a later one. Nothing "
    "is lost without it: torch's own fused attention, the default, holds the same algorithm.",
    "model: {base: bert-base-uncased, attention: flash-attention-2}\nhardware: t4\n",
    "model: {base: bert-base-uncased, attention: flash-attention-2}\nhardware: a100-80gb\n",
)
EIGHT_BITS_NOT_HERE = Rule(
    "SP249",
    "eight-bits-not-here",
    "AdamW with moments of 8 bits (arXiv:2110.02861) comes from the package bitsandbytes, whose "
    "step exists for CUDA and for CPUs. Apple's GPUs have none, and what `device: auto` will find "
    "is not known before training starts.",
    "training: {optimizer: adamw-8bit}\nhardware: mps\n",
    "training: {optimizer: adamw-8bit}\nhardware: cuda\n",
)
COMPILE_NOT_HERE = Rule(
    "SP258",
    "compile-not-here",
    "`torch.compile` makes kernels for CUDA with Triton and for CPUs with a C++ compiler. Which of "
    "the two it will be has to be known, and Apple's GPUs are neither.",
    "training: {compile: true}\nhardware: mps\n",
    "training: {compile: true}\nhardware: cuda\n",
)
TF32_WITHOUT_EFFECT = Rule(
    "SP269",
    "tf32-without-effect",
    "tf32 rounds what a matrix product of fp32 numbers reads, so that tensor cores of NVIDIA's "
    "GPUs can multiply it. Other devices have no such units, and with `bf16` or `fp16`, which is "
    "what `auto` means on CUDA, there are no products of fp32 numbers that it could speed up.",
    "hardware: {gpu: a100-80gb, tf32: true}\n",
    "hardware: {gpu: a100-80gb, precision: fp32, tf32: true}\n",
)
BF16_PURE_NOT_HERE = Rule(
    "SP273",
    "bf16-pure-not-here",
    "With `bf16-pure` the weights that the network reads are bf16, so there is no other arithmetic "
    "to fall back to: the device must be known to have bf16. Apple's GPUs are not covered, and "
    "what `device: auto` will find is not known before training starts.",
    "hardware: {device: auto, precision: bf16-pure}\n",
    "hardware: {device: cuda, precision: bf16-pure}\n",
)

RULES = (
    FLASH_NOT_HERE,
    EIGHT_BITS_NOT_HERE,
    COMPILE_NOT_HERE,
    TF32_WITHOUT_EFFECT,
    BF16_PURE_NOT_HERE,
)
