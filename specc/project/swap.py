"""Puts a finished tree in the place of a folder, so that a kill never leaves a mixture.

Beside `project`, a build uses three hidden names:

    .project.specc-new       the tree being put together
    .project.specc-journal   written once that tree is complete and on disk: which folder it is
    .project.specc-old       files of the former project that were replaced, or, where folders
                             cannot be exchanged, the former project

Linux and macOS exchange two folders in one system call, so there is no moment without a whole
project. While the new tree stands in, the former folder is brought to the same state (`settle`),
and then takes its place again: shells, editors and programs that stand in it notice nothing.
Elsewhere two renames put the new tree in place for good; killed between them, `project` is missing
and both halves stand beside it. Whatever was left behind, `recover` finishes or undoes: it compares
the identity of `project` with the one in the journal, and so knows on which side of the exchange
the build died.

Files of the user's are hard links in the new tree, so none is missing in either. Whatever was saved
before the exchange is seen after it, when nobody finds the former folder any more, and then the
exchange is undone. What somebody saves to the tree that stands in is moved over before that is
deleted (`_keep_saves`).
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from specc.diagnostics.diagnostic import SpecError
from specc.project.manifest import read_manifest
from specc.project.project import PROVENANCE_FOLDER

UNFINISHED = ".specc-new"
"""How the names of files and folders end that are being put together."""

Identity = tuple[int, int, int]
"""Inode, bytes and time of the last write (ns): they change with every save, in place or not."""

_AT_FDCWD_LINUX, _RENAME_EXCHANGE = -100, 2
_AT_FDCWD_MACOS, _RENAME_SWAP = -2, 2


def identity_of(path: Path) -> Identity:
    state = path.lstat()
    return state.st_ino, state.st_size, state.st_mtime_ns


def staging_path(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}{UNFINISHED}")


def _old_path(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.specc-old")


def _journal_path(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.specc-journal")


@contextmanager
def one_build_at_a_time(parent: Path) -> Iterator[None]:
    """Builds below the same parent wait for each other; a killed one lets go by itself."""
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        # Some network file systems have no locks on folders; a build alone needs none.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace_folder(
    folder: Path,
    is_as_seen: Callable[[Path], bool],
    settle: Callable[[Path, Path, Path], Mapping[str, Identity]],
) -> bool:
    """Brings `folder` to the complete, synced tree at `staging_path(folder)`.

    `folder` may be absent. Both must be absolute, on one file system, and the caller must hold
    `one_build_at_a_time`.

    Args:
        folder: the project.
        is_as_seen: whether a tree is still as it was when the new one was put together.
        settle: `settle(former, new, replaced)` does the same file by file to a tree that nobody
            finds under the name of the project. It moves what it replaces to a third folder, and
            returns what these files were.

    Returns:
        False where somebody saved a file meanwhile: the project is as it was, with that file.
    """
    staged, replaced = staging_path(folder), _old_path(folder)
    if not folder.exists():
        staged.rename(folder)
        sync_folder(folder.parent)
        return True
    _write_journal(folder, staged.stat().st_ino)
    made = _identities(staged)
    if not exchange(staged, folder):
        _replace_by_renames(folder)
        return True
    is_settled = is_as_seen(staged)
    were = settle(staged, folder, replaced) if is_settled else {}
    _write_journal(folder, staged.stat().st_ino)
    exchange(staged, folder)
    sync_folder(folder.parent)
    ours = {inode for inode, *_ in made.values()}
    _keep_saves(staged, folder, made, ours)
    _keep_saves(replaced, folder, were, ours)
    recover(folder)
    return is_settled


def _replace_by_renames(folder: Path) -> None:
    stands_inside = _working_folder_in(folder)
    folder.rename(_old_path(folder))
    staging_path(folder).rename(folder)
    sync_folder(folder.parent)
    if stands_inside is not None:
        # The former working folder is about to be deleted under this process.
        os.chdir(folder / stands_inside if (folder / stands_inside).is_dir() else folder)
    recover(folder)


def recover(folder: Path) -> None:
    """Finishes or undoes what a killed build left beside `folder`; nothing if there is nothing."""
    staged, old, journal = staging_path(folder), _old_path(folder), _journal_path(folder)
    inode = _read_journal(journal)
    if inode is not None:
        if not folder.exists() and staged.exists():
            staged.rename(folder)
            sync_folder(folder.parent)
        if folder.exists() and folder.stat().st_ino == inode:
            for former in (staged, old):
                if former.exists():
                    _rescue(former, folder)
        # From here on both are rubbish, whole or half deleted: nothing may be rescued from them.
        journal.unlink()
        sync_folder(folder.parent)
    _delete(staged)
    if folder.exists():
        _delete(old)


def sync_folder(folder: Path) -> None:
    """Makes the names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def exchange(one: Path, other: Path) -> bool:
    """Swaps two names in one step; False where the system or the file system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin" and hasattr(libc, "renameatx_np"):
        result = libc.renameatx_np(_AT_FDCWD_MACOS, first, _AT_FDCWD_MACOS, second, _RENAME_SWAP)
    elif hasattr(libc, "renameat2"):
        result = libc.renameat2(_AT_FDCWD_LINUX, first, _AT_FDCWD_LINUX, second, _RENAME_EXCHANGE)
    else:
        return False
    if result == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _write_journal(folder: Path, inode: int) -> None:
    journal = _journal_path(folder)
    unfinished = journal.with_name(journal.name + "~")
    with unfinished.open("w", encoding="ascii") as file:
        file.write(f"{inode}\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(journal)
    sync_folder(folder.parent)


def _read_journal(journal: Path) -> int | None:
    try:
        return int(journal.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None


def _identities(tree: Path) -> dict[str, Identity]:
    """By path, what tells each file of a tree from what anybody saves in its place."""
    found = {}
    for place, folders, files in os.walk(tree):
        here = Path(place).relative_to(tree)
        if here == Path():
            folders[:] = [name for name in folders if name != PROVENANCE_FOLDER]
        for name in [*files, *(n for n in folders if (Path(place) / n).is_symlink())]:
            with suppress(FileNotFoundError):  # an editor's own file may come and go
                found[(here / name).as_posix()] = identity_of(Path(place) / name)
    return found


def _keep_saves(
    tree: Path, folder: Path, were: Mapping[str, Identity], ours: Collection[int]
) -> None:
    """Moves to `folder` what somebody saved to `tree` since it was as `were` says.

    What somebody deleted there is deleted here too. `ours` are the inodes of what the build made:
    a file in `folder` that is none of them was saved by a person as well, and the later one stays.
    """
    now = _identities(tree)
    for path, identity in now.items():
        source, target = tree / path, folder / path
        if identity == were.get(path) or path.endswith(UNFINISHED):
            continue
        inode = target.lstat().st_ino if os.path.lexists(target) else None
        if inode in ours and inode != identity[0] or _is_newer(source, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
    for path in were.keys() - now.keys():
        target = folder / path
        if os.path.lexists(target) and target.lstat().st_ino == were[path][0]:
            target.unlink()


def _rescue(former: Path, folder: Path) -> None:
    """Moves over what was saved to the tree of a killed build that does not stay.

    That is every file that neither build wrote and that is missing or older in `folder`.
    """
    generated: set[str] = set()
    for tree in (former, folder):
        with suppress(SpecError):
            manifest = read_manifest(tree)
            generated |= set(manifest.hashes) if manifest else set()
    for path in _identities(former):
        source, target = former / path, folder / path
        if path.endswith(UNFINISHED) or path in generated or not _is_newer(source, target):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)


def _is_newer(source: Path, target: Path) -> bool:
    """Whether `target` lacks what `source` holds; what a person saved since a kill is newer."""
    if not os.path.lexists(target):
        return True
    one, other = source.lstat(), target.lstat()
    # The time of the content may be any (`mv`, `cp -p`); that of the change is the system's.
    return one.st_ino != other.st_ino and one.st_ctime_ns > other.st_ctime_ns


def _delete(tree: Path) -> None:
    # What cannot be deleted now (a busy network file) is retried by the next build.
    shutil.rmtree(tree, ignore_errors=True)


def _working_folder_in(folder: Path) -> Path | None:
    """This process's working folder relative to `folder`, None if it is elsewhere."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        return None
    return here.relative_to(folder) if here.is_relative_to(folder) else None
