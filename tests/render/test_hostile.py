"""No string of the user's leaves its quotes, wherever it is written and whatever stands in it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from specc.diagnostics.diagnostic import SpecError
from specc.pipeline import compile_project, plan

HOSTILE = {
    "quotes": 'it\'s "quoted"',
    "quote at the end": 'x"',
    "backslash": "C:\\new\\table",
    "backslash at the end": "x\\",
    "newline": "one\ntwo",
    "carriage return": "one\r\ntwo\rthree",
    "tab": "one\ttwo",
    "braces": "{x} {0} {{}}",
    "expression": "{{ 7*7 }}",
    "statement": "{% raw %}{% endraw %}{% for x in y %}",
    "comment": "# {% if true %} {# x #}",
    "double triple": '""" """',
    "single triple": "''' '''",
    "code": "__import__('os').system('x')",
    "code after a quote": '"); import os; os.abort(); ("',
    "code on a line of its own": "x\nimport os\nos.abort()",
    "right to left": "\u202eevil\u2066\u200f",
    "line separators": "a\u2028b\u2029c\x85d",
    "null": "a\0b",
    "control": "a\x1b[31mb\x07\x7f",
    "emoji": "👍🏽 👩\u200d💻",
    "lone surrogate": "a\ud800b",
    "escape": "\\u0041\\N{BULLET}\\x00\\",
    "long": "very long " * 400,
    "markdown": "| a | `b` | <script>alert(1)</script> [x](javascript:y)",
    "percent": "%s %(x)s %d",
    "not ascii": "żółć 日本語",
}
BENIGN = "plain"

LOCAL = ("text", "label", "labels", "group", "pattern", "by", "stop_words", "file")
HUB = ("path", "name", "revision", "train", "validation", "base", "base-revision", "text", "label")
PREFIXES = ("a", "b")


def as_word(text: str) -> str:
    """What a stop word may hold of `text`."""
    return re.sub(r"\W", "", text)


def local_spec(string: str, places: tuple[str, ...], folder: Path) -> dict[str, Any]:
    """A spec over a JSONL file, with `string` in the given places; writes the file."""

    def at(place: str) -> str:
        return f"{place}_{string if place in places else BENIGN}"

    names = [f"{prefix} {at('labels')}" for prefix in PREFIXES]
    rows = [
        {at("text"): f"text {i}", at("label"): names[i % 2], at("group"): str(i)} for i in range(60)
    ]
    file = f"{at('file')}.jsonl"
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / file).write_text(lines, encoding="utf-8")
    return {
        "task": {
            "kind": "text-classification",
            "text": at("text"),
            "label": at("label"),
            "labels": names,
        },
        "model": {"architecture": "bert", "layers": 1, "hidden_size": 32, "heads": 2},
        "data": {
            "train": f"./{file}",
            "split": {"group": at("group"), "validation": 0.2, "test": 0.2},
            "clean": {
                "replace": [{"pattern": at("pattern"), "by": at("by")}],
                "stop_words": [as_word(at("stop_words"))],
            },
        },
        "training": {"class_weights": dict.fromkeys(names, 2.0)},
        "hardware": "cpu",
    }


def hub_spec(string: str, places: tuple[str, ...], folder: Path) -> dict[str, Any]:
    """A spec over a hub data set and a hub model, with `string` in the given places."""
    del folder

    def at(place: str) -> str:
        return f"{place}_{string if place in places else BENIGN}"

    return {
        "task": {
            "kind": "text-classification",
            "text": at("text"),
            "label": at("label"),
            "labels": ["no", "yes"],
        },
        "model": {"base": at("base"), "revision": at("base-revision"), "freeze": "*.x.*"},
        "data": {
            "hub": {
                "path": at("path"),
                "name": at("name"),
                "revision": at("revision"),
                "splits": {"train": at("train"), "validation": at("validation")},
            }
        },
        "hardware": "cpu",
    }


MAKERS = {"local": (local_spec, LOCAL), "hub": (hub_spec, HUB)}


def write_spec(spec: dict[str, Any], folder: Path) -> Path:
    path = folder / "hostile.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return path


def accepted(kind: str, string: str, folder: Path) -> Iterator[str]:
    """The places where `string` is not refused; refusing is to say so, never to raise."""
    make, places = MAKERS[kind]
    for place in places:
        try:
            plan(write_spec(make(string, (place,), folder), folder))
        except SpecError as error:
            assert error.diagnostics
        except (OSError, UnicodeEncodeError, ValueError) as error:
            # No file can have such a name; everything else is a fault of the compiler.
            assert place == "file", error
        else:
            yield place


def rendered(kind: str, string: str, places: tuple[str, ...], folder: Path) -> dict[str, str]:
    spec = MAKERS[kind][0](string, places, folder)
    _, project, _ = compile_project(write_spec(spec, folder), weighs=False)
    return {f.path: f.content.decode() for f in project.files if not f.is_provenance}


class _Shape(ast.NodeTransformer):
    """Puts the same literal in the place of every literal."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.copy_location(ast.Constant(type(node.value).__name__), node)


def shape(text: str) -> str:
    """What a file does, whatever its literals say."""
    return ast.dump(_Shape().visit(ast.parse(text)))


def literals(files: dict[str, str]) -> set[str]:
    """Every string that the Python files hold as a literal."""
    return {
        node.value
        for path, text in files.items()
        if path.endswith(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("string", HOSTILE.values(), ids=HOSTILE)
def test_string_stays_in_its_literal(kind: str, string: str, tmp_path: Path) -> None:
    places = tuple(accepted(kind, string, tmp_path))
    hostile = rendered(kind, string, places, tmp_path)
    benign = rendered(kind, BENIGN, (), tmp_path)
    assert hostile.keys() == benign.keys()
    for path, text in hostile.items():
        if path.endswith(".py"):
            assert shape(text) == shape(benign[path]), path
        else:
            assert text.count("\n") == benign[path].count("\n"), path
            assert not re.search("[\0\x1b\u202e\u2066]", text), path
    found = literals(hostile)
    for place in places:
        wanted = f"{place}_{string}"
        if place == "labels":
            assert {f"{prefix} {wanted}" for prefix in PREFIXES} <= found
        elif place == "file":
            assert any(wanted in literal for literal in found)
        elif place == "stop_words":
            assert as_word(wanted).casefold() in found
        else:
            assert wanted in found, place


@pytest.mark.parametrize("kind", MAKERS)
def test_every_place_takes_any_harmless_text(kind: str, tmp_path: Path) -> None:
    expected = MAKERS[kind][1]
    assert tuple(accepted(kind, "its_3.b", tmp_path)) == expected
    # A hub id has no spaces.
    free = tuple(place for place in expected if place not in ("base", "path"))
    assert set(accepted(kind, "żółć it's", tmp_path)) >= set(free)


@pytest.mark.parametrize("string", HOSTILE.values(), ids=HOSTILE)
def test_accepted_replacement_works(string: str, tmp_path: Path) -> None:
    for place in set(accepted("local", string, tmp_path)) & {"pattern", "by"}:
        rule = local_spec(string, (place,), tmp_path)["data"]["clean"]["replace"][0]
        re.sub(rule["pattern"], rule["by"], f"pattern_{BENIGN}")
