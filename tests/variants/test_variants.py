"""A one-line change of a spec changes the project where it should, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

from specc.language.base import Section
from specc.language.spec import Spec
from specc.project.project import Project
from tests.golden.gallery import compile_spec
from tests.variants import bases, table, written
from tests.variants.bases import changed, lay_out
from tests.variants.compare import changed_lines
from tests.variants.table import Row

BASES = bases.BASES | written.BASES
ROWS = table.ROWS + written.ROWS

OF_SECTIONS = {"Training.optimizer", "Training.schedule", "Clean.replace"}
"""Keys that choose among sections, or list them; the rest of them is the sections' own."""


def _parts(annotation: Any) -> Iterator[Any]:
    """An annotation and everything inside it."""
    yield annotation
    for part in get_args(annotation):
        if get_origin(annotation) is not Literal:
            yield from _parts(part)


def _sections(model: type[Section]) -> Iterator[type[Section]]:
    """A section and all sections below it."""
    yield model
    for info in model.model_fields.values():
        for part in _parts(info.annotation):
            if isinstance(part, type) and issubclass(part, Section):
                yield from _sections(part)


def _is_section(annotation: Any) -> bool:
    """Whether a value is always the same section, whose own fields are the choice."""
    inner = [part for part in _parts(annotation) if isinstance(part, type)]
    return bool(inner) and all(issubclass(part, Section) for part in inner)


def _is_tag(annotation: Any) -> bool:
    return get_origin(annotation) is Literal and len(get_args(annotation)) == 1


def fields() -> set[str]:
    """Every key of the language that is a choice of its own, as `Section.key`."""
    return {
        f"{section.__name__}.{info.alias or name}"
        for section in _sections(Spec)
        for name, info in section.model_fields.items()
        if not _is_section(info.annotation) and not _is_tag(info.annotation)
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    laid_out = lay_out(tmp_path_factory.mktemp("variants"))
    written.lay_out_books(laid_out)
    return laid_out


@cache
def base(name: str, folder: Path) -> Project:
    return compile_spec(BASES[name], folder)


def test_the_language_is_walked() -> None:
    assert len(fields()) >= 90
    assert {"Sgd.nesterov", "DataFields.copy", "HubSplits.test", "Replace.by"} <= fields()


def test_every_field_has_a_row() -> None:
    rows = {row.field for row in ROWS}
    assert not fields() - rows, "give these fields a row in tests/variants/table.py"
    assert not rows - fields() - OF_SECTIONS, "these rows are of no field"
    assert rows >= OF_SECTIONS


def test_every_base_is_used() -> None:
    assert {row.base for row in ROWS} == set(BASES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.field}={row.value}"[:60])
def test_change_reaches_what_it_should(row: Row, folder: Path) -> None:
    new = compile_spec(changed(BASES[row.base], row.path, row.value), folder)
    counts = changed_lines(base(row.base, folder), new)
    assert counts, f"{row.field} changes nothing: a knob that turns no wheel"
    assert set(counts) == set(row.files.split())
    assert sum(counts.values()) <= row.lines, counts
