"""What a spec of a causal language model contradicts, in its own section and in the others."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_model, packing
from specc.language.ground import Check, Ground
from specc.language.metric_checks import unknown_metrics
from specc.language.model import ROTARY, Pretrained, Scratch
from specc.tasks.causal_lm import rules
from specc.tasks.causal_lm.language import task_of
from specc.tasks.causal_lm.metrics import METRICS

SMALLEST_VOCABULARY = 257
"""The bytes, and the end of a document."""


def _tokenizer_loses_text(ground: Ground) -> Iterator[Diagnostic]:
    model = ground.spec.model
    if not isinstance(model, Scratch):
        return
    if ground.spec.algorithm != "bpe":
        yield ground.at_value(
            rules.TOKENIZER_LOSES_TEXT,
            ("model", "tokenizer", "train"),
            f"a {ground.spec.algorithm} tokenizer does not give every text back as it was",
            "write `train: bpe`",
        )
    elif model.tokenizer.vocab_size < SMALLEST_VOCABULARY:
        yield ground.at_value(
            rules.TOKENIZER_LOSES_TEXT,
            ("model", "tokenizer", "vocab_size"),
            f"`vocab_size: {model.tokenizer.vocab_size}` has no room for the 256 bytes and the end "
            "of a document",
            f"write `vocab_size: {SMALLEST_VOCABULARY}` or more",
        )


def _nothing_left_to_train(ground: Ground) -> Iterator[Diagnostic]:
    model = ground.spec.model
    for i, entry in enumerate(model.freeze if isinstance(model, Pretrained) else ()):
        if entry == "encoder":
            is_list = isinstance(ground.written("model", "freeze"), list)
            yield ground.at_value(
                rules.NOTHING_LEFT_TO_TRAIN,
                ("model", "freeze", i) if is_list else ("model", "freeze"),
                "`encoder` freezes all of a language model that is worth training",
                "name what to keep, for example `freeze: [embeddings, layers 0-5]`",
            )


def _block_over_positions(ground: Ground) -> Iterator[Diagnostic]:
    model, size = ground.spec.model, task_of(ground.spec).block_size
    if isinstance(model, Scratch) and size != "auto" and size > model.max_positions:
        yield ground.at_value(
            packing.BLOCK_OVER_POSITIONS,
            ("task", "block_size"),
            f"`block_size: {size}` is more than the model's `max_positions: {model.max_positions}`",
            f"write `block_size: {model.max_positions}`, or raise `max_positions`",
        )


def _odd_width_of_a_head(ground: Ground) -> Iterator[Diagnostic]:
    model = ground.spec.model
    if not isinstance(model, Scratch) or model.architecture not in ROTARY:
        return
    if model.hidden_size % model.heads == 0 and model.hidden_size // model.heads % 2:
        yield ground.at_value(
            cross_model.HEADS_DO_NOT_DIVIDE,
            ("model", "hidden_size" if ground.given("model", "hidden_size") else "heads"),
            f"each head would be {model.hidden_size // model.heads} wide, and {model.architecture} "
            "turns pairs of numbers: the width must be even",
            f"write `hidden_size: {model.hidden_size + model.heads}`",
        )


def _sampling_key_without_sampling(ground: Ground) -> Iterator[Diagnostic]:
    if task_of(ground.spec).generation.temperature:
        return
    for key in ("top_k", "top_p"):
        if ground.given("task", "generation", key):
            yield ground.at_key(
                rules.SAMPLING_KEY_WITHOUT_SAMPLING,
                ("task", "generation", key),
                f"`{key}` has no effect: with `temperature: 0` nothing is drawn",
                f"delete `{key}`, or write a temperature above 0",
            )


def _unknown_metric(ground: Ground) -> Iterator[Diagnostic]:
    yield from unknown_metrics(ground, METRICS, tuple(METRICS))


CHECKS: tuple[Check, ...] = (
    _tokenizer_loses_text,
    _nothing_left_to_train,
    _block_over_positions,
    _odd_width_of_a_head,
    _sampling_key_without_sampling,
    _unknown_metric,
)
"""What the spec alone can tell."""
