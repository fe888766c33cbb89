"""Cross-field checks of `model`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_model as rules
from specc.language.finding import shown
from specc.language.ground import Check, Ground
from specc.language.model import Pretrained, Scratch

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)
_PACKAGE = re.compile(r"package:[A-Za-z_][\w.]*(/[^/\s][^/]*)+", re.ASCII)
_LONGEST_NAME = 255
"""Bytes of a folder's name, on the file systems that are in use."""


def heads_do_not_divide(ground: Ground) -> Iterator[Diagnostic]:
    """A width that attention cannot cut into equal parts."""
    model = ground.spec.model
    if isinstance(model, Scratch) and model.hidden_size % model.heads:
        lower = model.hidden_size // model.heads * model.heads
        better = [n for n in (lower, lower + model.heads) if n >= 8]
        key = "hidden_size" if ground.given("model", "hidden_size") else "heads"
        yield ground.at_value(
            rules.HEADS_DO_NOT_DIVIDE,
            ("model", key),
            f"`hidden_size: {model.hidden_size}` is no multiple of `heads: {model.heads}`",
            "write " + " or ".join(f"`hidden_size: {n}`" for n in better),
        )


def _is_folder(base: str) -> bool:
    return base.startswith((".", "/"))


def revision_without_hub(ground: Ground) -> Iterator[Diagnostic]:
    """A revision of what has none."""
    model = ground.spec.model
    if not isinstance(model, Pretrained) or model.revision is None:
        return
    if _is_folder(model.base) or model.base.startswith("package:"):
        kind = "a local folder" if _is_folder(model.base) else "an installed package"
        yield ground.at_key(
            rules.REVISION_WITHOUT_HUB,
            ("model", "revision"),
            f"`revision` has no effect: `{shown(model.base)}` is {kind}",
            "delete `revision`",
        )


def malformed_base(ground: Ground) -> Iterator[Diagnostic]:
    """Neither hub id nor folder nor package."""
    model = ground.spec.model
    if not isinstance(model, Pretrained) or _is_folder(model.base):
        return
    base = model.base
    if base.startswith("package:"):
        said = _wrong_in_package(base)
    elif base[0] == "~":
        said = (
            f"`{shown(base)}` is no hub id, and `~` is not read as the home folder",
            "write the folder as it is seen from the spec, or its whole path",
        )
    elif not _HUB_ID.fullmatch(base):
        said = (
            f"`{shown(base)}` is no hub id, which has at most one `/` and no spaces",
            "a local folder starts with `.` or `/`"
            + ("" if ":" in base else f": write `./{shown(base)}`"),
        )
    else:
        return
    if said:
        yield ground.at_value(rules.MALFORMED_BASE, ("model", "base"), *said)


def _wrong_in_package(base: str) -> tuple[str, str] | None:
    """Message and help where `base` names no folder inside of a package."""
    how = "write `package:<python package>/<folder>`"
    if not _PACKAGE.fullmatch(base):
        return f"`{shown(base)}` does not name a package and a folder in it", how
    names = base.removeprefix("package:").split("/")
    if ".." in names:
        return (
            f"`{shown(base)}` leads out of the package by `..`",
            f"{how}, or the path of the folder where it is in no package",
        )
    if any(len(name.encode()) > _LONGEST_NAME for name in names):
        return f"`{shown(base)}` has a name in it that is longer than a folder's can be", how
    return None


def redundant_freeze(ground: Ground) -> Iterator[Diagnostic]:
    """More to freeze than everything."""
    model = ground.spec.model
    if not isinstance(model, Pretrained) or "encoder" not in model.freeze:
        return
    for i, entry in enumerate(model.freeze):
        if entry != "encoder":
            yield ground.at_value(
                rules.REDUNDANT_FREEZE,
                ("model", "freeze", i),
                f"`{shown(entry)}` has no effect: `encoder` freezes everything below the head",
                f"delete `{shown(entry)}`, or `encoder`",
            )


def key_of_frozen_encoder(ground: Ground) -> Iterator[Diagnostic]:
    """Knobs of an encoder that is not trained."""
    model, rate = ground.spec.model, ground.spec.training.learning_rate
    if not isinstance(model, Pretrained) or "encoder" not in model.freeze:
        return
    paths: list[tuple[str, ...]] = []
    if model.dropout:
        paths.append(("model", "dropout"))
    if rate.layer_decay != 1:
        paths.append(("training", "learning_rate", "layer_decay"))
    if rate.head is not None and ground.given("training", "learning_rate", "encoder"):
        paths.append(("training", "learning_rate", "encoder"))
    # Beside a frozen encoder, a decoder may still be trained.
    for key in ("gradient_checkpointing", "compile"):
        switch = getattr(ground.spec.training, key)
        if switch is True and ground.spec.task.NETWORK.kind == "encoder":
            paths.append(("training", key))
    for path in paths:
        yield ground.at_key(
            rules.KEY_OF_FROZEN_ENCODER,
            path,
            f"`{path[-1]}` has no effect on a frozen encoder",
            f"delete `{path[-1]}`, or do not freeze the encoder",
            ground.note("the encoder is frozen here", "model", "freeze"),
        )


def activation_without_layer(ground: Ground) -> Iterator[Diagnostic]:
    """An activation that comes after nothing."""
    head = ground.spec.model.head
    if head is not None and not head.hidden and ground.given("model", "head", "activation"):
        yield ground.at_key(
            rules.ACTIVATION_WITHOUT_LAYER,
            ("model", "head", "activation"),
            "`activation` has no effect: the head has no hidden layer",
            "delete `activation`, or add a layer such as `hidden: 128`",
        )


def kept_and_own_head(ground: Ground) -> Iterator[Diagnostic]:
    """A head that is kept, beside one that takes its place."""
    model = ground.spec.model
    if isinstance(model, Pretrained) and model.keep_head and model.head is not None:
        yield ground.at_key(
            rules.KEPT_AND_OWN_HEAD,
            ("model", "keep_head"),
            "`keep_head` and `head` exclude each other",
            "delete `keep_head` for a new head, or delete `head` for the base's own",
            ground.note("the new head is asked for here", "model", "head"),
        )


def length_over_positions(ground: Ground) -> Iterator[Diagnostic]:
    """Texts that the model cannot read."""
    model, length = ground.spec.model, ground.spec.data.max_length
    if isinstance(model, Scratch) and length != "auto" and length > model.max_positions:
        yield ground.at_value(
            rules.LENGTH_OVER_POSITIONS,
            ("data", "max_length"),
            f"`max_length: {length}` is more than the model's `max_positions: "
            f"{model.max_positions}`",
            f"write `max_length: {model.max_positions}`, or raise `max_positions`",
        )


CHECKS: tuple[Check, ...] = (
    heads_do_not_divide,
    revision_without_hub,
    malformed_base,
    redundant_freeze,
    key_of_frozen_encoder,
    activation_without_layer,
    kept_and_own_head,
    length_over_positions,
)
