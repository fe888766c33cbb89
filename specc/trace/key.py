"""What a traced answer is kept under: all that decides it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from pathlib import Path
from typing import Any

from specc import __version__

_LIBRARIES = ("torch", "transformers")


def key_of(files: dict[str, bytes], question: dict[str, Any]) -> str:
    """The hash of a project's modules, of a question, and of the code that answers it."""
    digest = hashlib.sha256(json.dumps([__version__, question], sort_keys=True).encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    own = {path.name: path.read_bytes() for path in Path(__file__).parent.glob("*.py")}
    for path, content in sorted((own | files).items()):
        digest.update(path.encode() + b"\n" + hashlib.sha256(content).digest())
    return digest.hexdigest()
