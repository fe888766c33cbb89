"""What the gallery compiles to is committed, and is the same to the byte."""

from __future__ import annotations

import difflib

import pytest

from tests.golden.gallery import GENERATED, SPECS, UPDATE, committed, compiled, tree

SHOWN_LINES = 200


def difference(path: str, old: bytes, new: bytes) -> str:
    """A unified diff from what is committed to what is compiled."""
    if b"\0" in old + new:
        return f"{path}: {len(old)} bytes are committed, {len(new)} are compiled\n"
    lines = difflib.unified_diff(
        old.decode(errors="replace").splitlines(keepends=True),
        new.decode(errors="replace").splitlines(keepends=True),
        f"generated/{path}",
        f"compiled/{path}",
    )
    return "".join(lines)


def test_the_gallery_is_found() -> None:
    assert len(SPECS) >= 9


def test_only_the_gallery_is_committed() -> None:
    assert {path.name for path in GENERATED.iterdir()} == set(SPECS), UPDATE


@pytest.mark.parametrize("name", SPECS)
def test_committed_project_is_what_the_spec_compiles_to(name: str) -> None:
    new, old = tree(compiled(name)[1]), committed(GENERATED / name)
    missing, extra = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    changes = "".join(
        difference(f"{name}/{path}", old[path], new[path])
        for path in sorted(new.keys() & old.keys())
        if old[path] != new[path]
    )
    shown = "\n".join(changes.splitlines()[:SHOWN_LINES])
    assert new == old, f"missing: {missing}\nextra: {extra}\n{shown}\n{UPDATE}"


@pytest.mark.parametrize("name", SPECS)
def test_manifest_names_every_file(name: str) -> None:
    _, project = compiled(name)
    files = tree(project)
    assert ".specc/manifest.json" in files
    rendered = {f.path for f in project.files if not f.is_provenance}
    assert {path.removeprefix(".specc/base/") for path in files if "/base/" in path} == rendered
