"""What a token-classification task contradicts, in its own section and in the others."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_task
from specc.language.finding import shown
from specc.language.ground import Check, Ground
from specc.language.metric_checks import metric_paths, unknown_metrics
from specc.language.vocabulary import listed_words, nearest
from specc.tasks.token_classification import rules
from specc.tasks.token_classification.language import task_of
from specc.tasks.token_classification.metrics import METRICS, metrics_for
from specc.tasks.token_classification.tags import bio_tags

_OF_TAGS = ("scheme", "tag_names")


def _tokens_or_text(ground: Ground) -> Iterator[Diagnostic]:
    task = ground.spec.task
    given = tuple(k for k in ("tokens", "tags", "text", "spans") if ground.given("task", k))
    if given in (("tokens", "tags"), ("text", "spans")):
        return
    partners = {"tokens": "tags", "tags": "tokens", "text": "spans", "spans": "text"}
    message = f"`task` of kind {task.kind} names neither `tokens` and `tags` nor `text` and `spans`"
    help = "write `tokens: tokens` and `tags: tags`, or `text: text` and `spans: entities`"
    if len(given) == 1:
        message = f"`{given[0]}` is given without `{partners[given[0]]}`"
        help = f"add `{partners[given[0]]}:` with the name of its column"
    elif given:
        message = f"{listed_words(given)} do not go together"
        help = "name `tokens` and `tags`, or `text` and `spans`"
    yield ground.at_key(rules.TOKENS_OR_TEXT, ("task",), message, help)


def _key_without_tags(ground: Ground) -> Iterator[Diagnostic]:
    if not task_of(ground.spec).has_spans:
        return
    for key in _OF_TAGS:
        if ground.given("task", key):
            yield ground.at_key(
                rules.KEY_WITHOUT_TAGS,
                ("task", key),
                f"`{key}` is about tags, and entities are given by `spans` here",
                f"delete `{key}`",
            )


def _column_roles(ground: Ground) -> Iterator[Diagnostic]:
    task = task_of(ground.spec)
    key = "spans" if task.has_spans else "tags"
    if task.texts == task.answers and task.texts != ("",):
        yield ground.at_value(
            cross_task.COLUMN_WITH_TWO_ROLES,
            ("task", key),
            f"the column `{shown(task.answers[0])}` holds both the words and the `{key}`",
            f"name the column of the {key}",
        )


def _unknown_metric(ground: Ground) -> Iterator[Diagnostic]:
    scheme = task_of(ground.spec).scheme
    known = metrics_for(scheme == "plain") if scheme else tuple(METRICS)
    yield from unknown_metrics(ground, METRICS, known)
    if scheme:
        yield from metrics_fit(ground, scheme == "plain")


def metrics_fit(ground: Ground, plain: bool) -> Iterator[Diagnostic]:
    """Metrics of entities where words have classes, and the other way round."""
    fitting = metrics_for(plain)
    for path, name in metric_paths(ground):
        if name in METRICS and name not in fitting:
            what = "classes of words" if plain else "entities"
            yield ground.at_value(
                cross_task.METRIC_DOES_NOT_FIT,
                path,
                f"`{name}` is not defined for {what}",
                f"choose from {', '.join(fitting)}",
            )


def _weights_without_tag(ground: Ground) -> Iterator[Diagnostic]:
    """Weights against the tags, as far as the spec lists the types."""
    task, weights = task_of(ground.spec), ground.spec.training.class_weights
    if task.types and isinstance(weights, dict):
        tags = task.types if task.scheme == "plain" else bio_tags(task.types)
        yield from weights_fit(ground, tags)


def weights_fit(ground: Ground, tags: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Weights of what is no tag, and tags without a weight."""
    weights = ground.spec.training.class_weights
    if not isinstance(weights, dict):
        return
    for name in weights:
        if name not in tags:
            near = nearest(name, tags)
            yield ground.at_key(
                rules.WEIGHTS_OF_TAGS,
                ("training", "class_weights", name),
                f"`{shown(name)}` is weighted and is no tag",
                f"did you mean `{near}`?" if near else f"the tags are {', '.join(tags)}",
            )
    lacking = tuple(tag for tag in tags if tag not in weights)
    if lacking:
        yield ground.at_key(
            rules.WEIGHTS_OF_TAGS,
            ("training", "class_weights"),
            f"`class_weights` has no weight for {shown(listed_words(lacking))}",
            "give each tag a weight; 1 leaves it as it is",
        )


CHECKS: tuple[Check, ...] = (
    _tokens_or_text,
    _key_without_tags,
    _column_roles,
    _unknown_metric,
    _weights_without_tag,
)
"""What the spec alone can tell."""
