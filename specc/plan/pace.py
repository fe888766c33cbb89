"""The batch and the cadences of a training on few blocks, where the spec leaves them open."""

from __future__ import annotations

import math

from specc.data.findings import plural
from specc.language.model import Scratch
from specc.language.spec import Spec
from specc.plan.ledger import Ledger
from specc.plan.packing import Packing

STEPS_OF_PASS = 8
"""With fewer optimizer steps a pass, hardly any are taken before the text is known by heart."""

LEAST_TOKENS = 512
"""Of a batch: the gradients of fewer tokens are mostly noise."""

STEPS_BETWEEN = 20
"""Saving the model takes about as long as a few steps."""

LEAST_EVALUATIONS = 4
"""Of a training: a checkpoint is chosen among so many at least."""


def settle_pace(spec: Spec, packing: Packing | None, ledger: Ledger) -> Spec:
    """The spec with what few blocks ask for; what the spec says stays.

    By default, few blocks would be one batch, and each step would be followed by an evaluation and
    a checkpoint.
    """
    if packing is None or not packing.num_blocks:
        return spec
    return _with_cadences(_with_batch(spec, packing, ledger), packing, ledger)


def _with_batch(spec: Spec, packing: Packing, ledger: Ledger) -> Spec:
    training, hardware = spec.training, spec.hardware
    blocks, usual = packing.num_blocks, training.batch_size
    if "batch_size" in training.model_fields_set or blocks >= STEPS_OF_PASS * usual:
        return spec
    at_once = 1 if training.micro_batch == "auto" else training.micro_batch
    least = max(math.ceil(LEAST_TOKENS / packing.block_size), at_once * hardware.num_shares)
    wanted = 2 ** int(math.log2(max(1, blocks // STEPS_OF_PASS)))
    size = max(least, wanted)
    if size >= usual:
        return spec
    reason = f"blocks an optimizer step; too few for batches of {usual}: about {blocks}"
    ledger.derive("training.batch_size", size, reason)
    return _with(spec, "training", batch_size=size)


def _with_cadences(spec: Spec, packing: Packing, ledger: Ledger) -> Spec:
    training = spec.training
    of_pass = math.ceil(packing.num_blocks / training.batch_size)
    passes = training.epochs or packing.epochs(training.batch_size, _is_new(spec))[0]
    steps = training.steps or passes * of_pass
    every = min(STEPS_BETWEEN, steps // LEAST_EVALUATIONS)
    if every <= of_pass:
        return spec
    reason = f"a pass has only about {plural(of_pass, 'step')}"
    if "every" not in spec.evaluation.model_fields_set:
        ledger.derive("evaluation.every", every, f"steps between evaluations; {reason}")
        spec = _with(spec, "evaluation", every=every)
    if "every" not in training.checkpoint.model_fields_set:
        checkpoint = training.checkpoint.model_copy(update={"every": every})
        ledger.derive("training.checkpoint.every", every, f"steps between checkpoints; {reason}")
        ledger.take(checkpoint, "training.checkpoint", "keep", "how many of the latest are kept")
        spec = _with(spec, "training", checkpoint=checkpoint)
    return spec


def _is_new(spec: Spec) -> bool:
    return isinstance(spec.model, Scratch)


def _with(spec: Spec, section: str, **settings: object) -> Spec:
    changed = getattr(spec, section).model_copy(update=settings)
    return spec.model_copy(update={section: changed})
