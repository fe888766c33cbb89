"""Small projects and folders for the tests of this folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

from specc.project.project import Copy, Project, ProjectFile


def project(files: dict[str, str | bytes], *copies: Copy, spec: str = "name: x\n") -> Project:
    """A project with a spec and a plan, as the compiler hands it over."""
    contents = {".specc/spec.yaml": spec, ".specc/plan.json": "{}\n", **files}
    return Project(
        name="x",
        files=tuple(
            ProjectFile(path, content.encode() if isinstance(content, str) else content)
            for path, content in contents.items()
        ),
        copies=copies,
        provenance={"spec": "x.yaml"},
    )


def copy_of(origin: Path, path: str) -> Copy:
    content = origin.read_bytes()
    return Copy(path, origin, len(content), hashlib.sha256(content).hexdigest())


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def add(folder: Path, files: dict[str, str]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, newline="")


def names(folder: Path) -> list[str]:
    """What lies directly in `folder`, hidden or not."""
    return sorted(path.name for path in folder.iterdir())
