"""What was traced once is not traced again: files by the hash of all that decides the answer."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
from pathlib import Path
from typing import Any

from specc import __version__

_LIBRARIES = ("torch", "transformers")


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/specc/traces` (specifications.freedesktop.org/basedir-spec)."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "specc" / "traces"


def key_of(files: dict[str, bytes], question: dict[str, Any]) -> str:
    """The hash of a project's modules, of a question, and of the code that answers it."""
    digest = hashlib.sha256(json.dumps([__version__, question], sort_keys=True).encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    own = {path.name: path.read_bytes() for path in Path(__file__).parent.glob("*.py")}
    for path, content in sorted((own | files).items()):
        digest.update(path.encode() + b"\n" + hashlib.sha256(content).digest())
    return digest.hexdigest()


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
