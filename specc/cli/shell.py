"""Commands as the user's shell understands them, for what is printed under `next:`."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path


def program(name: str) -> str:
    """How the shell finds the program that stands beside the running Python."""
    beside = Path(sys.executable).parent / name
    found = shutil.which(name)
    if not beside.exists() or (found and Path(found).resolve() == beside.resolve()):
        return name
    here = Path.cwd()
    shown = beside.relative_to(here) if beside.is_relative_to(here) else beside
    return shlex.quote(shown.as_posix())


def shell_path(path: Path) -> str:
    """A path as one argument that cannot be taken for an option."""
    shown = path.as_posix()
    return shlex.quote(f"./{shown}" if shown.startswith("-") else shown)


def pager() -> str:
    """What shows a file: small machines have no `less`."""
    return "less" if shutil.which("less") else "cat"
