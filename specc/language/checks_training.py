"""Cross-field checks of `training` and `evaluation`."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_model as rules
from specc.language.ground import Check, Ground
from specc.language.training import Sgd


def epochs_and_steps(ground: Ground) -> Iterator[Diagnostic]:
    """Two lengths for one training."""
    training = ground.spec.training
    if training.epochs is not None and training.steps is not None:
        yield ground.at_key(
            rules.EPOCHS_AND_STEPS,
            ("training", "steps"),
            "`steps` and `epochs` both say how long to train",
            "delete one of the two",
            ground.note("`epochs` is given here", "training", "epochs"),
        )


def micro_batch_over_batch(ground: Ground) -> Iterator[Diagnostic]:
    """A part that is larger than the whole."""
    part, size = ground.spec.training.micro_batch, ground.spec.training.batch_size
    if part != "auto" and part > size:
        yield ground.at_value(
            rules.MICRO_BATCH_OVER_BATCH,
            ("training", "micro_batch"),
            f"`micro_batch: {part}` is more than a batch, which has {size}",
            f"write `micro_batch: {size}` or less, or raise `batch_size`",
        )


def warmup_not_whole(ground: Ground) -> Iterator[Diagnostic]:
    """Neither a share nor a number of steps."""
    warmup = ground.spec.training.warmup
    if warmup >= 1 and warmup != int(warmup):
        yield ground.at_value(
            rules.WARMUP_NOT_WHOLE,
            ("training", "warmup"),
            f"`warmup: {warmup:g}` is neither a share below 1 nor a whole number of steps",
            f"write `warmup: {round(warmup)}` for steps, or a share such as `warmup: 0.1`",
        )


def beyond_given_steps(ground: Ground) -> Iterator[Diagnostic]:
    """What the given number of steps does not reach."""
    steps = ground.spec.training.steps
    if steps is not None:
        yield from due_too_late(ground, steps, f"`steps: {steps}`")


def due_too_late(ground: Ground, steps: int, named: str) -> Iterator[Diagnostic]:
    """A peak that is never reached, and what is due after the last of `steps`.

    The plan asks again where it derives the number of steps; `named` is how messages name it.
    """
    spec = ground.spec
    warmup = spec.training.warmup
    if warmup >= max(steps, 1):
        key = "warmup" if ground.given("training", "warmup") else "steps"
        yield ground.at_value(
            rules.WARMUP_TOO_LONG,
            ("training", key),
            f"`warmup: {warmup:g}` takes all of {named}",
            "write a share such as `warmup: 0.1`",
        )
    cadences = (
        (("evaluation", "every"), spec.evaluation.every),
        (("training", "checkpoint", "every"), spec.training.checkpoint.every),
    )
    for path, every in cadences:
        if every != "epoch" and every > steps:
            yield ground.at_value(
                rules.CADENCE_TOO_LONG,
                path,
                f"`every: {every}` never comes: the training has {steps} steps",
                f"write `every: {max(steps // 4, 1)}`, for example",
            )


def no_validation(ground: Ground) -> Iterator[Diagnostic]:
    """Keys that act on validation scores, where there are none."""
    data = ground.spec.data
    if data.hub is not None or data.validation is not None or data.split.validation != 0:
        return
    keys = (
        ("training", "early_stopping"),
        ("evaluation", "best"),
        ("evaluation", "every"),
    )
    tuned = getattr(ground.spec.task, "thresholds", "fixed") == "tuned"
    for path in (*keys, *((("task", "thresholds"),) if tuned else ())):
        if ground.given(*path):
            yield ground.at_key(
                rules.NO_VALIDATION,
                path,
                f"`{path[-1]}` needs a validation split, and there is none",
                "set `split: {validation: 0.1}` in `data`",
                ground.note("the validation split is turned off here", "data", "split"),
            )


def nesterov_without_momentum(ground: Ground) -> Iterator[Diagnostic]:
    """A look ahead along nothing."""
    optimizer = ground.spec.training.optimizer
    if isinstance(optimizer, Sgd) and optimizer.nesterov and optimizer.momentum == 0:
        yield ground.at_key(
            rules.NESTEROV_WITHOUT_MOMENTUM,
            ("training", "optimizer", "nesterov"),
            "`nesterov: true` needs a momentum above 0",
            "write `momentum: 0.9`, or delete `nesterov`",
        )


CHECKS: tuple[Check, ...] = (
    epochs_and_steps,
    micro_batch_over_batch,
    warmup_not_whole,
    beyond_given_steps,
    no_validation,
    nesterov_without_momentum,
)
