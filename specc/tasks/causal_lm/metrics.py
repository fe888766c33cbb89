"""The metrics of language models."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """A number by which a model is judged; `meaning` completes "it is …"."""

    name: str
    greater_is_better: bool
    meaning: str
    expression: str
    per_class: bool = False


_LIST = (
    Metric(
        "perplexity",
        False,
        "e to the loss: among how many equally likely tokens the model hesitates",
        "math.exp(min(loss, 700))",
    ),
    Metric(
        "bits_per_byte",
        False,
        "bits that the model needs for a byte of the text (UTF-8), whatever the tokenizer",
        "total / math.log(2) / outcome.num_bytes[rows].sum()",
    ),
    Metric(
        "accuracy",
        True,
        "share of the tokens that the model holds for the likeliest",
        "outcome.num_right[rows].sum() / num_tokens",
    ),
    Metric("loss", False, "mean cross-entropy of a token, in nats", "loss"),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _LIST}
"""By name; `expression` computes each in evaluate.py."""
