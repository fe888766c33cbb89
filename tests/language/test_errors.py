"""Every validation error that the models can raise has words of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from specc.language.errors import HANDLERS, KEY_ERRORS
from specc.language.spec import Spec
from specc.language.vocabulary import annotation_at, example_of, places_of, variants_at, words_at

EMITTED: dict[str, tuple[str, ...]] = {
    "any": (),
    "bool": ("bool_type",),
    "str": ("string_type", "string_unicode"),
    "int": ("int_type",),
    "float": ("float_type",),
    "literal": ("literal_error",),
    "tuple": ("tuple_type",),
    "dict": ("dict_type",),
    "model": ("model_type",),
    "model-fields": ("model_type", "model_attributes_type"),
    "model-field": ("missing",),
    "nullable": (),
    "default": (),
    "definitions": (),
    "definition-ref": (),
    "tagged-union": ("union_tag_invalid", "union_tag_not_found", "model_attributes_type"),
    "function-before": (),
    "no-info": (),
    "function-after": ("value_error",),
}
"""Error types by kind of schema node, in strict mode; a node that is new here fails the test.

The functions of `BeforeValidator`s lift shorthands and raise nothing.
"""

CONSTRAINTS: dict[str, tuple[str, ...]] = {
    "gt": ("greater_than",),
    "ge": ("greater_than_equal",),
    "lt": ("less_than",),
    "le": ("less_than_equal",),
    "allow_inf_nan": ("finite_number",),
    "pattern": ("string_pattern_mismatch",),
    "min_length": ("too_short", "string_too_short"),
    "max_length": ("too_long", "string_too_long"),
}


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every node of a core schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema
        for name, child in schema.items():
            if name not in ("metadata", "serialization"):
                yield from nodes(child)
    elif isinstance(schema, list | tuple):
        for child in schema:
            yield from nodes(child)


def emitted() -> set[str]:
    """The error types that validating a spec can give."""
    # A model inside another may refer to its schema by name only, so each is walked on its own.
    models: list[type[BaseModel]] = [Spec]
    for key, paths in places_of().items():
        models += [v.model for path in paths for v in variants_at((*path, key))]
    types = {"extra_forbidden", "finite_number"}
    for model in dict.fromkeys(models):
        for node in nodes(model.__pydantic_core_schema__):
            types.update(EMITTED[node["type"]])
            for constraint, errors in CONSTRAINTS.items():
                if constraint in node:
                    types.update(errors)
    return types


def test_every_error_type_is_worded() -> None:
    types = emitted()
    assert len(types) >= 20, types
    assert types - set(HANDLERS) - KEY_ERRORS == set()


def test_every_required_key_has_an_example() -> None:
    required = {
        key
        for key, paths in places_of().items()
        for path in paths
        for variant in variants_at(path)
        if (info := variant.fields().get(key)) and info.is_required()
    }
    assert required
    assert {key for key in required if example_of(key) is None} == set()


def test_the_vocabulary_reads_the_models() -> None:
    assert ("training",) in places_of()["epochs"]
    assert places_of()["copy"] == (("data",),)
    assert "copy_files" not in places_of()
    assert words_at(("training", "optimizer")) == (
        *("adamw", "adamw-8bit", "adam", "sgd", "adafactor"),
    )
    assert words_at(("data", "max_length", "word")) == ("auto",)
    assert words_at(("hardware", "device")) == ("auto", "cpu", "cuda", "mps")
    assert {v.tag for v in variants_at(("model",))} == {"pretrained", "scratch"}
    assert [v.tag for v in variants_at(("model", "scratch"))] == ["scratch"]
    assert annotation_at(("no", "such", "key")) is None
