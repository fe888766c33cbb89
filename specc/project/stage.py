"""Puts the complete new project together beside the folder it is going to replace."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.rules.write import DATA_CHANGED, FOLDER_NOT_REPLACEABLE, NOT_WRITABLE
from specc.project.project import PROVENANCE_FOLDER, Copy, is_provenance
from specc.project.swap import UNFINISHED, Identity, exchange, identity_of, sync_folder

_FILE_MODE = 0o644
_CHUNK_BYTES = 2**20
_MAX_READ = 2**22


@dataclass(frozen=True, slots=True)
class Writes:
    """What differs from the former project, outside and inside of `.specc/`.

    `kept` are the generated paths that stay as they are on disk, `removed` those of the former
    project that the new one does not have. `linked` are paths that the owner made a link: the link
    stays, and `write_through` writes what it leads to. What no field names is the user's own.
    """

    files: Mapping[str, bytes]
    copies: tuple[Copy, ...] = ()
    kept: Collection[str] = ()
    removed: Collection[str] = ()
    linked: Collection[str] = ()

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
        if path not in writes.linked:
            with _create(staged / path) as file:
                file.write(content)
                _finish(file, _mode(former, path))
    for copy in writes.copies:
        _copy_in(copy, staged / copy.path, shown, _mode(former, copy.path))
    for place, _, _ in os.walk(staged, topdown=False):
        sync_folder(Path(place))


def _link_tree(former: Path, staged: Path, writes: Writes, shown: str) -> None:
    replaced = (writes.paths | set(writes.removed)) - set(writes.linked)
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


def settle(
    former: Path, new: Path, replaced: Path, writes: Writes, seen: Mapping[str, object]
) -> dict[str, Identity]:
    """Brings `former` to the state of `new`, with the same files as hard links.

    A file that is not as it was `seen` has been saved by somebody since, and is left alone. Those
    that are replaced go to the folder `replaced`: who has one open may still write to it.

    Returns:
        What each of the replaced files was, by path.
    """
    were = {}
    paths = sorted(writes.paths - set(writes.linked))
    for path in paths:
        if not is_provenance(path) and (identity := _settle_one(former, new, replaced, path, seen)):
            were[path] = identity
    for path in writes.removed:
        if state_of(former / path) == seen.get(path):
            (former / path).unlink(missing_ok=True)
    # The manifest says what of the former tree was generated, so it goes last.
    for path in paths:
        if is_provenance(path):
            _settle_one(former, new, replaced, path, seen)
    _drop_emptied(former, writes.removed)
    _drop_old_provenance(former, new)
    for place, _, _ in os.walk(former / PROVENANCE_FOLDER, topdown=False):
        sync_folder(Path(place))
    return were


def _settle_one(
    former: Path, new: Path, replaced: Path, path: str, seen: Mapping[str, object]
) -> Identity | None:
    """What stood at `path` before, None where it was nothing or stands there still."""
    target = former / path
    taken = target.with_name(f".{target.name}{UNFINISHED}")
    target.parent.mkdir(parents=True, exist_ok=True)
    taken.unlink(missing_ok=True)
    _link(new / path, taken, is_generated=True, shown="")
    if path not in seen or not os.path.lexists(target):
        taken.replace(target)
        return None
    # Exchanged first and looked at afterwards, so that no save can come between the two.
    exchange(taken, target)
    before = identity_of(taken)
    if state_of(taken) != seen[path]:
        exchange(taken, target)
        taken.unlink()
        return None
    (replaced / path).parent.mkdir(parents=True, exist_ok=True)
    taken.replace(replaced / path)
    return before


def _drop_old_provenance(former: Path, new: Path) -> None:
    """What an earlier build kept in `.specc/` and this one does not."""
    for place, _, files in os.walk(former / PROVENANCE_FOLDER, topdown=False):
        here = Path(place).relative_to(former)
        for name in files:
            if not (new / here / name).exists():
                (former / here / name).unlink()
        if not any(Path(place).iterdir()):
            Path(place).rmdir()


def state_of(path: Path) -> object:
    """What tells one state of a file from another: its content, or of a large one its identity."""
    try:
        found = path.stat()
        if found.st_size <= _MAX_READ:
            return path.read_bytes()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def write_through(target: Path, writes: Writes) -> None:
    """Gives what the owner's links lead to its new content, each file in one step."""
    for path in writes.linked:
        real = (target / path).resolve()
        unfinished = real.with_name(f".{real.name}{UNFINISHED}")
        unfinished.unlink(missing_ok=True)
        with _create(unfinished) as file:
            file.write(writes.files[path])
            _finish(file, stat.S_IMODE(real.stat().st_mode))
        unfinished.replace(real)


def _mode(former: Path | None, path: str) -> int:
    """What the owner allowed for the file, else the usual."""
    if former is None or not (former / path).is_file():
        return _FILE_MODE
    return stat.S_IMODE((former / path).stat().st_mode)


def _copy_in(copy: Copy, target: Path, shown: str, mode: int) -> None:
    digest = hashlib.sha256()
    try:
        origin = copy.origin.open("rb")
    except OSError as error:
        raise SpecError((_data_changed(copy, shown, "cannot be read any more"),)) from error
    with origin, _create(target) as file:
        while chunk := origin.read(_CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)
        _finish(file, mode)
    if digest.hexdigest() != copy.sha256:
        raise SpecError((_data_changed(copy, shown, "changed while it was copied"),))


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb")


def _finish(file: BinaryIO, mode: int) -> None:
    os.fchmod(file.fileno(), mode)
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
