"""What a spec's text becomes: values by YAML 1.2, and where each of them stands."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.diagnostics.diagnostic import Span, SpecError
from specc.yaml import read
from specc.yaml.read import read_source, text_for_display
from specc.yaml.source import Place, Source


def source(text: str | bytes, folder: Path) -> Source:
    path = folder / "spec.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_source(path)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2e-5", 2e-5),
        ("1E3", 1000.0),
        ("3", 3),
        ("-3", -3),
        ("+3", 3),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.", 1.0),
        (".5", 0.5),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
        ("1e999", math.inf),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("no", "no"),
        ("y", "y"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("1:30", "1:30"),
        ("2024-01-01", "2024-01-01"),
        ("1.2.3", "1.2.3"),
        ("1e", "1e"),
        ("-", None),
        (".", "."),
        ("'3'", "3"),
        ('"true"', "true"),
        ("٣", "٣"),
        ("[1, a]", [1, "a"]),
        ("{}", {}),
        ("|\n  a\n  b", "a\nb\n"),
        (">\n  a\n  b", "a b\n"),
        ('"\\u00e9\\t"', "é\t"),
    ],
)
def test_scalars_follow_yaml_1_2(written: str, value: Any, tmp_path: Path) -> None:
    if written == "-":
        assert source("k:\n-\n", tmp_path).value == {"k": [value]}
        return
    read = source(f"k: {written}\n", tmp_path).value["k"]
    assert read == value and type(read) is type(value)


def test_not_a_number(tmp_path: Path) -> None:
    assert math.isnan(source("k: .nan", tmp_path).value["k"])


TEXT = """\
# a comment
task: {kind: x, "text": [a, 'b c']}
model:
  base: "wörd"   # the base
  freeze:
    - embeddings
    - layers 0-3
  empty:
last: 3
"""


def texts(place: Place, lines: list[str]) -> Any:
    """The tree with the text of each span in its place, single lines only."""

    def cut(span: Span) -> str:
        end = span.end_column - 1 if span.end_line == span.line else None
        return lines[span.line - 1][span.column - 1 : end]

    return {
        key: (child.key and cut(child.key), cut(child.value), texts(child, lines))
        for key, child in place.children.items()
    }


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_every_key_and_value_has_its_place(ending: str, start: str, tmp_path: Path) -> None:
    read = source(start + TEXT.replace("\n", ending), tmp_path)
    items: dict[int, Any] = {0: (None, "a", {}), 1: (None, "'b c'", {})}
    freeze: dict[int, Any] = {0: (None, "embeddings", {}), 1: (None, "layers 0-3", {})}
    assert texts(read.root, TEXT.splitlines()) == {
        "task": (
            "task",
            "{kind: x, \"text\": [a, 'b c']}",
            {"kind": ("kind", "x", {}), "text": ('"text"', "[a, 'b c']", items)},
        ),
        "model": (
            "model",
            'base: "wörd"   # the base',
            {
                "base": ("base", '"wörd"', {}),
                "freeze": ("freeze", "- embeddings", freeze),
                "empty": ("empty", "", {}),
            },
        ),
        "last": ("last", "3", {}),
    }
    assert read.span("model") == Span(4, 3, 8, 9)
    assert read.span("model", "freeze") == Span(6, 5, 7, 17)
    assert read.key_span("model", "pretrained", "base") == Span(4, 3, 4, 7)


def test_columns_count_characters_not_bytes(tmp_path: Path) -> None:
    read = source("{😀: 'ü', k: 1}\n", tmp_path)
    assert read.key_span("k") == Span(1, 10, 1, 11)


def shape(value: Any) -> Any:
    """The keys of a value, as the tree of places should have them."""
    if isinstance(value, dict):
        return {key: shape(child) for key, child in value.items()}
    return {i: shape(child) for i, child in enumerate(value)} if isinstance(value, list) else {}


def keys(place: Place) -> Any:
    return {key: keys(child) for key, child in place.children.items()}


def test_the_places_mirror_the_value(tmp_path: Path) -> None:
    read = source(TEXT, tmp_path)
    assert keys(read.root) == shape(read.value)


def test_both_parsers_read_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = source(TEXT, tmp_path)
    monkeypatch.setattr(read, "_LOADER", yaml.SafeLoader)
    assert source(TEXT, tmp_path) == fast


@pytest.mark.parametrize(
    "text", ['a: "\\U00110000"', 'a: "\\ud800"', "a: [1", "a: *b", "a: \tb: c"]
)
def test_the_slow_parser_refuses_the_same(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "_LOADER", yaml.SafeLoader)
    with pytest.raises(SpecError):
        source(text, tmp_path)


def test_all_that_leaves_the_rest_readable_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        source("a: &x 1\na: 2\n1: 3\nb: !t 4\nc: [1\n", tmp_path)
    codes = [d.code for d in caught.value.diagnostics]
    assert codes == ["SP013", "SP015", "SP016", "SP014", "SP009"]


def test_a_billion_laughs_are_not_laughed(tmp_path: Path) -> None:
    laughs = "a0: &a0 [x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10)
    )
    with pytest.raises(SpecError) as caught:
        source(laughs, tmp_path)
    assert {d.code for d in caught.value.diagnostics} == {"SP013"}


def test_sixty_four_levels_are_allowed(tmp_path: Path) -> None:
    assert source("k: " + "[" * 63 + "]" * 63, tmp_path).value
    with pytest.raises(SpecError):
        source("k: " + "[" * 64 + "]" * 64, tmp_path)


def test_display_never_fails(tmp_path: Path) -> None:
    assert text_for_display(tmp_path) == ""
    assert text_for_display(tmp_path / "none") == ""
    (tmp_path / "odd").write_bytes(b"\xff\xfea\0")
    assert "a" in text_for_display(tmp_path / "odd")


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.binary(max_size=60) | st.text("{}[]:-#&*!|>'\"%@?,ab1 \t\n").map(str.encode))
def test_no_bytes_raise_anything_but_spec_error(data: bytes, tmp_path: Path) -> None:
    try:
        read = source(data, tmp_path)
    except SpecError as error:
        assert all(d.help and d.code.startswith("SP0") for d in error.diagnostics)
    else:
        assert keys(read.root) == shape(read.value)
