"""What the preset, the targets and the network decide: metrics, lengths, how texts are written."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import plan as plan_rules
from specc.language.checks_task import fitting, with_article
from specc.language.model import Scratch
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.plan.ledger import Ledger
from specc.plan.lengths import HEADROOM, TokenLengths, count_tokens, letters_per_token
from specc.plan.metrics import choose_metrics
from specc.plan.unlisted import model_type
from specc.tasks.text_to_text import rules
from specc.tasks.text_to_text.facts import TextFacts, facts_of
from specc.tasks.text_to_text.language import task_of
from specc.tasks.text_to_text.languages import languages_fit
from specc.tasks.text_to_text.metrics import METRICS
from specc.yaml.source import KeyPath, Source

__all__ = ["METRICS", "Scoring", "TextPlan", "Writing", "plan_metrics", "plan_task"]

DEFAULTS: dict[str | None, tuple[str, ...]] = {
    "translation": ("bleu", "chrf"),
    "summarization": ("rouge1", "rouge2", "rougeL", "rougeLsum"),
    "generative-qa": ("exact_match", "f1"),
    None: ("chrf", "exact_match"),
}
"""Metrics of each preset, as the field reports them."""

BEAMS: dict[str | None, tuple[int, str]] = {
    "translation": (4, "the usual for translation"),
    "summarization": (4, "the usual for summaries"),
    "generative-qa": (1, "greedy: answers are short"),
    None: (1, "greedy: nothing is known of the task"),
}

WRITTEN_IN_TRAINING = 200
"""Texts that are written at each evaluation where a metric of them chooses."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How texts are written: by beam search where `temperature` is 0, else by sampling."""

    max_new_tokens: int
    num_beams: int
    length_penalty: float
    no_repeat_ngram_size: int
    temperature: float
    top_k: int
    top_p: float
    samples: bool
    examples: int
    examples_in_training: int


@dataclass(frozen=True, slots=True)
class Scoring:
    """How words are told apart: for BLEU by a tokenizer of sacreBLEU, else in words or characters.

    `lead` is how many sentences the baseline of summaries takes.
    """

    bleu_tokenizer: str
    words: str
    lead: int


@dataclass(frozen=True, slots=True)
class TextPlan:
    """The resolved task."""

    prefix: str
    max_target_length: int
    target_lengths: TokenLengths | None
    writing: Writing
    scoring: Scoring


def plan_metrics(spec: Spec, facts: DataFacts, ledger: Ledger) -> tuple[tuple[str, ...], str]:
    """Metrics in order, and the one that chooses the checkpoint."""
    preset = task_of(spec).preset
    ledger.take(task_of(spec), "task", "preset", "decides metrics, baseline and beams")
    whose = preset or "texts of any kind"
    reason = "cheap at each evaluation, and of all texts"
    return choose_metrics(spec, ledger, DEFAULTS[preset], "loss", whose, reason)


def plan_task(
    spec: Spec, source: Source, facts: DataFacts, base: Base | None, ledger: Ledger
) -> tuple[TextPlan, list[Diagnostic]]:
    """Prefix, lengths of targets, and how texts are written and scored."""
    task, counted = task_of(spec), facts_of(facts)
    found: list[Diagnostic] = []
    family = base.family.name if base and base.family else None
    prefix = ledger.choose(
        "task.prefix", task.prefix, task.prefix_for(family), "before each source", _why(family)
    )
    lengths = None
    if not facts.hub:
        tokenizer = base.tokenizer if base else None
        letters = letters_per_token(spec.model)
        lengths = count_tokens(facts, (task.target,), tokenizer, letters)
    positions = _positions(spec, base)
    limit, length_findings = _target_length(spec, source, positions, lengths, ledger)
    writing = _writing(spec, limit, ledger)
    scoring = _scoring(spec, counted, ledger)
    return TextPlan(prefix, limit, lengths, writing, scoring), [*found, *length_findings]


def base_findings(spec: Spec, source: Source, base: Base | None) -> list[Diagnostic]:
    """Whether the base is of a family that writes, with a place for languages and lengths."""
    return [
        *_unknown_family(spec, source, base),
        *languages_fit(spec, source, base),
        *_beyond_positions(spec, source, _positions(spec, base)),
    ]


def _why(family: str | None) -> str:
    if family == "t5":
        return "what T5 was pretrained with"
    return "the first token tells Marian the language" if family == "marian" else "none is needed"


def _unknown_family(spec: Spec, source: Source, base: Base | None) -> list[Diagnostic]:
    if base is None or base.family is not None:
        return []
    first, *others = fitting(spec.task)
    if kind := model_type(base):
        return [
            Diagnostic(
                rules.FAMILY_NOT_KNOWN,
                f"`{base.reference}` is {with_article(kind)} model by its config.json, and "
                "specc does not know how that computes its loss",
                source.file,
                source.span("model", "base"),
                f"choose a base of one of these families: {', '.join((first, *others))}",
            )
        ]
    return [
        Diagnostic(
            plan_rules.UNKNOWN_ARCHITECTURE,
            f"the loss needs to know the architecture of `{base.reference}`, and it is in no table",
            source.file,
            source.span("model", "base"),
            f"add `architecture: {first}` (or {', '.join(others)}) to `model`, as its config.json "
            "says",
        )
    ]


def _positions(spec: Spec, base: Base | None) -> int | None:
    """How many tokens a text may have at most; None: any number."""
    if base is not None:
        return base.max_positions
    model = spec.model
    return (
        model.max_positions if isinstance(model, Scratch) and model.architecture != "t5" else None
    )


def _beyond_positions(spec: Spec, source: Source, positions: int | None) -> Iterator[Diagnostic]:
    """SP407 for what is written, as the plan has it for what is read."""
    task = task_of(spec)
    lengths: dict[KeyPath, int | str | None] = {
        ("task", "max_target_length"): task.max_target_length,
        ("task", "generation", "max_new_tokens"): task.generation.max_new_tokens,
    }
    for path, length in lengths.items():
        if positions and isinstance(length, int) and length > positions:
            yield Diagnostic(
                plan_rules.TOO_LONG,
                f"`{path[-1]}: {length}` is more than the {positions} tokens that the model has "
                "positions for",
                source.file,
                source.span(*path),
                f"write `{path[-1]}: {positions}` or less",
            )


def _target_length(
    spec: Spec,
    source: Source,
    positions: int | None,
    lengths: TokenLengths | None,
    ledger: Ledger,
) -> tuple[int, list[Diagnostic]]:
    """`max_target_length`: all targets, or the 99.5 % quantile where a few are much longer."""
    task, found = task_of(spec), list[Diagnostic]()
    said = None if task.max_target_length == "auto" else task.max_target_length
    most = min(positions or 512, 512)
    auto, reason = min(128, most), "the rows are on the hub, so their lengths are not known"
    shared = ""
    if lengths:
        usual = lengths.quantile(0.995)
        wanted = lengths.longest if lengths.longest <= 1.5 * usual else usual
        room = 1 if lengths.exact else HEADROOM
        auto = min(most, max(16, 8 * math.ceil(room * wanted / 8)))
        about = "" if lengths.exact else "about "
        twice = "" if lengths.exact else "twice the estimate: "
        reason = f"{twice}the longest training target has {about}{lengths.longest}"
        share = lengths.share_over(said or auto)
        shared = f"; {about}{share:.1%} of the training targets are longer"
        found += _truncated(source, lengths, said or auto, positions)
    limit = ledger.choose(
        "task.max_target_length", said, auto, f"tokens{shared}", f"tokens; {reason}{shared}"
    )
    return int(limit), found


def _truncated(
    source: Source, lengths: TokenLengths, limit: int, positions: int | None
) -> list[Diagnostic]:
    share, about = lengths.share_over(limit), "" if lengths.exact else "about "
    if share <= 0.1:
        return []
    if positions and lengths.enough > positions:
        help_ = (
            f"the model has {positions} positions: choose a base with {lengths.enough}, or cut the "
            "targets up"
        )
    else:
        help_ = f"write `max_target_length: {lengths.enough}` in `task`"
    return [
        Diagnostic(
            rules.TARGETS_TRUNCATED,
            f"{about}{share:.0%} of the training targets have more than {limit} tokens and are "
            "truncated",
            source.file,
            source.span("task", "max_target_length"),
            help_,
            severity="warning",
        )
    ]


def _writing(spec: Spec, limit: int, ledger: Ledger) -> Writing:
    task = task_of(spec)
    said, preset = task.generation, task.preset
    beams, why = (1, "one sequence is drawn") if said.samples else BEAMS[preset]

    def choose(key: str, otherwise: object, reason: str) -> object:
        value = getattr(said, key)
        return ledger.choose(
            f"task.generation.{key}", value, otherwise, "given in the spec", reason
        )

    num_beams = choose("num_beams", beams, why)
    new_tokens = choose("max_new_tokens", limit, "max_target_length")
    repeats = choose(
        "no_repeat_ngram_size",
        3 if preset == "summarization" else 0,
        "summaries repeat themselves else" if preset == "summarization" else "no limit",
    )
    if num_beams != 1:
        choose("length_penalty", 1.0, "of beam search: neither long nor short")
    for key in ("temperature", "top_k", "top_p"):
        if getattr(said, key) is not None:
            ledger.take(said, "task.generation", key, "of sampling")
    ledger.take(said, "task.generation", "examples", "texts written for the metrics of a split")
    stopping = spec.training.early_stopping
    watched = {spec.evaluation.best, stopping.metric if stopping else None} - {None, "loss"}
    in_training = choose(
        "examples_in_training",
        WRITTEN_IN_TRAINING if watched else 0,
        "for the metric that chooses or stops" if watched else "the loss chooses the checkpoint",
    )
    return Writing(
        max_new_tokens=_whole(new_tokens),
        num_beams=_whole(num_beams),
        length_penalty=1.0 if said.length_penalty is None else said.length_penalty,
        no_repeat_ngram_size=_whole(repeats),
        temperature=said.temperature or (1.0 if said.samples else 0.0),
        top_k=said.top_k or 0,
        top_p=said.top_p or 1.0,
        samples=said.samples,
        examples=said.examples,
        examples_in_training=_whole(in_training),
    )


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def _scoring(spec: Spec, counted: TextFacts, ledger: Ledger) -> Scoring:
    names = {
        "english": ("13a", "rouge-score"),
        "words": ("13a", "words"),
        "chinese": ("zh", "characters"),
        "characters": ("char", "characters"),
    }
    bleu, words = names[counted.script]
    ledger.derive("evaluation.bleu_tokenizer", bleu, counted.script_reason)
    ledger.derive("evaluation.words", words, counted.script_reason)
    lead = min(3, counted.median_sentences)
    if task_of(spec).preset == "summarization":
        reason = f"sentences of the baseline: the median target has {counted.median_sentences}"
        ledger.derive("evaluation.lead", lead, reason)
    return Scoring(bleu, words, lead)
