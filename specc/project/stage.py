"""Puts the complete new project together beside the folder it is going to replace."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.rules.write import DATA_CHANGED, FOLDER_NOT_REPLACEABLE, NOT_WRITABLE
from specc.project.project import PROVENANCE_FOLDER, Copy
from specc.project.swap import sync_folder

_FILE_MODE = 0o644
_CHUNK_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Writes:
    """What differs from the former project, outside and inside of `.specc/`.

    `kept` are the generated paths that stay as they are on disk, `removed` those of the former
    project that the new one does not have. What no field names is the user's own.
    """

    files: Mapping[str, bytes]
    copies: tuple[Copy, ...] = ()
    kept: Collection[str] = ()
    removed: Collection[str] = ()

    @property
    def paths(self) -> set[str]:
        return {*self.files, *(copy.path for copy in self.copies)}


def stage(former: Path | None, staged: Path, writes: Writes, shown: str) -> None:
    """Builds the new tree at `staged`, which must not exist, and syncs what it wrote.

    Everything of `former` that `writes` does not name is a hard link, so that results and
    checkpoints of any size cost nothing.

    Args:
        former: the project to replace, None for a new one.
        staged: on the same file system.
        writes: the rest.
        shown: the project's folder as the user gave it, for diagnostics.

    Raises:
        SpecError: SP503, SP508 or SP510.
        OSError: if the disk is full or the like.
    """
    staged.mkdir()
    if former is not None:
        _link_tree(former, staged, writes, shown)
    for path, content in writes.files.items():
        with _create(staged / path) as file:
            file.write(content)
            _finish(file)
    for copy in writes.copies:
        _copy_in(copy, staged / copy.path, shown)
    for place, _, _ in os.walk(staged, topdown=False):
        sync_folder(Path(place))


def _link_tree(former: Path, staged: Path, writes: Writes, shown: str) -> None:
    replaced = writes.paths | set(writes.removed)
    device = former.stat().st_dev
    for place, folders, files in os.walk(former):
        here = Path(place).relative_to(former)
        if here == Path():
            folders[:] = [name for name in folders if name != PROVENANCE_FOLDER]
        _refuse_unmovable(Path(place), device, here, shown)
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        (staged / here).mkdir(exist_ok=True)
        for name in [*files, *links]:
            path = (here / name).as_posix()
            if path not in replaced:
                _link(former / path, staged / path, path in writes.kept, shown)
        shutil.copystat(place, staged / here)
    _drop_emptied(staged, writes.removed)


def _refuse_unmovable(place: Path, device: int, here: Path, shown: str) -> None:
    if place.stat().st_dev != device:
        raise SpecError((not_replaceable(shown, f"`{here.as_posix()}` in it is a mount point"),))
    # An unreadable folder would look empty, and its files would be lost with the former project.
    if not os.access(place, os.R_OK | os.W_OK | os.X_OK):
        message = f"the folder `{here.as_posix()}` cannot be read or not be written to"
        raise SpecError((not_writable(shown, message),))


def _link(source: Path, target: Path, is_generated: bool, shown: str) -> None:
    if source.is_symlink():
        target.symlink_to(source.readlink())
        return
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno == errno.EXDEV:
            raise SpecError((not_replaceable(shown, f"`{source.name}` is mounted"),)) from error
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
            raise
        # No hard links on this file system, or not to another user's files. Generated files are
        # copied; the user's own may be huge, and are moved over right after the swap.
        if is_generated:
            shutil.copy2(source, target)


def _drop_emptied(staged: Path, removed: Collection[str]) -> None:
    """Removes the folders that held nothing but removed files."""
    for path in removed:
        for parent in (staged / path).parents:
            if parent == staged or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


def _copy_in(copy: Copy, target: Path, shown: str) -> None:
    digest = hashlib.sha256()
    try:
        origin = copy.origin.open("rb")
    except OSError as error:
        raise SpecError((_data_changed(copy, shown, "cannot be read any more"),)) from error
    with origin, _create(target) as file:
        while chunk := origin.read(_CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)
        _finish(file)
    if digest.hexdigest() != copy.sha256:
        raise SpecError((_data_changed(copy, shown, "changed while it was copied"),))


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb")


def _finish(file: BinaryIO) -> None:
    os.fchmod(file.fileno(), _FILE_MODE)
    file.flush()
    os.fsync(file.fileno())


def _data_changed(copy: Copy, shown: str, what: str) -> Diagnostic:
    return Diagnostic(
        DATA_CHANGED,
        f"the data file `{copy.origin.as_posix()}` {what}",
        shown,
        help="build again once the file is complete",
    )


def not_replaceable(shown: str, why: str) -> Diagnostic:
    return Diagnostic(
        FOLDER_NOT_REPLACEABLE,
        f"the folder cannot be replaced in one step: {why}",
        shown,
        help="build to a folder inside the mount; a symbolic link `outputs` may lead elsewhere",
    )


def not_writable(shown: str, message: str) -> Diagnostic:
    return Diagnostic(
        NOT_WRITABLE, message, shown, help="choose an output folder that you can write to"
    )
