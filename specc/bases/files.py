"""The files of a base, read so that no file of any kind hangs or breaks the compiler."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

_LFS = b"version https://git-lfs"
_MOST_BYTES = 50_000_000
"""Of a file of settings; one that is larger is no such file."""


def is_regular(path: Path) -> bool:
    """Whether it is a file that can be read to its end; no error where the path is impossible."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """The same for a folder."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def is_pointer(path: Path) -> bool:
    """Whether Git LFS left its pointer in the place of the file."""
    if not is_regular(path):
        return False
    with path.open("rb") as file:
        return file.read(len(_LFS)) == _LFS


def read_object(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file; None where there is none that can be read."""
    try:
        if not is_regular(path) or path.stat().st_size > _MOST_BYTES:
            return None
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def cached_folder(name: str, revision: str | None) -> Path | None:
    """Where the hub's cache keeps this revision of `name`; None where it does not.

    Only findings may depend on it: what is built is the same on every machine.
    """
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    hub = Path(os.environ.get("HF_HUB_CACHE") or home / "hub")
    folder = hub / f"models--{name.replace('/', '--')}"
    try:
        commit = (folder / "refs" / (revision or "main")).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        commit = revision or ""
    snapshot = folder / "snapshots" / commit
    return snapshot if commit and is_folder(snapshot) else None
