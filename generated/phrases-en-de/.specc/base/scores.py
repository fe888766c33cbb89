"""How written texts are judged: what is counted of each text, and the metrics of many."""

from functools import cache
from typing import Any

import numpy as np


@cache
def corpus_metrics() -> dict[str, Any]:
    """sacreBLEU's metrics, which add up the counts of texts (Post 2018)."""
    from sacrebleu import metrics  # takes a while to import, and the first step does not need it

    return {"bleu": metrics.BLEU(tokenize="13a"), "chrf": metrics.CHRF()}


def statistics(predictions: list[str], targets: list[str]) -> dict[str, np.ndarray]:
    """What each metric needs of each text: a score (M,), or counts (M, K) that are added up."""
    counts: dict[str, np.ndarray] = {}
    for name, metric in corpus_metrics().items():
        # The library resamples the same way, and has no public name for it.
        counts[name] = np.array(metric._extract_corpus_statistics(predictions, [targets]))
    return counts


def combined(name: str, counts: np.ndarray) -> float:
    """The metric of the texts whose counts or scores these are."""
    if not len(counts):
        return float("nan")
    if name in corpus_metrics():
        return float(corpus_metrics()[name]._compute_score_from_stats(counts.sum(0).tolist()).score)
    return float(counts.mean())


def quality(predictions: list[str], targets: list[str]) -> np.ndarray:
    """chrf of each text (M,), to tell good from bad ones in the report."""
    from sacrebleu.metrics import CHRF

    metric = CHRF()
    pairs = zip(predictions, targets, strict=True)
    return np.array([metric.sentence_score(one, [other]).score for one, other in pairs])


def baseline_text(source: str) -> str:
    """A copy of `en`."""
    return source
