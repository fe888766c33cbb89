"""The metrics of written texts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """A number by which written texts are judged; `meaning` completes "it is …".

    `library` computes it; None: the project itself. `per_class` is what other tasks have.
    """

    name: str
    greater_is_better: bool
    meaning: str
    library: str | None = None
    per_class: bool = False


_LIST = (
    Metric(
        "bleu", True, "BLEU of all texts together, 0 to 100 (Papineni et al. 2002)", "sacrebleu"
    ),
    Metric(
        "chrf",
        True,
        "F2 of character runs of up to 6, all texts together, 0 to 100 (Popović 2015)",
        "sacrebleu",
    ),
    Metric("rouge1", True, "F1 of words in common, mean over the texts", "rouge-score"),
    Metric("rouge2", True, "F1 of pairs of words in common, mean over the texts", "rouge-score"),
    Metric(
        "rougeL",
        True,
        "F1 of the longest common subsequence of words, mean over the texts",
        "rouge-score",
    ),
    Metric(
        "rougeLsum",
        True,
        "the same for each sentence of the target against all written ones",
        "rouge-score",
    ),
    Metric(
        "exact_match",
        True,
        "share of the texts that are the target but for case, punctuation and articles",
    ),
    Metric("f1", True, "F1 of words in common without punctuation and articles (SQuAD)"),
    Metric(
        "loss",
        False,
        "mean loss in nats a token of the target, of all texts, without label smoothing",
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _LIST}
"""By name, in the order in which they are listed to people."""

ROUGE = ("rouge1", "rouge2", "rougeL", "rougeLsum")
SACREBLEU = ("bleu", "chrf")
ANSWERS = ("exact_match", "f1")
