"""The specs of the gallery, compiled in memory, and what is committed of them."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from specc.pipeline import compile_project
from specc.plan.plan import Plan
from specc.project.manifest import provenance_files
from specc.project.project import Project

ROOT = Path(__file__).resolve().parents[2]
SPECS = {path.stem: path for path in sorted((ROOT / "specs").glob("*.yaml"))}
GENERATED = ROOT / "generated"
UPDATE = "`make golden` (= `python -m tests.golden.update`) writes what the compiler gives now"
LEFT_BY_RUNS = frozenset(
    {"cache", "outputs", "__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"}
)
"""Folders that running a project leaves in it; none is committed."""


@cache
def compiled(name: str) -> tuple[Plan, Project]:
    """One spec of the gallery through the whole pipe."""
    plan, project, _ = compile_project(SPECS[name])
    return plan, project


def tree(project: Project) -> dict[str, bytes]:
    """Every file of a built project by path: rendered, copied in, and provenance."""
    rendered = {file.path: file.content for file in project.files}
    provenance = {file.path: file.content for file in provenance_files(project)}
    return rendered | provenance | {copy.path: copy.origin.read_bytes() for copy in project.copies}


def sources(name: str) -> dict[str, str]:
    """The text of the files that a person reads: no provenance, no data."""
    _, project = compiled(name)
    return {f.path: f.content.decode() for f in project.files if not f.is_provenance}


def python_sources(name: str) -> dict[str, str]:
    return {path: text for path, text in sources(name).items() if path.endswith(".py")}


def committed(folder: Path) -> dict[str, bytes]:
    """What lies in `folder`, apart from what running the project leaves there."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    inside = ((path, path.relative_to(folder)) for path in files)
    return {
        relative.as_posix(): path.read_bytes()
        for path, relative in inside
        if LEFT_BY_RUNS.isdisjoint(relative.parts)
    }


def write_tree(files: dict[str, bytes], folder: Path) -> Path:
    """Writes `files` below `folder`, each only where it differs."""
    for path, content in files.items():
        target = folder / path
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return folder


def workplace(folder: Path) -> Path:
    """`folder` with the gallery's data in it, for specs that are written there."""
    shutil.copytree(ROOT / "specs/data", folder / "data", dirs_exist_ok=True)
    return folder


def compile_spec(spec: dict[str, Any] | str, folder: Path, name: str = "spec") -> Project:
    """A spec given as value or as YAML, written to `folder` and compiled there."""
    text = spec if isinstance(spec, str) else yaml.safe_dump(spec, sort_keys=False)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return compile_project(path, weighs=False)[1]
