"""Decoders outside the table of families, which `transformers` builds by its general classes.

The loss of a language model is computed from the states and the weight of the output layer alone.
A network that adds a bias, or bounds its logits, computes another one.
"""

from __future__ import annotations

from typing import Any

from specc.plan.base import Base

_BIAS = "its output layer has a bias"
_BOUND = "it bounds its logits (`final_logit_softcapping`)"
_OTHER = "its output is more than one product of states and a weight"

LOGITS_DIFFER: dict[str, str] = {
    **dict.fromkeys(("codegen", "ctrl", "gptj", "phi", "phimoe"), _BIAS),
    **dict.fromkeys(("gemma2", "gemma3_text", "gemma3n_text", "nanochat", "vaultgemma"), _BOUND),
    **dict.fromkeys(
        ("bert", "big_bird", "falcon_h1", "hyperclovax", "minicpm3", "modernbert-decoder"), _OTHER
    ),
    **dict.fromkeys(("roberta", "xlm", "xlm-roberta", "xlnet", "rwkv", "reformer"), _OTHER),
}
"""By `model_type`: why the loss of these would not be the model's own."""

SCALES: dict[str, str] = {
    **dict.fromkeys(("cohere", "cohere2"), " * model.config.logit_scale"),
    **dict.fromkeys(
        ("granite", "granitemoe", "granitemoehybrid", "granitemoeshared"),
        " / model.config.logits_scaling",
    ),
}
"""By `model_type`: what the states are multiplied by before the output layer."""


def local_config(base: Base | None) -> dict[str, Any]:
    """The config.json of a local base; empty where none is at hand."""
    return base.config if base else {}


def model_type(base: Base | None) -> str:
    """What config.json says that a local base is; empty where it is not at hand."""
    return str(local_config(base).get("model_type", ""))
