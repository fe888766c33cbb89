"""A help that is followed helps: its finding is gone, and no other error has come in its place.

The edits are read from the helps (`advice.py`) and done to the spec of each case, one alternative
after the other.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
import yaml

from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.yaml.read import read_source
from specc.yaml.source import KeyPath, Source

from .advice import Edit, edits_of, path_of, results
from .harness import findings, language_findings
from .test_cases import CASES, HERE

TOO_FEW_ROWS = ("SP350",)
"""The files of the cases are so small that a cut leaves nothing, once it is reached."""

MASKED = {
    "sp413-folder.yaml": ("SP412",),
    "sp213-secret-and-unknown-key.yaml": ("SP213", "SP103"),
    "sp283-frozen-whole.yaml": ("SP283",),
}
"""Cases with a second fault, which is looked for behind the first."""


@pytest.fixture(autouse=True)
def _short_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)


def told(path: Path, code: str) -> Sequence[Diagnostic]:
    """What the stage of `code` says: for a rule of the language, no file is looked for."""
    return language_findings(path) if code < "SP3" else findings(path)


def source_of(path: Path) -> Source | None:
    try:
        return read_source(path)
    except SpecError:
        return None


def places_of(path: Path, found: Sequence[Diagnostic]) -> list[tuple[str, KeyPath]]:
    """Code and key of each finding: its words may repeat a value, which is written anew."""
    source = read_source(path)
    return [(d.code, path_of(source, d.span)[0] if d.span else ()) for d in found]


@cache
def found_in(name: str) -> Sequence[Diagnostic]:
    """What is told of a case as it stands."""
    return findings(Path("cases") / name)


def failure(source: Source, finding: Diagnostic, edits: list[Edit]) -> str | None:
    """What is wrong after the edits, in the first of the ways to do them; None: nothing is."""
    first: str | None = None
    trial = source.path.with_name(f".{source.path.stem}-{os.getpid()}.trial")
    found = found_in(source.path.name)
    before = places_of(source.path, found)
    said = {(d.code, d.message) for d in found}
    [own] = places_of(source.path, [finding])
    try:
        for value in results(source, finding, edits):
            trial.write_text(yaml.safe_dump(value, sort_keys=False, allow_unicode=True))
            after = told(trial, finding.code)
            wrong = []
            for (code, key), d in zip(places_of(trial, after), after, strict=True):
                is_new = d.severity == "error" and (d.code, d.message) not in said
                same_place = key == own[1] or all(key != other for _, other in before)
                if (code, d.message) == (finding.code, finding.message) or (is_new and same_place):
                    wrong.append(d)
            wrong = [d for d in wrong if d.code not in MASKED.get(source.path.name, TOO_FEW_ROWS)]
            if not wrong:
                return None
            first = first or "; ".join(f"{d.code} {d.message}; {d.help}" for d in wrong)
    finally:
        trial.unlink(missing_ok=True)
    return first or "the edit cannot be done"


def failures(name: str) -> dict[str, str | None]:
    """For each alternative of each help of a case what is wrong after it."""
    source = source_of(Path("cases") / name)
    found: dict[str, str | None] = {}
    if source is None:
        return found
    for finding in found_in(name):
        outcomes = [(edits, failure(source, finding, edits)) for edits in edits_of(finding)]
        guesses = [wrong for edits, wrong in outcomes if edits[0].verb == "mean"]
        for edits, wrong in outcomes:  # of several names that are near, one is meant
            is_other_guess = edits[0].verb == "mean" and None in guesses
            found[f"{finding.help}: {edits}"] = None if is_other_guess else wrong
    return found


@pytest.mark.parametrize("name", CASES)
def test_help_that_is_followed_helps(name: str) -> None:
    wrong = {edit: what for edit, what in failures(name).items() if what}
    assert not wrong


def test_many_helps_are_followed() -> None:
    """The edits are found in the helps, or nothing above is tested."""
    edits = [edits_of(finding) for name in CASES for finding in found_in(name)]
    assert sum(map(bool, edits)) >= 200
