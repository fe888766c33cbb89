"""Says how a folder differs from what a build would make of it; reads only."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Literal

from specc.project.line_ends import is_same
from specc.project.manifest import BASE_FOLDER, provenance_files
from specc.project.project import Project, text_of
from specc.project.status import Change, project_status
from specc.project.write import refuse_target

MAX_DIFF_LINES = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that is not as rendered.

    `is_edit` is True where only a person's edit makes the difference, which a build would keep.
    `diff` leads from the file on disk to the render; empty for data and binary files.
    """

    path: str
    kind: Literal["changed", "missing", "extra"]
    is_edit: bool = False
    diff: str = ""


def check_project(project: Project, folder: Path) -> tuple[Difference, ...]:
    """The differences between `folder` and a fresh render, sorted by path.

    "extra" is a file that an earlier build wrote and that is no longer rendered. Files of the
    user's own are no differences. The merge base in `.specc/` is left out: the manifest has its
    hashes.

    Raises:
        SpecError: as `refuse_target` and `project_status` do.
    """
    rendered = {file.path: file.content for file in project.files}
    current = {*rendered, *(copy.path for copy in project.copies)}
    refuse_target(folder)
    changes = project_status(project, folder)
    found = [
        _difference(change, folder, rendered.get(change.path), is_extra=change.path not in current)
        for change in changes
        if change.action != "unchanged"
    ]
    found += _provenance_differences(project, folder)
    return tuple(sorted(found, key=lambda difference: difference.path))


def _difference(change: Change, folder: Path, rendered: bytes | None, is_extra: bool) -> Difference:
    is_edit = change.action == "keep"
    if is_extra:
        return Difference(change.path, "extra", is_edit)
    if change.action == "create":
        return Difference(change.path, "missing")
    return Difference(change.path, "changed", is_edit, _diff(folder, change.path, rendered))


def _provenance_differences(project: Project, folder: Path) -> list[Difference]:
    found = []
    for file in provenance_files(project):
        target = folder / file.path
        if file.path.startswith(BASE_FOLDER):
            continue
        if not target.is_file():
            found.append(Difference(file.path, "missing"))
        elif not is_same(target.read_bytes(), file.content):
            found.append(
                Difference(file.path, "changed", diff=_diff(folder, file.path, file.content))
            )
    return found


def _diff(folder: Path, path: str, rendered: bytes | None) -> str:
    """A unified diff from disk to render, cut after `MAX_DIFF_LINES`; empty if either is no text.

    `rendered` is None for data.
    """
    on_disk = text_of((folder / path).read_bytes()) if rendered is not None else None
    new = text_of(rendered) if rendered is not None else None
    if on_disk is None or new is None:
        return ""
    lines = list(
        unified_diff(
            on_disk.splitlines(),
            new.splitlines(),
            f"{path} (on disk)",
            f"{path} (generated)",
            lineterm="",
        )
    )
    if len(lines) > MAX_DIFF_LINES:
        num_left = len(lines) - MAX_DIFF_LINES
        lines = [*lines[:MAX_DIFF_LINES], f"... {num_left} more lines"]
    return "".join(line + "\n" for line in lines)
