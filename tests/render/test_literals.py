"""Values become literals that give the same value back, and stay on their line."""

from __future__ import annotations

import ast
import math
import tokenize
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.render.literals import LINE_LENGTH, assignment, code, doc, markdown, plain, py

ANY_TEXT = st.text(st.characters(exclude_categories=()))
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
) | ANY_TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(SCALARS, inner),
    max_leaves=10,
)


@given(VALUES)
def test_literal_gives_the_value_back(value: Any) -> None:
    back = ast.literal_eval(py(value))
    assert back == value
    assert repr(back) == repr(value)


@given(ANY_TEXT)
def test_text_is_one_printable_token(text: str) -> None:
    written = py(text)
    assert written.isprintable()
    tokens = list(tokenize.generate_tokens(StringIO(written).readline))
    assert tokens[0].type == tokenize.STRING
    assert tokens[0].string == written


@pytest.mark.parametrize("value", [b"x", {1, 2}, object(), 1j])
def test_value_without_a_literal_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no literal"):
        py(value)


def test_floats_are_written_the_shortest_way() -> None:
    assert [py(x) for x in (0.1, 1e-05, 2.0, 1e22)] == ["0.1", "1e-05", "2.0", "1e+22"]


@given(ANY_TEXT)
def test_comment_text_is_one_printable_line(text: str) -> None:
    assert plain(text).isprintable()
    assert len(f"# {plain(text)}".splitlines()) == 1


@given(ANY_TEXT)
def test_docstring_says_what_it_is_given(text: str) -> None:
    """No quote ends it early and no backslash starts an escape."""
    tree = ast.parse(f'"""{doc(text)}."""')
    assert len(tree.body) == 1
    assert ast.get_docstring(tree, clean=False) == f"{doc(text)}."


@given(ANY_TEXT)
def test_code_span_ends_where_it_should(text: str) -> None:
    span = code(text)
    assert span.startswith("`") and span.endswith("`")
    assert span.count("`") == 2
    assert "|" not in span


@given(ANY_TEXT)
def test_table_cell_has_no_bare_bar(text: str) -> None:
    cell = markdown(text)
    escaped = cell.replace("\\\\", "").replace("\\|", "")
    assert "|" not in escaped
    assert len(cell.splitlines()) <= 1


@given(
    st.from_regex(r"[a-z_]{1,20}", fullmatch=True),
    st.floats(allow_nan=False) | ANY_TEXT,
    ANY_TEXT,
)
def test_assignment_is_one_field(name: str, value: Any, note: str) -> None:
    lines = assignment(f"x{name}", "str", value, note)
    text = "class C:\n" + "".join(f"    {line}\n" for line in lines)
    if isinstance(value, float) and math.isinf(value):
        return
    (field,) = ast.parse(text).body[0].body  # type: ignore[attr-defined]
    assert isinstance(field, ast.AnnAssign)
    assert field.value is not None
    assert ast.literal_eval(field.value) == value
    longest_word = max(map(len, [*plain(note).split(), ""]))
    comments = [line for line in lines if line.startswith("#")]
    assert all(len(line) <= max(LINE_LENGTH, longest_word + 6) for line in comments)
