"""The JSON Schema of the language, for editors: derived from the models, shorthands included."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from specc.language.spec import Spec

_LIFT = "specc-lift"
_SAMPLES = ("text", "cpu", 1, ["text"])


def spec_schema() -> dict[str, Any]:
    """The schema of a spec file (draft 2020-12)."""
    raw = Spec.model_json_schema(mode="validation", schema_generator=_Generator)
    made = _tidy(_resolved(raw, raw["$defs"]))
    return {"$schema": GenerateJsonSchema.schema_dialect, **made, "title": "specc spec"}


def schema_text() -> str:
    """As it stands in `specs/schema.json`."""
    return json.dumps(spec_schema(), indent=2, ensure_ascii=False) + "\n"


class _Generator(GenerateJsonSchema):
    """Adds what a validator lifts to what the schema accepts.

    Pydantic knows nothing of what stands in front of a model. What a `BeforeValidator` does with a
    text, a number and a list tells: if `x` becomes `{key: x}`, then whatever `key` accepts is a
    shorthand; if it becomes `[x]`, an item alone is. A second text is there because a device and
    a GPU are words of different keys.
    """

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        inner = super().function_before_schema(schema)
        lift: Any = schema["function"]["function"]
        keys = list(dict.fromkeys(key for x in _SAMPLES if (key := _key(x, lift(x))) is not None))
        if not keys:
            return inner
        # The inner schema goes along, because Pydantic flattens unions of unions.
        return {"anyOf": [inner, *({_LIFT: key, "of": inner} for key in keys)]}


def _key(sample: Any, lifted: Any) -> str | None:
    """What a lifted sample has become: a key's value, an item (""), or nothing new (None)."""
    if isinstance(lifted, dict) and list(lifted.values()) == [sample]:
        return str(next(iter(lifted)))
    return "" if lifted == [sample] and lifted != sample else None


def _resolved(node: Any, defs: dict[str, Any]) -> Any:
    """The schema with each mark of a lift replaced by what it stands for."""
    if isinstance(node, list):
        return [_resolved(item, defs) for item in node]
    if not isinstance(node, dict):
        return node
    variants = node.get("anyOf")
    if isinstance(variants, list) and any(_LIFT in item for item in variants):
        kept = [item for item in variants if _LIFT not in item]
        lifts = [item for item in variants if _LIFT in item]
        short = [s for lift in lifts for s in _shorthands(lift["of"], lift[_LIFT], defs)]
        node = {**node, "anyOf": [*kept, *_without_repeats(short)]}
    return {key: _resolved(value, defs) for key, value in node.items()}


def _shorthands(inner: Any, key: str, defs: dict[str, Any]) -> Iterator[Any]:
    for section in _sections(inner, defs):
        if not key and "items" in section:
            yield section["items"]
        elif key in section.get("properties", {}):
            yield section["properties"][key]


def _sections(schema: Any, defs: dict[str, Any]) -> Iterator[Any]:
    """The schema itself, or the members of a union, followed to where they are defined."""
    if "$ref" in schema:
        yield from _sections(defs[schema["$ref"].rpartition("/")[2]], defs)
    elif union := schema.get("oneOf") or schema.get("anyOf"):
        for member in union:
            yield from _sections(member, defs)
    else:
        yield schema


def _without_repeats(schemas: list[Any]) -> list[Any]:
    """Constants (the kinds of a union) become one list of words."""
    words = [schema["const"] for schema in schemas if "const" in schema]
    if words and len(words) == len(schemas):
        return [{"type": "string", "enum": list(dict.fromkeys(words))}]
    bare = [_bare(schema) for schema in schemas]
    return [schema for i, schema in enumerate(bare) if schema not in bare[:i]]


def _bare(schema: Any) -> Any:
    """A key's schema without what goes for the key alone: that it may be null, its default."""
    left = {k: v for k, v in schema.items() if k not in ("title", "default")}
    variants = [v for v in left.get("anyOf", ()) if v != {"type": "null"}]
    if variants:
        left["anyOf"] = variants
    return left["anyOf"][0] | {"description": left["description"]} if len(variants) == 1 else left


def _tidy(node: Any, is_names: bool = False) -> Any:
    """Without what editors do not use: made-up titles, OpenAPI's discriminators, nested defaults.

    `is_names`: the keys of `node` are names of the language, not words of JSON Schema.
    """
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    if is_names:
        return {key: _tidy(value) for key, value in node.items()}
    noise = {"title", "discriminator"}
    if isinstance(node.get("default"), dict) or node.get("default", "") is None:
        noise.add("default")
    return {
        key: _tidy(value, is_names=key in ("properties", "$defs"))
        for key, value in node.items()
        if key not in noise
    }
