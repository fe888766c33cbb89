"""The four formats on fixed diagnostics, and what hostile text does to them."""

from __future__ import annotations

import json
import re

import pytest

from specc.diagnostics.concise import render_concise
from specc.diagnostics.diagnostic import Diagnostic, Note, Span
from specc.diagnostics.full import LONGEST_LINE, render_full
from specc.diagnostics.github import render_github
from specc.diagnostics.json_ import render_json
from specc.diagnostics.register import rule
from specc.diagnostics.wording import SHOWN

FILE = "specs/intents.yaml"
TEXT = "\n" * 12 + "  batch_size: 32\n  leraning_rate: 5e-5\n"
UNKNOWN = Diagnostic(
    rule("SP104"),
    "unknown key `leraning_rate` in `training`",
    FILE,
    Span(14, 3, 14, 16),
    "did you mean `learning_rate`?",
)
WARNING = Diagnostic(
    rule("SP205"),
    "100 % of `train` is held out",
    FILE,
    Span(13, 3, 13, 13),
    notes=(Note("validation 0.5, test 0.5"), Note("cut here", Span(1, 1, 1, 2))),
    severity="warning",
)
BOTH = (UNKNOWN, WARNING)


def test_full_is_the_design_s_example() -> None:
    assert render_full([UNKNOWN], {FILE: TEXT}) == (
        "error[SP104]: unknown key `leraning_rate` in `training`\n"
        "  --> specs/intents.yaml:14:3\n"
        "   |\n"
        "13 |   batch_size: 32\n"
        "14 |   leraning_rate: 5e-5\n"
        "   |   ^^^^^^^^^^^^^\n"
        "   |\n"
        "   = help: did you mean `learning_rate`?\n"
        "\n"
        "found 1 error in specs/intents.yaml\n"
    )


def test_full_sorts_and_shows_notes() -> None:
    told = render_full(BOTH, {FILE: TEXT})
    assert told.startswith("warning[SP205]: 100 % of `train` is held out\n")
    assert "   = note: validation 0.5, test 0.5\n" in told
    assert "   = note: cut here (specs/intents.yaml:1:1)\n" in told
    assert told.endswith("found 1 error, 1 warning in specs/intents.yaml\n")


def test_full_without_text_or_place() -> None:
    nowhere = Diagnostic(rule("SP001"), "`x` does not exist", "x", help="check the path")
    assert render_full([nowhere], {}) == (
        "error[SP001]: `x` does not exist\n --> x\n  = help: check the path\n\nfound 1 error in x\n"
    )
    assert "--> specs/intents.yaml:14:3\n   = help" in render_full([UNKNOWN], {})


def test_colour_adds_nothing_but_escapes() -> None:
    coloured = render_full(BOTH, {FILE: TEXT}, color=True)
    assert "\033[1;31merror[SP104]\033[0m" in coloured
    assert "\033[1;33mwarning[SP205]\033[0m" in coloured
    assert re.sub(r"\033\[[0-9;]*m", "", coloured) == render_full(BOTH, {FILE: TEXT})


def test_concise() -> None:
    assert render_concise(BOTH) == (
        "specs/intents.yaml:13:3: warning[SP205]: 100 % of `train` is held out\n"
        "specs/intents.yaml:14:3: error[SP104]: unknown key `leraning_rate` in `training` "
        "(did you mean `learning_rate`?)\n"
        "found 1 error, 1 warning in specs/intents.yaml\n"
    )


def test_github_escapes_what_would_end_a_command() -> None:
    odd = Diagnostic(rule("SP104"), "100 %\nnew", "a:b,c.yaml", Span(1, 2, 1, 3), "a, b: c")
    assert render_github([odd, WARNING]) == (
        "::error title=SP104 unknown-key,file=a%3Ab%2Cc.yaml,line=1,endLine=1,col=2,endColumn=3"
        "::100 %25%0Anew%0Ahelp: a, b: c\n"
        "::warning title=SP205 split-leaves-nothing,file=specs/intents.yaml,line=13,endLine=13,"
        "col=3,endColumn=13::100 %25 of `train` is held out%0Anote: validation 0.5, test 0.5"
        "%0Anote: cut here\n"
    )


def test_json() -> None:
    values = render_json(BOTH)
    assert json.loads(json.dumps(values)) == values
    assert values[1] == {
        "code": "SP104",
        "name": "unknown-key",
        "severity": "error",
        "message": "unknown key `leraning_rate` in `training`",
        "file": FILE,
        "line": 14,
        "column": 3,
        "end_line": 14,
        "end_column": 16,
        "help": "did you mean `learning_rate`?",
        "notes": [],
    }
    assert [note["line"] for note in values[0]["notes"]] == [None, 1]


def test_only_so_many_are_shown() -> None:
    many = [
        Diagnostic(rule("SP104"), f"unknown key `{i}`", FILE, Span(i, 1, i, 2))
        for i in range(1, 44)
    ]
    for told in (render_full(many, {}), render_concise(many)):
        assert told.count("error[SP104]") == SHOWN == 20
        assert told.endswith("found 43 errors in specs/intents.yaml; the first 20 are shown\n")
    assert len(render_json(many)) == 43


def excerpt(text: str, start: int, end: int) -> tuple[str, str]:
    """The line and the carets under it, without the gutter."""
    told = render_full([Diagnostic(rule("SP104"), "x", "f", Span(1, start, 1, end))], {"f": text})
    line, carets = told.splitlines()[3:5]
    return line.removeprefix("1 | "), carets.removeprefix("  | ")


@pytest.mark.parametrize(
    ("text", "start", "end", "shown", "carets"),
    [
        ("你好: x", 5, 6, "你好: x", "      ^"),
        ("你好: x", 1, 3, "你好: x", "^^^^"),
        ("\ta: x", 2, 3, "    a: x", "    ^"),
        ("e\u0301: x", 5, 6, "e\u0301: x", "   ^"),
        ("a\x1b[2J: x", 6, 7, "a\\x1b[2J: x", "        ^"),
        ("a\u202eb: x", 3, 4, "a\\u202eb: x", "       ^"),
        ("a: x", 5, 5, "a: x", "    ^"),
        ("a: x", 99, 120, "a: x", "    ^"),
        ("a: '", 4, 400, "a: '", "   ^"),
    ],
)
def test_carets_stand_under_what_they_mean(
    text: str, start: int, end: int, shown: str, carets: str
) -> None:
    assert excerpt(text, start, end) == (shown, carets)


def test_a_long_line_is_cut_around_the_span() -> None:
    text = "a" * 500 + "BAD" + "c" * 500
    line, carets = excerpt(text, 501, 504)
    assert line.startswith("…") and line.endswith("…")
    assert len(line) == LONGEST_LINE + 2
    assert line[carets.index("^") : carets.index("^") + 3] == "BAD"
    assert carets.strip() == "^^^"


def test_a_span_of_several_lines_is_marked_on_its_first() -> None:
    wide = Diagnostic(rule("SP104"), "x", "f", Span(1, 3, 2, 2))
    assert "1 | ab cd\n  |   ^^^\n" in render_full([wide], {"f": "ab cd\nef"})


@pytest.mark.parametrize(
    "hostile", ["\x1b[31m", "\x9b", "\r", "\u202e", "\u2066", "\x00", "\ufeff"]
)
def test_no_text_can_steer_the_terminal(hostile: str) -> None:
    diagnostic = Diagnostic(
        rule("SP104"),
        f"m{hostile}",
        f"f{hostile}",
        Span(1, 1, 1, 2),
        f"h{hostile}",
        (Note(hostile),),
    )
    told = render_full([diagnostic], {diagnostic.file: f"a{hostile}b: 1"})
    for text in (told, render_concise([diagnostic])):
        assert hostile.replace("[31m", "") not in text


def test_tokens_are_masked_in_the_excerpt() -> None:
    line, _ = excerpt("a: hf_" + "x1" * 20, 1, 2)
    assert line == "a: " + "*" * 43
