"""Tasks that know their own files: a room with a `guess.py` is asked before columns are guessed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from specc import tasks


@dataclass(frozen=True)
class TaskGuess:
    """A `task` section: `keys` are key, value in YAML, and reason. `texts` tell the language."""

    kind: str
    keys: tuple[tuple[str, str, str], ...]
    rows: int
    texts: tuple[str, ...]


def guess_task(path: Path) -> TaskGuess | None:
    """The section of the first task whose files look like this one.

    A room's `guess.py` holds `guess(path)`, which reads a part of the file and raises nothing.
    """
    for room in tasks.ROOMS:
        name = f"{tasks.__name__}.{room}.guess"
        if find_spec(name) is not None:
            found: TaskGuess | None = import_module(name).guess(path)
            if found is not None:
                return found
    return None
