"""Writes a project to its folder: all of it or nothing of it, and never over a person's edits."""

from __future__ import annotations

import errno
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.rules.write import (
    BUILD_DURING_RUN,
    FOLDER_NOT_OURS,
    KEEPS_CHANGING,
    MERGE_CONFLICT,
    OUTPUT_IS_A_FILE,
)
from specc.project.line_ends import is_same
from specc.project.manifest import MANIFEST_PATH, provenance_files, read_manifest
from specc.project.origin import ORIGIN_PATH, origin_content
from specc.project.project import Project
from specc.project.stage import (
    Writes,
    not_replaceable,
    not_writable,
    settle,
    stage,
    state_of,
    write_through,
)
from specc.project.status import Change, project_status
from specc.project.swap import one_build_at_a_time, recover, replace_folder, staging_path

_MAX_LOOKS = 5

LOCKED = ("run.log", ".lock")
"""Files of `outputs/` that are locked as long as a training goes on."""


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What was done to each file outside `.specc/`, by path, and the conflicts among it."""

    changes: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def write_project(project: Project, folder: Path, origin: str | None = None) -> WriteResult:
    """Brings `folder` to `project`, merging with what was changed there.

    The folder may be absent, empty or a project that an earlier build wrote. At every moment it
    holds the whole former project or the whole new one (`specc.project.swap` says how, and what the
    next build does after a kill). Files that no build wrote, `outputs/` first of all, stay the same
    files, and the folder stays the same folder. What is saved while this goes on is kept: a change
    of a generated file makes the build look again.

    Args:
        project: what to write.
        folder: where to.
        origin: the spec's path as seen from the folder, to be remembered there.

    Returns:
        The changes; a conflict is an error diagnostic in the result, since the rest is written.

    Raises:
        SpecError: SP501 to SP505, SP507 to SP511 and SP513; the folder is then as it was.
    """
    shown = folder.as_posix()
    refuse_target(folder)
    target = folder.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with one_build_at_a_time(target.parent):
            recover(target)
            _refuse_foreign(target, shown)
            changes = _bring_to(project, target, folder, origin)
    except OSError as error:
        raise SpecError((_os_diagnostic(error, shown),)) from error
    return WriteResult(changes, _conflict_diagnostics(changes, shown))


def preview_project(project: Project, folder: Path) -> tuple[Change, ...]:
    """What `write_project` would do to each file; writes nothing.

    Raises:
        SpecError: what `write_project` would raise before it writes.
    """
    refuse_target(folder)
    changes = project_status(project, folder)
    if any(change.action not in {"keep", "unchanged"} for change in changes):
        _refuse_running(folder.resolve(), folder.as_posix())
    return changes


def refuse_target(folder: Path) -> None:
    """Whether a project can be in `folder` at all; writes nothing.

    Raises:
        SpecError: SP501 (a file), SP502 (not ours), SP503 (cannot be made), SP510 (no name).
    """
    shown = folder.as_posix()
    try:
        target = folder.resolve()
        if not target.name:
            raise SpecError((not_replaceable(shown, "it is the root of the file system"),))
        _refuse_file(target, shown)
        _refuse_foreign(target, shown)
        if not target.exists():
            _refuse_parent(target.parent, shown)
    except OSError as error:
        raise SpecError((_os_diagnostic(error, shown),)) from error


def _refuse_parent(parent: Path, shown: str) -> None:
    """The nearest folder that is there must take a new one."""
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if not os.access(parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _bring_to(
    project: Project, target: Path, folder: Path, origin: str | None
) -> tuple[Change, ...]:
    """Looks and writes, and looks again where somebody has saved a generated file meanwhile."""
    provenance = {file.path: file.content for file in provenance_files(project)}
    if origin is not None:
        provenance[ORIGIN_PATH] = origin_content(origin)
    for _ in range(_MAX_LOOKS):
        seen = _states(project, target)
        changes = project_status(project, folder)
        if _states(project, target) == seen and _apply(
            project, changes, provenance, target, folder.as_posix(), seen
        ):
            return changes
    message = "files of the project keep changing while it is written"
    help_line = "stop what writes to it, then build again"
    raise SpecError((Diagnostic(KEEPS_CHANGING, message, folder.as_posix(), help=help_line),))


def _states(project: Project, target: Path) -> dict[str, object]:
    """What is on disk of all files that a build writes, or that the last one wrote."""
    manifest = read_manifest(target)
    paths = {file.path for file in project.files if not file.is_provenance}
    paths |= {copy.path for copy in project.copies} | set(manifest.hashes if manifest else ())
    return {path: state_of(target / path) for path in paths}


def _apply(
    project: Project,
    changes: tuple[Change, ...],
    provenance: dict[str, bytes],
    target: Path,
    shown: str,
    seen: dict[str, object],
) -> bool:
    """Whether the project is in place; False where a file was saved while it was put together."""
    created = {change.path for change in changes if change.action in {"create", "update"}}
    files = {c.path: c.content for c in changes if c.content is not None}
    writes = Writes(
        files=files | provenance,
        copies=tuple(copy for copy in project.copies if copy.path in created),
        kept={change.path for change in changes if change.action in {"keep", "unchanged"}}
        | {c.path for c in changes if c.action == "conflict" and c.content is None},
        removed=[change.path for change in changes if change.action == "remove"],
        linked=[path for path in files if (target / path).is_symlink()],
    )
    is_current = all(_holds(target / path, content) for path, content in writes.files.items())
    if is_current and not writes.copies and not writes.removed:
        return True
    _refuse_running(target, shown)
    try:
        stage(target if target.exists() else None, staging_path(target), writes, shown)
        if _states(project, target) != seen:
            recover(target)
            return False
        if not replace_folder(
            target,
            lambda former: _states(project, former) == seen,
            lambda former, new, replaced: settle(former, new, replaced, writes, seen),
        ):
            return False
        write_through(target, writes)
    except FileNotFoundError:  # a file went away while it was linked
        recover(target)
        return False
    except BaseException:
        recover(target)
        raise
    return True


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and is_same(path.read_bytes(), content)


def _refuse_file(target: Path, shown: str) -> None:
    if target.exists() and not target.is_dir():
        message = "the output path is a file, and a project is a folder"
        help_line = "choose another output folder"
        raise SpecError((Diagnostic(OUTPUT_IS_A_FILE, message, shown, help=help_line),))


def _refuse_foreign(target: Path, shown: str) -> None:
    if not target.exists() or (target / MANIFEST_PATH).is_file():
        return
    if any(target.iterdir()):
        message = "the output folder is not empty, and specc did not generate it"
        help_line = "choose a folder that is empty or does not exist yet"
        raise SpecError((Diagnostic(FOLDER_NOT_OURS, message, shown, help=help_line),))


def _refuse_running(target: Path, shown: str) -> None:
    """`specc run` holds a lock on its log, and every training one on a file of its own."""
    if any(_is_locked(target / "outputs" / name) for name in LOCKED):
        message = "a training is going on in this folder"
        help_line = "wait for it or stop it, or build to another folder"
        raise SpecError((Diagnostic(BUILD_DURING_RUN, message, shown, help=help_line),))


def _is_locked(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # not there, or a file system without locks
        return False
    return False


def _conflict_diagnostics(changes: tuple[Change, ...], shown: str) -> tuple[Diagnostic, ...]:
    conflicts = [change for change in changes if change.action == "conflict"]
    return tuple(
        Diagnostic(
            MERGE_CONFLICT,
            f"you changed `{change.path}` where the new render changes it too: {change.note}",
            shown,
            help="keep one version of each marked stretch and delete the markers"
            if change.content is not None
            else f"delete `{change.path}` and build again to take the new version",
        )
        for change in conflicts
    )


def _os_diagnostic(error: OSError, shown: str) -> Diagnostic:
    if error.errno in (errno.EBUSY, errno.EXDEV):
        return not_replaceable(shown, "it is a mount point, or part of a container image")
    reason = (error.strerror or "the system refused").lower()
    return not_writable(shown, f"the project cannot be written: {reason}")
