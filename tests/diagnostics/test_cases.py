"""Each bad spec in `cases/` is told what its neighbour `.stderr` says, byte for byte.

`UPDATE_CASES=1 pytest tests/diagnostics` writes the `.stderr` files anew: read their diff.
"""

from __future__ import annotations

import os
import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from specc.diagnostics import rules
from specc.diagnostics.diagnostic import Rule
from specc.diagnostics.register import RULES
from specc.rooms import ROOMS, has_module

from .harness import findings, shown
from .test_generated_cases import GENERATED

HERE = Path(__file__).parent
CASES = sorted(path.name for path in (HERE / "cases").glob("*.yaml"))
STAGES = ("SP0", "SP1", "SP2", "SP3", "SP4")
"""Code ranges whose every rule has a case; a stage that joins the harness joins here."""


@pytest.fixture(autouse=True)
def _short_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """The messages name the files as a user would who stands beside them."""
    monkeypatch.chdir(HERE)


LEAKED = re.compile(
    r"(?i:pydantic|python|traceback|exception|discriminat|validator|\bdict|tuple|float)"
    r"|(?i:input should|instance of|extra inputs)"
    r"|\bint\b|\bstr\b|\bbool\b|NoneType|\bNone\b|\bTrue\b|\bFalse\b|<class"
)
"""Words of the machinery, which never reach the reader."""


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    """What is told is as expected, is about the code of the name, and names no machinery."""
    case = Path("cases") / name
    expected = case.with_suffix(".stderr")
    found = findings(case)
    told = shown(found)
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(told, encoding="utf-8", newline="")
    wanted = expected.read_bytes().decode() if expected.exists() else ""
    assert told == wanted, "if this is meant: UPDATE_CASES=1 pytest tests/diagnostics"
    assert name[:5] in {d.code.lower() for d in found}
    for d in found:
        own = " ".join([d.message, d.help or "", *(n.message for n in d.notes)])
        # What the user wrote is repeated in backquotes and may hold any word.
        assert not LEAKED.search(re.sub(r"`[^`]*`", "", own)), own
        assert d.help, d.message
        assert "\n" not in d.message


def test_every_code_has_a_case() -> None:
    assert len(CASES) >= 100
    wanted = {code for code in RULES if code.startswith(STAGES)}
    assert len(wanted) > 200
    shown = {name[:5].upper() for name in CASES} | set(GENERATED)
    assert wanted - shown == set()


def test_every_rule_is_registered() -> None:
    names = [f"specc.diagnostics.rules.{m.name}" for m in iter_modules(rules.__path__)]
    rooms = [f"specc.tasks.{room}.rules" for room in ROOMS if has_module(room, "rules")]
    modules = [import_module(name) for name in names + rooms]
    made = [value for m in modules for value in vars(m).values() if isinstance(value, Rule)]
    assert len(made) > 150
    assert {rule.code for rule in made} - set(RULES) == set()


def test_codes_of_writing_and_running_are_asserted_by_the_tests_of_those_stages() -> None:
    """They need folders and processes, not a spec: their tests name each code that they provoke."""
    later = {code for code in RULES if not code.startswith(STAGES)}
    assert len(later) >= 15
    folders = [HERE.parent / name for name in ("project", "run", "cli")]
    texts = "".join(file.read_text() for folder in folders for file in folder.glob("*.py"))
    assert {code for code in later if code not in texts} == set()


def test_no_expectation_is_left_over() -> None:
    left = {path.stem for path in Path("cases").glob("*.stderr")} - {n[:-5] for n in CASES}
    assert left == set()
