"""The smaller decisions of the plan: names, steps, and checks of what was asked."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import plan as rules
from specc.language.checks_task import fitting
from specc.language.data import SplitName
from specc.language.model import Pretrained, Scratch, parse_freeze
from specc.language.spec import Spec
from specc.plan.architectures import FAMILIES
from specc.plan.base import Base
from specc.plan.family import Family
from specc.plan.kept_head import keeps_head, reason_of_kept
from specc.plan.ledger import Ledger
from specc.plan.packing import Packing
from specc.yaml.source import Source


def name_of(path: Path) -> str:
    """The file's stem in kebab-case; `experiment` where nothing is left of it.

    Letters outside of ASCII lose their accents or are left out. A few digits of a hash then keep
    names apart that would be the same.
    """
    stem = unicodedata.normalize("NFC", path.stem)
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    kebab = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-") or "experiment"
    if stem.isascii():
        return kebab
    mark = hashlib.sha256(stem.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{kebab[:57].strip('-')}-{mark}"


def check_architecture(
    spec: Spec, source: Source, family: Family | None, num_layers: int | None, kind: str
) -> Iterator[Diagnostic]:
    """SP405 and SP406: what is asked of the encoder's inside; `kind` is what config.json names."""
    model = spec.model
    if not isinstance(model, Pretrained):
        return
    parts = [parse_freeze(entry) for entry in model.freeze]
    last = max((part.last for part in parts if part.kind == "layers"), default=-1)
    if num_layers is not None and last >= num_layers:
        yield Diagnostic(
            rules.UNKNOWN_LAYER,
            f"`freeze` names layer {last}, and `{model.base}` has {num_layers} layers",
            source.file,
            source.span("model", "freeze"),
            f"the last layer is {num_layers - 1}",
        )
    if family is not None:
        return
    first, *others = fitting(spec.task)
    name_it = (
        f"add `architecture: {first}` (or {', '.join(others)}) to `model`, as its config.json says"
    )
    not_known = f"`{model.base}`, and it is in no table"
    if kind:
        not_known = f"`{model.base}`, and {kind} is no family that specc knows"
    needs = [
        ("freeze", any(part.kind != "pattern" for part in parts)),
        ("head", model.head is not None),
        ("dropout", model.dropout is not None),
    ]
    for key, wanted in needs:
        if wanted:
            yield Diagnostic(
                rules.UNKNOWN_ARCHITECTURE,
                f"`{key}` needs to know the architecture of {not_known}",
                source.file,
                source.key_span("model", key),
                f"delete `{key}`" if kind else name_it,
            )
    rate = spec.training.learning_rate
    if rate.head is not None or rate.layer_decay != 1:
        yield Diagnostic(
            rules.UNKNOWN_ARCHITECTURE,
            f"rates by part need to know the architecture of {not_known}",
            source.file,
            source.key_span("training", "learning_rate"),
            "write one number: the rate of all parts" if kind else name_it,
        )


def check_validation(spec: Spec, source: Source, facts: DataFacts) -> Iterator[Diagnostic]:
    """SP409 and SP411: a validation split is needed, and a hub data set is not seen yet."""
    if spec.data.hub is None:
        if "validation" not in facts.splits:
            path = ("data", "split", "validation")
            yield Diagnostic(
                rules.NOTHING_TO_TRAIN,
                "there is no validation split to choose the checkpoint by",
                source.file,
                source.span(*path),
                "write `split: {validation: 0.1}` in `data`, or give `validation` a file",
            )
        return
    if spec.data.hub.splits.validation is None:
        yield Diagnostic(
            rules.NOTHING_TO_TRAIN,
            "`data.hub.splits` names no validation split to choose the checkpoint by",
            source.file,
            source.key_span("data", "hub", "splits"),
            "add `splits: {train: train, validation: validation}`, with the hub's own names",
        )
    yield Diagnostic(
        rules.HUB_UNSEEN,
        f"the rows of `{spec.data.hub.path}` are read when the project runs, not now",
        source.file,
        source.span("data", "hub"),
        "run `specc run --smoke` where the hub can be reached",
        severity="note",
    )


def record_splits(
    spec: Spec, facts: DataFacts, splits: tuple[SplitName, ...], ledger: Ledger
) -> None:
    """The rows of each split and where they come from."""
    for name in splits:
        if facts.hub:
            ledger.derive(f"data.rows.{name}", None, "on the hub: counted when training starts")
            continue
        split = facts.splits[name]
        where = "its own file" if split.origin == "files" else "cut from the training file"
        if facts.by_position and (name == "train" or split.origin == "cut"):
            ledger.derive(f"data.rows.{name}", split.rows, "a piece of the one document")
            continue
        if name == "train" and any(other.origin == "cut" for other in facts.splits.values()):
            where = f"what is left of {split.rows_read:,} rows"
        dropped = ", ".join(
            f"{number} dropped: {spec.task.UNUSABLE}"
            if why == "unusable"
            else f"{number} {why} dropped"
            for why, number in split.dropped.items()
            if number
        )
        ledger.derive(f"data.rows.{name}", split.rows, where + (f"; {dropped}" if dropped else ""))
    if spec.group != spec.data.split.group and any(
        s.origin == "cut" for s in facts.splits.values()
    ):
        reason = "equal values stay in one split: no text is learned in one and tested in another"
        ledger.derive("data.split.group", spec.group, reason)


def plan_length(
    spec: Spec,
    rows: dict[SplitName, int] | None,
    ledger: Ledger,
    windows: float = 1.0,
    packing: Packing | None = None,
) -> tuple[int | None, int | None]:
    """Epochs (None when steps are given) and the number of steps (None when rows are unknown).

    `windows` is the mean number of examples that a training row becomes.
    """
    training, unit = spec.training, spec.task.UNIT
    size = ledger.take(
        training, "training", "batch_size", f"{spec.task.batch_unit} an optimizer step"
    )
    if training.steps is not None:
        ledger.take(training, "training", "steps", "optimizer steps")
        return None, training.steps
    if packing is not None and packing.num_blocks:
        usual, reason = packing.epochs(size, isinstance(spec.model, Scratch))
        return ledger.choose("training.epochs", training.epochs, usual, "passes", reason), None
    if rows is None:
        epochs = ledger.choose(
            "training.epochs", training.epochs, 3, "passes", "the usual 3 passes"
        )
        return epochs, None
    per_epoch = math.ceil(rows["train"] * windows / size)
    derived = 3 if keeps_head(spec) else max(3, min(20, math.ceil(150 / per_epoch)))
    reason = (
        "the usual 3 passes"
        if derived == 3
        else (f"small data: {per_epoch} steps a pass, and a new head needs some 150 steps")
    )
    epochs = int(ledger.choose("training.epochs", training.epochs, derived, "passes", reason))
    steps = epochs * per_epoch
    ledger.derive(
        "training.num_steps",
        steps,
        f"{epochs} epochs x {per_epoch} batches of {size}; {rows['train']:,} training {unit}"
        + (f" in about {windows:.3g} windows each" if windows > 1 else ""),
    )
    return epochs, steps


WINDOW = 50
"""Batches that are sorted by length together where there are many: little padding is left."""

SCRATCH_WINDOW = 8
"""Random weights need batches of mixed lengths, and a few batches already save most padding."""

WRITER_WINDOW = 1
"""Random weights that learn to write: any sorting costs loss (benchmarks/RESULTS.md)."""


def length_window(
    spec: Spec, rows: dict[SplitName, int] | None, windows: float, ledger: Ledger
) -> int:
    """How many batches are sorted by length together.

    Of batches of one length each, the gradients differ from those of the data as a whole; the
    fewer batches an epoch has, and the less the weights know, the more that costs.
    """
    said = None if spec.training.length_window == "auto" else spec.training.length_window
    note = "batches sorted by length together"
    most, reason = WINDOW, f"{note}: most padding is gone"
    if isinstance(spec.model, Scratch):
        most = WRITER_WINDOW if spec.task.WRITES else SCRATCH_WINDOW
        reason = f"{note}; random weights need a mix"
    if rows is not None:
        batches = math.ceil(rows["train"] * windows / spec.training.batch_size)
        if batches // 4 < most:
            most, reason = max(1, batches // 4), f"{note}: a quarter of an epoch's {batches}"
    return int(ledger.choose("training.length_window", said, most, note, reason))


def record_model(spec: Spec, facts: DataFacts, base: Base | None, ledger: Ledger) -> None:
    """The model's own keys."""
    model = spec.model
    if isinstance(model, Pretrained):
        known = base.family.name if base and base.family else "read when training starts"
        ledger.take(model, "model", "base", f"architecture: {known}")
    else:
        for key in ("architecture", "layers", "hidden_size", "heads", "max_positions"):
            if key in ("architecture", *FAMILIES[model.architecture].sizes):
                ledger.take(model, "model", key, "from scratch")
        ledger.choose(
            "model.feed_forward_size",
            model.feed_forward_size,
            4 * model.hidden_size,
            "from scratch",
            "4 x hidden_size",
        )
        ledger.take(
            model.tokenizer, "model.tokenizer", "train", "on the training split", spec.algorithm
        )
        ledger.take(model.tokenizer, "model.tokenizer", "vocab_size", "tokens at most")
        ledger.take(
            model.tokenizer, "model.tokenizer", "lower_case", "before splitting", spec.folds_case
        )
    if model.dropout is not None:
        ledger.take(model, "model", "dropout", "in the encoder")
    elif base is not None and base.dropout is not None:
        ledger.derive("model.dropout", base.dropout, "the base's own")
    if keeps_head(spec):
        ledger.take(model, "model", "keep_head", reason_of_kept(spec, facts, base))
    if model.head is not None:
        ledger.take(model, "model", "head", "instead of the architecture's own")


def record_training(spec: Spec, ledger: Ledger) -> None:
    """The loop's numbers that need no deriving."""
    training = spec.training
    rate = training.learning_rate
    usual = "the usual for fine-tuning" if isinstance(spec.model, Pretrained) else "from scratch"
    peak = spec.learning_rate
    ledger.take(rate, "training.learning_rate", "encoder", f"peak; {usual}", peak)
    if ("training", "learning_rate", "head") not in spec.task.NOT_FOR:
        kept = ": the base's head is trained already" if keeps_head(spec) else ""
        reason = f"the encoder's rate{kept}"
        ledger.choose("training.learning_rate.head", rate.head, peak, "peak", reason)
    ledger.take(rate, "training.learning_rate", "layer_decay", "1: all layers alike")
    reasons = {
        "optimizer": "the field's usual",
        "schedule": "after the warm-up",
        "warmup": "share of all steps" if training.warmup < 1 else "steps",
        "weight_decay": "of weight matrices; never of biases, norms and embeddings",
        "gradient_clip": "norm of the gradient",
        "label_smoothing": "share spread over all classes",
        "l1": "penalty",
        "l2": "penalty",
        "seed": "of weights, dropout and order",
        "deterministic": "only deterministic kernels",
        "checkpoint": "what --resume goes on from",
    }
    for key, reason in reasons.items():
        if ("training", key) in spec.task.NOT_FOR:
            continue
        ledger.take(training, "training", key, reason)
    if training.time_limit:
        ledger.take(training, "training", "time_limit", "of training, evaluation included")
    if training.early_stopping:
        ledger.take(training, "training", "early_stopping", "evaluations without a gain")
    ledger.take(spec.evaluation, "evaluation", "every", "how often validation is scored")


def stop_metric(spec: Spec, best: str, ledger: Ledger) -> str | None:
    """What early stopping watches, None where there is none."""
    stopping = spec.training.early_stopping
    if stopping is None:
        return None
    return str(
        ledger.choose(
            "training.early_stopping.metric",
            stopping.metric,
            best,
            "given in the spec",
            "the metric that chooses the checkpoint",
        )
    )


def resamples(
    spec: Spec, rows: dict[SplitName, int] | None, final: SplitName, ledger: Ledger
) -> int:
    """Bootstrap resamples; fewer where one takes long, unless they were asked for."""
    asked = spec.evaluation.resamples if "resamples" in spec.evaluation.model_fields_set else None
    many = max(rows.values()) if rows else 0
    derived, reason = (
        (200, f"a resample of {many:,} {spec.task.UNIT} takes long")
        if many > 20_000
        else (
            spec.evaluation.resamples,
            "behind each 95 % interval",
        )
    )
    return int(
        ledger.choose("evaluation.resamples", asked, derived, "behind each 95 % interval", reason)
    )
