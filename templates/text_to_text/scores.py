"""How written texts are judged: what is counted of each text, and the metrics of many."""

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Any

import numpy as np


# {% if task.sacrebleu_metrics %}
@cache
def corpus_metrics() -> dict[str, Any]:
    """sacreBLEU's metrics, which add up the counts of texts (Post 2018)."""
    from sacrebleu import metrics  # takes a while to import, and the first step does not need it

    return {
        # {% for metric in task.sacrebleu_metrics %}
        {{ metric.name | py }}: {{ metric.call }},
        # {% endfor %}
    }


# {% endif %}
# {% if task.uses_answers %}
def answer_words(text: str) -> list[str]:
    """{{ task.answer_words_doc | doc }}"""
    bare = "".join(c for c in text.lower() if unicodedata.category(c)[0] not in "PS")
    # {% if task.by_characters %}
    return [character for character in bare if not character.isspace()]
    # {% elif task.drops_articles %}
    return [word for word in bare.split() if word not in ("a", "an", "the")]
    # {% else %}
    return bare.split()
    # {% endif %}


def overlap(prediction: str, target: str) -> float:
    """F1 of the words that two answers have in common (Rajpurkar et al. 2016)."""
    written, wanted = answer_words(prediction), answer_words(target)
    common = sum((Counter(written) & Counter(wanted)).values())
    return 2 * common / (len(written) + len(wanted)) if written and wanted else float(written == wanted)


# {% endif %}
# {% if task.rouge_types %}
# {% if task.own_words %}
class Words:
    """{{ task.words_doc | doc }}"""

    def tokenize(self, text: str) -> list[str]:
        """rouge-score's own drops every letter that is not a to z."""
        bare = "".join(" " if unicodedata.category(c)[0] in "PSZ" else c for c in text.lower())
        # {% if task.by_characters %}
        return [character for character in bare if not character.isspace()]
        # {% else %}
        return bare.split()
        # {% endif %}


# {% endif %}
def sentences(text: str) -> str:
    """A sentence a line, as rougeLsum wants it."""
    return re.sub(r"(?<=[.!?])\s+|(?<=[\u3002\uff01\uff1f])(?=.)", "\n", text)


def rouge(predictions: list[str], targets: list[str]) -> dict[str, np.ndarray]:
    """F1 of each text by ROUGE type (Lin 2004), all (M,)."""
    from rouge_score import rouge_scorer  # brings NLTK, which takes a second to import

    # {% if task.own_words %}
    scorer = rouge_scorer.RougeScorer({{ task.rouge_types | py }}, tokenizer=Words())
    # {% else %}
    scorer = rouge_scorer.RougeScorer({{ task.rouge_types | py }})
    # {% endif %}
    pairs = zip(map(sentences, targets), map(sentences, predictions), strict=True)
    scored = [scorer.score(target, prediction) for target, prediction in pairs]
    return {name: np.array([text[name].fmeasure for text in scored]) for name in {{ task.rouge_types | py }}}


# {% endif %}
def statistics(predictions: list[str], targets: list[str]) -> dict[str, np.ndarray]:
    """What each metric needs of each text: a score (M,), or counts (M, K) that are added up."""
    counts: dict[str, np.ndarray] = {}
    # {% if task.sacrebleu_metrics %}
    for name, metric in corpus_metrics().items():
        # The library resamples the same way, and has no public name for it.
        counts[name] = np.array(metric._extract_corpus_statistics(predictions, [targets]))
    # {% endif %}
    # {% if task.rouge_types %}
    counts |= rouge(predictions, targets)
    # {% endif %}
    # {% if task.uses_answers %}
    pairs = list(zip(predictions, targets, strict=True))
    # {% if task.scores_exact %}
    counts["exact_match"] = np.array([answer_words(one) == answer_words(other) for one, other in pairs])
    # {% endif %}
    # {% if task.scores_overlap %}
    counts["f1"] = np.array([overlap(*pair) for pair in pairs])
    # {% endif %}
    # {% endif %}
    return counts


def combined(name: str, counts: np.ndarray) -> float:
    """The metric of the texts whose counts or scores these are."""
    if not len(counts):
        return float("nan")
    # {% if task.sacrebleu_metrics %}
    if name in corpus_metrics():
        return float(corpus_metrics()[name]._compute_score_from_stats(counts.sum(0).tolist()).score)
    # {% endif %}
    return float(counts.mean())


def quality(predictions: list[str], targets: list[str]) -> np.ndarray:
    """{{ task.quality_name }} of each text (M,), to tell good from bad ones in the report."""
    # {% if task.quality_is_chrf %}
    from sacrebleu.metrics import CHRF

    metric = CHRF()
    pairs = zip(predictions, targets, strict=True)
    return np.array([metric.sentence_score(one, [other]).score for one, other in pairs])
    # {% else %}
    return statistics(predictions, targets)[{{ task.quality_name | py }}]
    # {% endif %}


def baseline_text(source: {{ task.text_type }}) -> str:
    """{{ task.baseline_doc | doc }}"""
    # {% if task.baseline == "lead" %}
    return {{ task.joint | py }}.join(sentences({{ task.last_source }}).split("\n")[:{{ task.lead }}])
    # {% elif task.baseline == "words" %}
    # {% if task.by_characters %}
    return {{ task.last_source }}[:{{ task.median_words }}]
    # {% else %}
    return " ".join({{ task.last_source }}.split()[:{{ task.median_words }}])
    # {% endif %}
    # {% else %}
    return {{ task.last_source }}
    # {% endif %}
