"""Which keys and words the language has at a place, read off the models for better messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from specc.language.spec import Spec
from specc.language.tasks import SECTIONS
from specc.yaml.source import Key, KeyPath

FOREIGN = {
    "lr": "learning_rate",
    "max_seq_length": "max_length",
    "max_seq_len": "max_length",
    "num_epochs": "epochs",
    "num_train_epochs": "epochs",
    "max_epochs": "epochs",
    "max_steps": "steps",
    "train_batch_size": "batch_size",
    "per_device_train_batch_size": "batch_size",
    "micro_batch_size": "micro_batch",
    "activation_checkpointing": "gradient_checkpointing",
    "warmup_ratio": "warmup",
    "warmup_steps": "warmup",
    "scheduler": "schedule",
    "lr_scheduler": "schedule",
    "lr_scheduler_type": "schedule",
    "max_grad_norm": "gradient_clip",
    "model_name": "base",
    "model_name_or_path": "base",
    "pretrained": "base",
    "num_layers": "layers",
    "num_hidden_layers": "layers",
    "num_attention_heads": "heads",
    "n_layer": "layers",
    "n_head": "heads",
    "n_embd": "hidden_size",
    "n_positions": "max_positions",
    "context_length": "block_size",
    "seq_length": "block_size",
    "max_tokens": "max_new_tokens",
    "intermediate_size": "feed_forward_size",
    "metric_for_best_model": "best",
    "eval_steps": "every",
    "dataset": "data",
    "fp16": "precision",
    "bf16": "precision",
    "sep": "delimiter",
    "accelerator": "gpu",
    "gpu_type": "gpu",
    "gpu_memory": "memory",
    "vram": "memory",
}
"""What other tools call a key of ours."""

FOREIGN_WORDS = {
    "gpu": "cuda",
    "cuda:0": "cuda",
    "nvidia": "cuda",
    "half": "fp16",
    "float16": "fp16",
    "bfloat16": "bf16",
    "float32": "fp32",
    "multiclass": "multi-class",
    "multilabel": "multi-label",
}
"""What other tools call a word of ours."""


FEW = 12
"""Up to so many keys, all are listed."""

EXAMPLES = {
    "task": "task: {kind: text-classification, text: message, label: intent}",
    "model": "model: bert-base-uncased",
    "data": "data: {train: data/train.csv}",
    "kind": "kind: text-classification",
    "base": "base: bert-base-uncased",
    "architecture": "architecture: bert",
    "path": "path: imdb",
    "pattern": 'pattern: "https?://\\S+"',
}
"""How a required key is written; those of tasks have their examples in the room's language."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A section that may stand at a place; `tag` tells it from others that may stand there."""

    tag: str | None
    model: type[BaseModel]

    def fields(self) -> dict[str, FieldInfo]:
        """Its fields by the key that the spec uses for them."""
        return _keys(self.model)

    @property
    def chosen_by_kind(self) -> bool:
        return "kind" in self.model.model_fields


@cache
def _keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _members(annotation: Any, tag: str | None = None) -> Iterator[tuple[str | None, Any]]:
    """The annotation without `Annotated` and unions, each with its union tag."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        own = next((m.tag for m in metadata if isinstance(m, Tag)), tag)
        yield from _members(inner, own)
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member, tag)
    else:
        yield tag, annotation


def _variant(tag: str | None, model: type[BaseModel]) -> Variant:
    kind = model.model_fields.get("kind")
    words = get_args(kind.annotation) if kind and get_origin(kind.annotation) is Literal else ()
    return Variant(tag or (words[0] if len(words) == 1 else None), model)


def _variants_of(annotation: Any) -> tuple[Variant, ...]:
    """The sections in an annotation, those inside lists not counted."""
    return tuple(
        _variant(tag, member)
        for tag, member in _members(annotation)
        if isinstance(member, type) and issubclass(member, BaseModel)
    )


def _step(annotation: Any, segment: Key) -> Any:
    """The annotation one segment further, or None if the segment leads nowhere."""
    found: list[Any] = []
    for tag, member in _members(annotation):
        arguments = get_args(member)
        if isinstance(member, type) and issubclass(member, BaseModel):
            variant = _variant(tag, member)
            if segment in variant.fields():
                info = variant.fields()[str(segment)]
                found.append(info.annotation)
            elif segment == variant.tag:
                found.append(Annotated[member, Tag(variant.tag)])
        elif segment == tag:
            found.append(Annotated[member, Tag(tag)] if tag else member)
        elif isinstance(segment, int) and get_origin(member) in (tuple, list):
            found.append(arguments[0])
        elif isinstance(segment, str) and get_origin(member) is dict:
            found.append(arguments[1])
    return reduce(or_, found) if found else None


def annotation_at(location: KeyPath) -> Any:
    """What may stand at a location of a validation error; None where the language has nothing."""
    here: Any = Spec
    for segment in location:
        here = _step(here, segment)
        if here is None:
            return None
    return here


def variants_at(location: KeyPath) -> tuple[Variant, ...]:
    """The sections that may stand at a location."""
    return _variants_of(annotation_at(location))


def words_at(location: KeyPath) -> tuple[str, ...]:
    """The fixed words that may stand at a location, or choose what stands there by `kind`."""
    words: list[str] = []
    for _, member in _members(annotation_at(location)):
        if get_origin(member) is Literal:
            words += [str(word) for word in get_args(member)]
    return tuple(words) or tuple(v.tag for v in variants_at(location) if v.tag and v.chosen_by_kind)


def example_of(name: str) -> str | None:
    """How a required key is written, None where nothing is known."""
    if name in EXAMPLES:
        return EXAMPLES[name]
    found = (s.model_fields[name].examples for s in SECTIONS if name in s.model_fields)
    return next((f"{name}: {examples[0]}" for examples in found if examples), None)


@cache
def places_of() -> dict[str, tuple[KeyPath, ...]]:
    """Every key of the language, with the sections that have it, outermost first."""
    places: dict[str, list[KeyPath]] = {}
    queue: list[tuple[KeyPath, Any]] = [((), Spec)]
    for path, annotation in queue:
        for variant in _variants_of(annotation):
            for key, info in variant.fields().items():
                if path not in places.setdefault(key, []):
                    places[key].append(path)
                queue.append(((*path, key), info.annotation))
    return {key: tuple(paths) for key, paths in places.items()}


def nearest(name: str, known: tuple[str, ...], closeness: float = 0.7) -> str | None:
    """The known name that `name` was most likely meant to be."""
    folded = name.lower().replace("-", "_").replace(" ", "_")[:64]
    by_fold = {k.lower().replace("-", "_"): k for k in known}
    found = difflib.get_close_matches(folded, by_fold, n=1, cutoff=closeness)
    return by_fold[found[0]] if found else None


def listed_words(words: tuple[str, ...], joint: str = "and") -> str:
    """`a`, `b` and `c`, for a sentence."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {joint} {quoted[-1]}"
