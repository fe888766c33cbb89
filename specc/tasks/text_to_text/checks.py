"""What a text-to-text task contradicts, in its own section and in the others."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_task
from specc.language.finding import shown
from specc.language.ground import Check, Ground
from specc.language.metric_checks import metric_paths, unknown_metrics
from specc.language.model import Scratch
from specc.tasks.text_to_text import rules
from specc.tasks.text_to_text.language import task_of
from specc.tasks.text_to_text.metrics import METRICS
from specc.yaml.source import KeyPath

_GENERATION: KeyPath = ("task", "generation")


def _column_roles(ground: Ground) -> Iterator[Diagnostic]:
    task = task_of(ground.spec)
    if task.target in task.source:
        yield ground.at_value(
            cross_task.COLUMN_WITH_TWO_ROLES,
            ("task", "target"),
            f"the column `{shown(task.target)}` is both source and target",
            "name the column that is to be written",
            ground.note("it is read as source here", "task", "source"),
        )


def _source_put_together(ground: Ground) -> Iterator[Diagnostic]:
    task = task_of(ground.spec)
    if ground.given("task", "separator") and len(task.source) == 1:
        yield ground.at_key(
            rules.SOURCE_PUT_TOGETHER,
            ("task", "separator"),
            "`separator` has no effect: `source` names one column",
            "delete `separator`, or name two columns in `source`",
        )
    if task.prefix and ground.spec.data.truncation == "start":
        yield ground.at_key(
            rules.SOURCE_PUT_TOGETHER,
            ("data", "truncation"),
            "`truncation: start` would cut off the prefix of long sources",
            "delete `truncation` or `prefix`",
            ground.note("the prefix is given here", "task", "prefix"),
        )


def _unknown_metric(ground: Ground) -> Iterator[Diagnostic]:
    yield from unknown_metrics(ground, METRICS, tuple(METRICS))


def _beams_or_samples(ground: Ground) -> Iterator[Diagnostic]:
    generation = task_of(ground.spec).generation
    drawn = next(
        (k for k in ("temperature", "top_k", "top_p") if ground.given(*_GENERATION, k)), ""
    )
    for key in ("num_beams", "length_penalty"):
        if drawn and ground.given(*_GENERATION, key) and getattr(generation, key) != 1:
            yield ground.at_key(
                rules.GENERATION_CONTRADICTS,
                (*_GENERATION, key),
                f"`{key}` is for beam search, and `{drawn}` asks for sampling",
                f"delete `{key}` or `{drawn}`",
                ground.note("sampling is asked for here", *_GENERATION, drawn),
            )
    if not drawn and generation.num_beams == 1 and generation.length_penalty is not None:
        yield ground.at_key(
            rules.GENERATION_CONTRADICTS,
            (*_GENERATION, "length_penalty"),
            "`length_penalty` has no effect: with one beam there is nothing to choose between",
            "delete `length_penalty`, or write `num_beams: 4`",
        )


def _texts_to_choose_by(ground: Ground) -> Iterator[Diagnostic]:
    if task_of(ground.spec).generation.examples_in_training != 0:
        return
    for path, name in metric_paths(ground):
        if path[1] != "metrics" and name in METRICS and name != "loss":
            yield ground.at_value(
                rules.GENERATION_CONTRADICTS,
                path,
                f"`{name}` is a metric of written texts, and none is written in training",
                "write `loss`, or delete `examples_in_training`",
                ground.note("it is turned off here", *_GENERATION, "examples_in_training"),
            )


def _tokenizer(ground: Ground) -> Iterator[Diagnostic]:
    model = ground.spec.model
    if not isinstance(model, Scratch):
        return
    wrong = {
        "train": ("wordpiece", "WordPiece forgets where spaces were", "write `train: bpe`"),
        "lower_case": (
            True,
            "a model whose tokenizer folds case cannot write capitals",
            "delete `lower_case`; `data: {clean: {lower_case: true}}` folds the targets as well",
        ),
    }
    for key, (value, reason, help) in wrong.items():
        if getattr(model.tokenizer, key) == value:
            path = ("model", "tokenizer", key)
            written = str(value).lower()
            yield ground.at_value(
                rules.TOKENIZER_CANNOT_WRITE, path, f"`{key}: {written}`: {reason}", help
            )


def _network(ground: Ground) -> Iterator[Diagnostic]:
    model = ground.spec.model
    if not isinstance(model, Scratch):
        return
    for key in ("source_language", "target_language"):
        if ground.given("task", key):
            yield ground.at_key(
                rules.KEY_AND_NETWORK,
                ("task", key),
                f"`{key}` has no effect: random weights know no language by its name",
                f"delete `{key}`; a `prefix` can name the language",
            )
    if model.architecture == "t5" and ground.given("model", "max_positions"):
        yield ground.at_key(
            rules.KEY_AND_NETWORK,
            ("model", "max_positions"),
            "`max_positions` has no effect: the positions of t5 are relative, and any number fits",
            "delete `max_positions`",
        )


CHECKS: tuple[Check, ...] = (
    _column_roles,
    _source_put_together,
    _unknown_metric,
    _beams_or_samples,
    _texts_to_choose_by,
    _tokenizer,
    _network,
)
"""What the spec alone can tell."""
