"""Which file is looked at, of those that the command line names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specc.data.findings import FileProblem
from specc.data.paths import TABLES, find_paths
from specc.diagnostics.diagnostic import Diagnostic, SpecError

_PATTERN = re.compile(r"[*?\[]")
_TRAIN = re.compile(r"(?<![a-z])train(ing)?(?![a-z])", re.IGNORECASE)
_HELD_OUT = re.compile(
    r"(?<![a-z])(validation|valid|val|dev|devel|eval|trial|test(ing)?)(?![a-z])", re.IGNORECASE
)


@dataclass(frozen=True)
class Named:
    """`looked_at` is one of the files; `train` are all to learn from, where it is not alone."""

    looked_at: Path
    train: tuple[Path, ...] = ()
    number: int = 1


def named_files(paths: Sequence[Path]) -> Named:
    """The file that tells about all; a pattern stays one, and a folder of tables is opened.

    Of several files, those of held-out splits are left to the search beside the others.

    Raises:
        SpecError: if a file is not there.
    """
    if len(paths) > 1:
        train = [path for path in paths if not _is_held_out(path)] or list(paths)
        return Named(train[0], tuple(train) if len(train) > 1 else (), len(train))
    (path,) = paths
    if not path.exists():
        try:
            found = [file for _, file in find_paths(path.as_posix(), Path())]
        except FileProblem as problem:
            at = path.as_posix()
            raise SpecError(
                (Diagnostic(problem.rule, problem.message, at, help=problem.help),)
            ) from None
        return Named(found[0], (path,), len(found))
    return Named(_table_in(path) if path.is_dir() else path)


def _is_held_out(path: Path) -> bool:
    return bool(_HELD_OUT.search(path.name)) and not _TRAIN.search(path.name)


def _table_in(folder: Path) -> Path:
    """The table of the training split in a folder, or its only one; else the folder."""
    tables = [f for f in sorted(folder.iterdir()) if f.suffix.lower() in TABLES and f.is_file()]
    named = [file for file in tables if _TRAIN.search(file.name)]
    if len(named) == 1 or len(tables) == 1:
        return (named or tables)[0]
    return folder


def is_pattern(path: Path) -> bool:
    """Whether it may stand for several files."""
    return bool(_PATTERN.search(path.as_posix()))


def spec_name(path: Path) -> str:
    """The stem of the spec for a file, a folder or a pattern, in characters that can be typed."""
    if is_pattern(path):
        path = path.parent.absolute()
    name = "".join(c if c.isprintable() else "_" for c in path.stem or path.name)
    return name.lstrip("-") or "spec"
