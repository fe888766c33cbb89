"""What a build would do to each file of a folder, and why; reads the folder, writes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.rules.write import PATH_BLOCKED, UNRESOLVED_CONFLICT
from specc.project.line_ends import is_crlf, is_same, like, plain, plain_sha256
from specc.project.manifest import BASE_FOLDER, read_manifest
from specc.project.merge import has_conflict_markers, merge3
from specc.project.project import Copy, Project, ProjectFile, text_of

Action = Literal["create", "unchanged", "update", "merge", "conflict", "keep", "remove"]


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one file.

    `content` is what is to be written: None for data copies, for files that stay as they are, and
    for those that go.
    """

    path: str
    action: Action
    note: str | None = None
    content: bytes | None = field(default=None, repr=False)


def project_status(project: Project, folder: Path) -> tuple[Change, ...]:
    """The action for each file outside `.specc/`, sorted by path.

    - create: not there (also where you deleted it: bringing it back overwrites nothing).
    - unchanged: there, with the rendered content.
    - update: you did not touch it, and the render changed.
    - merge: you and the render changed different lines.
    - conflict: you and the render changed the same lines; where lines cannot be marked (binary,
      data), your file stays as it is.
    - keep: you changed it, the render did not; or it is no longer generated and you changed it.
    - remove: no longer generated, and you did not touch it.

    All other files in the folder are yours: they are neither read nor listed.

    Raises:
        SpecError: SP504, SP505 (manifest), SP507 (unresolved conflict), SP509 (path blocked).
    """
    manifest = read_manifest(folder)
    before = manifest.hashes if manifest else {}
    files = [file for file in project.files if not file.is_provenance]
    current = {file.path for file in files} | {copy.path for copy in project.copies}
    _refuse_blocked(folder, current)
    changes = [_file_change(file, folder, before.get(file.path)) for file in files]
    changes += [_copy_change(copy, folder, before.get(copy.path)) for copy in project.copies]
    for path, sha256 in before.items():
        if path not in current and (folder / path).is_file():
            changes.append(_stale_change(path, folder, sha256))
    _refuse_unresolved(folder, changes)
    return tuple(sorted(changes, key=lambda change: change.path))


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file_change(file: ProjectFile, folder: Path, before: str | None) -> Change:
    """`before` is the hash of the last render, None if this path was not rendered then."""
    target = folder / file.path
    if not target.is_file():
        return Change(file.path, "create", content=file.content)
    on_disk = target.read_bytes()
    if is_same(on_disk, file.content):
        return Change(file.path, "unchanged")
    if before == file.sha256:
        return Change(file.path, "keep", "you changed it; what is generated is as before")
    mine = on_disk if is_crlf(file.content) else plain(on_disk)
    if before in (hashlib.sha256(mine).hexdigest(), hashlib.sha256(on_disk).hexdigest()):
        change = Change(file.path, "update", content=file.content)
    else:
        change = _merged(file, folder, mine)
    if change.content is None or mine == on_disk:
        return change
    return replace(change, content=like(change.content, on_disk))


def _merged(file: ProjectFile, folder: Path, mine: bytes) -> Change:
    """`mine` is what is on disk, with the line ends of the render."""
    mine_text, theirs_text = text_of(mine), text_of(file.content)
    if mine_text is None or theirs_text is None:
        return Change(file.path, "conflict", "yours is kept; it has no lines to merge")
    # Not rendered before: your file has no common ancestor with it, so all lines are in conflict.
    base = folder / BASE_FOLDER / file.path
    former = base.read_bytes() if base.is_file() else b""
    base_text = text_of(former if is_crlf(file.content) else plain(former))
    merge = merge3(base_text or "", mine_text, theirs_text)
    if merge.num_conflicts:
        places = "1 place" if merge.num_conflicts == 1 else f"{merge.num_conflicts} places"
        return Change(file.path, "conflict", f"marked at {places}", merge.text.encode())
    if merge.text == mine_text:
        return Change(file.path, "keep", "you already made the change that is now generated")
    return Change(file.path, "merge", "your changes and the new render", merge.text.encode())


def _copy_change(copy: Copy, folder: Path, before: str | None) -> Change:
    target = folder / copy.path
    if not target.is_file():
        return Change(copy.path, "create")
    mine = file_sha256(target)
    if copy.sha256 in (mine, plain_sha256(target)):
        return Change(copy.path, "unchanged")
    if before == copy.sha256:
        return Change(copy.path, "keep", "you changed it; the data it was copied from is as before")
    if target.is_symlink():
        return Change(copy.path, "conflict", "yours is kept; it is a link")
    if before in (mine, plain_sha256(target)):
        return Change(copy.path, "update")
    return Change(copy.path, "conflict", "yours is kept; it is data, which is not merged")


def _stale_change(path: str, folder: Path, before: str) -> Change:
    if before in (file_sha256(folder / path), plain_sha256(folder / path)):
        return Change(path, "remove")
    return Change(path, "keep", "no longer generated; you changed it, so it is yours now")


def _refuse_blocked(folder: Path, paths: Iterable[str]) -> None:
    """A folder where a file is to be, or something else than a folder where a folder is to be."""
    paths = list(paths)
    blocked = {path: "a file" for path in paths if _blocks_a_file(folder / path)}
    parents = {parent for path in paths for parent in PurePosixPath(path).parents}
    for parent in {str(parent) for parent in parents} - {"."}:
        place = folder / parent
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            blocked[parent] = "a folder"
    if blocked:
        raise SpecError(
            tuple(
                Diagnostic(
                    PATH_BLOCKED,
                    f"`{path}` is in the way: the project has {needed} of this name",
                    folder.as_posix(),
                    help=f"move `{path}` away",
                )
                for path, needed in sorted(blocked.items())
            )
        )


def _blocks_a_file(place: Path) -> bool:
    """Everything but a file: a folder, a pipe, a link that leads nowhere."""
    return not place.is_file() and (place.exists() or place.is_symlink())


def _refuse_unresolved(folder: Path, changes: Iterable[Change]) -> None:
    touched = [c.path for c in changes if c.action in {"keep", "merge", "conflict"}]
    unresolved = [path for path in touched if _is_unresolved(folder / path)]
    if unresolved:
        raise SpecError(
            tuple(
                Diagnostic(
                    UNRESOLVED_CONFLICT,
                    f"`{path}` still holds the markers of a conflict",
                    folder.as_posix(),
                    help=f"keep one version of each marked stretch of `{path}`, delete the markers",
                )
                for path in sorted(unresolved)
            )
        )


def _is_unresolved(path: Path) -> bool:
    # Data files can be huge and never get markers.
    if path.stat().st_size > 2**24:
        return False
    return has_conflict_markers(text_of(path.read_bytes()) or "")
