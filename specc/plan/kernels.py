"""Which faster equivalents the generated project gets, each with the reason why it pays there.

The gains were measured on two cores with the scripts in `benchmarks/`; they hold where a step is
made of many small operations, which is so for encoders on a CPU.
"""

from __future__ import annotations

from specc.language.model import Pretrained, Scratch
from specc.language.training import Training
from specc.plan.decoder_kernels import decoder_kernels
from specc.plan.family import Family
from specc.plan.hardware import HardwarePlan
from specc.plan.ledger import Ledger
from specc.plan.levers import SHORT, SHORT_WITH_DROPOUT, Kernels


def plan_kernels(
    model: Pretrained | Scratch,
    family: Family | None,
    training: Training,
    hardware: HardwarePlan,
    *,
    shards: bool,
    pools: bool,
    caches_features: bool,
    compiles: bool,
    typical_tokens: int | None,
    frozen: tuple[str, ...],
    ledger: Ledger,
) -> Kernels:
    """Decides each lever from architecture, device and lengths."""
    ledger.take(training, "training", "kernels", "each lever below only where it pays")
    why_not = _why_none(training, hardware, family, caches_features, compiles)
    if shards:
        why_not = why_not or "the levers need whole weights, and FSDP spreads them"
    if why_not or family is None:
        ledger.derive("kernels", "plain", why_not or "the architecture is not known")
        return Kernels()
    if family.network == "decoder":
        return decoder_kernels(model, family, hardware, typical_tokens, ledger)
    drops = model.dropout is None or model.dropout > 0
    pooling = model.head.pooling if model.head else "cls"
    limit = SHORT_WITH_DROPOUT if drops else SHORT
    unpinned = model.attention == "auto"
    short = unpinned and typical_tokens is not None and typical_tokens < limit
    embeddings_frozen = any(p.endswith((".embeddings.*", "embeddings.*")) for p in frozen)
    chosen = Kernels(
        keep_memory=True,
        pooled_dropout=drops,
        short_attention=short,
        bf16_stream=hardware.precision == "bf16" and short and family.carries_bf16,
        first_token=pools and pooling == "cls" and short,
        trained_rows=not (embeddings_frozen or family.ties_output)
        and _leaves_unused_rows(training),
    )
    for name, reason in _reasons(typical_tokens).items():
        if getattr(chosen, name):
            ledger.derive(f"kernels.{name}", True, reason)
    return chosen


def _why_none(
    training: Training,
    hardware: HardwarePlan,
    family: Family | None,
    caches_features: bool,
    compiles: bool,
) -> str | None:
    if training.kernels == "plain":
        return "pinned in the spec"
    if hardware.device != "cpu":
        return f"the levers are for the CPU, and the target is {hardware.device}"
    if compiles:
        return "torch.compile fuses operations itself, and the levers' own would break its graph"
    if hardware.precision == "bf16-pure":
        return "the levers were measured with fp32 weights; those of bf16-pure are bf16"
    if family is None:
        return "the inside of this base is not known; `model.architecture` names it"
    if caches_features:
        return "the frozen encoder runs once over each text; only the head is trained"
    return None


def _leaves_unused_rows(training: Training) -> bool:
    """Whether a step moves no embedding row without a gradient.

    Adafactor scales by means over all rows; the penalties pull at every weight.
    """
    return training.optimizer.kind != "adafactor" and not (training.l1 or training.l2)


def _reasons(typical_tokens: int | None) -> dict[str, str]:
    return {
        "keep_memory": "the allocator keeps a step's memory for the next instead of faulting it in",
        "pooled_dropout": "torch draws CPU dropout masks serially, about 8 ns an element",
        "short_attention": (
            f"texts of some {typical_tokens} tokens: below {SHORT}, two batched products beat the "
            "fused CPU attention, which is slow with dropout"
            if typical_tokens is None or typical_tokens < SHORT
            else f"texts of some {typical_tokens} tokens: with dropout, the CPU's own attention "
            "draws its masks serially; two batched products take masks from the pool"
        ),
        "bf16_stream": "one cast behind the embeddings instead of one before each linear layer",
        "first_token": "the head reads the first token alone, so the last layer computes only it",
        "trained_rows": (
            "embedding rows of tokens that never occur get no gradient; leaving them out of the "
            "optimizer is exact, because embeddings are not decayed"
        ),
    }
