"""One spec through the stages of `specc plan`, and what is printed about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.full import render_full
from specc.language.load import load_spec
from specc.pipeline import plan
from specc.yaml.read import read_source, text_for_display


def findings(path: Path) -> Sequence[Diagnostic]:
    """What the stages say about the spec at `path`, of the first stage that says something."""
    try:
        return plan(path)[1]
    except SpecError as error:
        return error.diagnostics


def language_findings(path: Path) -> Sequence[Diagnostic]:
    """What the language alone says about the spec: no file of data is looked for."""
    try:
        load_spec(read_source(path))
    except SpecError as error:
        return error.diagnostics
    return ()


def shown(found: Sequence[Diagnostic]) -> str:
    """The full rendering, without colour."""
    return render_full(found, {d.file: text_for_display(Path(d.file)) for d in found})
