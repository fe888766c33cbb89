"""The JSON Schema: fresh, and it accepts what the language accepts, shorthands included."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from specc.schema import schema_text, spec_schema
from specc.yaml.read import read_source

from .workbench import ROOT, invoke

SCHEMA = spec_schema()
SHORT: dict[str, Any] = {
    "task": {"kind": "text-classification", "text": "message", "label": "intent"},
    "model": "bert-base-uncased",
    "data": "intents.csv",
}
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def accepts(schema: Any, value: Any) -> bool:
    """A validator for the words that the schema uses, and no more."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return accepts(SCHEMA["$defs"][name], value)
    if "anyOf" in schema and not any(accepts(s, value) for s in schema["anyOf"]):
        return False
    if "oneOf" in schema and sum(accepts(s, value) for s in schema["oneOf"]) != 1:
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "type" in schema and not _is_type(schema["type"], value):
        return False
    return _in_bounds(schema, value) and _parts_fit(schema, value)


def _is_type(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])


def _in_bounds(schema: Any, value: Any) -> bool:
    if isinstance(value, str):
        fits = len(value) >= schema.get("minLength", 0)
        return fits and bool(re.search(schema.get("pattern", ""), value))
    if isinstance(value, list):
        few, many = schema.get("minItems", 0), schema.get("maxItems", len(value))
        return few <= len(value) <= many
    if isinstance(value, int | float):
        above = value >= schema.get("minimum", value) and value <= schema.get("maximum", value)
        left = value > schema.get("exclusiveMinimum", value - 1)
        return above and left and value < schema.get("exclusiveMaximum", value + 1)
    return True


def _parts_fit(schema: Any, value: Any) -> bool:
    if isinstance(value, list):
        firsts = schema.get("prefixItems", [])
        rest = [schema.get("items", {})] * (len(value) - len(firsts))
        return all(accepts(s, item) for s, item in zip([*firsts, *rest], value, strict=False))
    if not isinstance(value, dict):
        return True
    known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    if not set(schema.get("required", ())) <= set(value):
        return False
    return all(
        accepts(known[key], item) if key in known else more and accepts(more or {}, item)
        for key, item in value.items()
        if key in known or more is not True
    )


def changed(path: str, value: Any) -> dict[str, Any]:
    spec = copy.deepcopy(SHORT)
    *sections, key = path.split(".")
    here = spec
    for section in sections:
        if not isinstance(here.get(section), dict):
            here[section] = {}
        here = here[section]
    here[key] = value
    return spec


def test_the_committed_schema_is_fresh() -> None:
    assert (ROOT / "specs/schema.json").read_text() == schema_text(), "specc schema -o it"


@pytest.mark.parametrize("path", sorted((ROOT / "specs").glob("*.yaml")), ids=lambda p: p.stem)
def test_every_spec_of_the_gallery_is_accepted(path: Path) -> None:
    assert accepts(SCHEMA, read_source(path).value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("spec", 1),
        ("model", {"architecture": "bert"}),
        ("model", {"base": "x", "head": {"hidden": 64}}),
        ("model", {"base": "x", "freeze": "embeddings"}),
        ("data", ["a.csv", "b.csv"]),
        ("data", {"train": "a.csv", "max_length": "auto"}),
        ("data", {"hub": {"path": "imdb"}}),
        ("data", {"train": "a.csv", "clean": {"stop_words": ["a", "b"]}}),
        ("hardware", "cuda"),
        ("hardware", "t4"),
        ("hardware", "h100"),
        ("hardware", {"gpu": "m3-max", "memory": "64GB", "price_per_hour": 0.5}),
        ("hardware", {"device": "cpu", "instructions": "avx2"}),
        ("training.learning_rate", 2e-5),
        ("training.learning_rate", {"encoder": 2e-5, "head": 1e-3}),
        ("training.optimizer", "adafactor"),
        ("training.optimizer", {"kind": "adamw-8bit", "eps": 1e-6}),
        ("training.optimizer", {"kind": "adamw", "betas": [0.9, 0.98]}),
        ("training.early_stopping", 3),
        ("training.class_weights", {"a": 2, "b": 1}),
        ("training.gradient_clip", None),
        ("evaluation.metrics", "accuracy"),
    ],
)
def test_values_and_shorthands_that_are_accepted(path: str, value: Any) -> None:
    assert accepts(SCHEMA, changed(path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("leraning", 1),
        ("spec", 2),
        ("name", "Not Kebab"),
        ("model", 3),
        ("model", {"base": "x", "layers": 2}),
        ("data", None),
        ("data", {"train": "a.csv", "trian": "b.csv"}),
        ("hardware", "toaster"),
        ("hardware", {"gpu": "rtx-4091"}),
        ("hardware", {"device": "cuda", "memory": 24}),
        ("training.learning_rate", 0),
        ("training.learning_rate", "fast"),
        ("training.optimizer", "adamx"),
        ("training.epochs", 0),
        ("evaluation.metrics", 3),
    ],
)
def test_values_that_are_refused(path: str, value: Any) -> None:
    assert not accepts(SCHEMA, changed(path, value))


def test_every_key_is_described_and_no_other_is_allowed() -> None:
    for name, section in {"spec": SCHEMA, **SCHEMA["$defs"]}.items():
        assert section["additionalProperties"] is False, name
        for key, schema in section["properties"].items():
            assert "description" in schema or key == "kind", f"{name}.{key}"


def test_the_command_writes_it(tmp_path: Path) -> None:
    assert invoke("schema").stdout == schema_text()
    assert invoke("schema", "-o", tmp_path / "s.json").exit_code == 0
    assert (tmp_path / "s.json").read_text() == schema_text()
    assert json.loads(invoke("schema", "--json").stdout)["schema"] == SCHEMA
