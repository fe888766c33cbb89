"""Names for the templates that the metrics and the script of the targets decide."""

from __future__ import annotations

from typing import Any

from specc.plan.plan import Plan
from specc.tasks.text_to_text.facts import facts_of
from specc.tasks.text_to_text.language import task_of
from specc.tasks.text_to_text.metrics import ANSWERS, ROUGE, SACREBLEU

_BY_TEXT = ("f1", "rougeL", "rouge1", "rougeLsum", "rouge2", "exact_match")
"""Metrics that are a score of each text, the most telling first."""

_WORDS = {
    "rouge-score": "rouge-score's own, without stemming: a to z and 0 to 9",
    "words": "between spaces and punctuation, in lower case",
    "characters": "characters, without spaces and punctuation",
}


def quality_of(plan: Plan) -> str:
    """The score by which the report tells good texts from bad ones."""
    if task_of(plan.spec).preset == "translation":
        return "chrf"
    return next((name for name in _BY_TEXT if name in plan.metrics), "chrf")


def scoring_names(plan: Plan) -> dict[str, Any]:
    """Every name under `task` that scores.py and the report need."""
    preset, scoring = task_of(plan.spec).preset, plan.task.scoring
    calls = {"bleu": f'BLEU(tokenize="{scoring.bleu_tokenizer}")', "chrf": "CHRF()"}
    rouge = [name for name in ROUGE if name in plan.metrics]
    answers = [name for name in ANSWERS if name in plan.metrics]
    english = scoring.words == "rouge-score"
    characters = scoring.words == "characters"
    quality = quality_of(plan)
    kind = "characters" if characters else "words"
    articles = " and articles" if english else ""
    return {
        "sacrebleu_metrics": [
            {"name": name, "call": f"metrics.{calls[name]}"}
            for name in SACREBLEU
            if name in plan.metrics
        ],
        "rouge_types": rouge,
        "uses_answers": bool(answers),
        "scores_exact": "exact_match" in answers,
        "scores_overlap": "f1" in answers,
        "own_words": not english,
        "by_characters": characters,
        "drops_articles": english,
        "words_doc": f"Words for ROUGE: {_WORDS[scoring.words]}.",
        "answer_words_doc": f"Its {kind} in lower case, without punctuation{articles}.",
        "words_name": _WORDS[scoring.words] if rouge else "",
        "quality_name": quality,
        "quality_is_chrf": quality == "chrf",
        "baseline": {"summarization": "lead", "generative-qa": "words"}.get(preset or "", "copy"),
        "lead": scoring.lead,
        "joint": "" if characters else " ",
        "median_words": facts_of(plan.facts).median_words,
    }
