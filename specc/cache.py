"""Answers that took long are kept: files by the hash of all that decides the answer."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/specc/traces` (specifications.freedesktop.org/basedir-spec)."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "specc" / "traces"


def recall(key: str) -> Any:
    """The answer that was kept, or None."""
    try:
        return json.loads((cache_folder() / f"{key}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def keep(key: str, answer: Any) -> None:
    """Keeps an answer in one step; a folder that cannot be written to keeps nothing."""
    folder = cache_folder()
    unfinished = folder / f"{key}.{os.getpid()}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(answer), encoding="utf-8")
        unfinished.replace(folder / f"{key}.json")
    except OSError:
        unfinished.unlink(missing_ok=True)
