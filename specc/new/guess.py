"""Tasks that know their own files: a room with a `guess.py` is asked before columns are guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from specc import rooms
from specc.data.stop_words import ENGLISH
from specc.language.data import DataFields

_ENGLISH_SHARE = 0.15


@dataclass(frozen=True)
class TaskGuess:
    """A `task` section: `keys` are key, value in YAML, and reason. `texts` tell the language.

    `model` is a base and its reason, where not any encoder does. `format` is that of the data where
    the ending does not say it; parallel files are named without their endings. `pattern` names the
    files of a folder. `few_files` is a key for files that are too few to be cut into splits.
    """

    kind: str
    keys: tuple[tuple[str, str, str], ...]
    rows: int
    texts: tuple[str, ...]
    model: tuple[str, str] | None = None
    format: str | None = None
    pattern: str | None = None
    few_files: tuple[str, str, str] | None = None

    def with_said(self, said: Mapping[str, str]) -> TaskGuess:
        """The same with the keys that were said, in YAML, instead of those guessed."""
        kept = tuple((key, value, why) for key, value, why in self.keys if key not in said)
        return replace(self, keys=(*((k, v, "as you said") for k, v in said.items()), *kept))


def guessed_kinds() -> tuple[str, ...]:
    """The kinds of tasks that know their own files; those that any text would do for come last."""
    known = [room for room in rooms.ROOMS if rooms.has_module(room, "guess")]
    known.sort(key=lambda room: hasattr(_guess_of(room), "ANY_TEXT"))
    return tuple(room.replace("_", "-") for room in known)


def _guess_of(room: str) -> Any:
    return rooms.module(room, "guess")


def guess_task(
    path: Path, kind: str | None = None, given: DataFields | None = None
) -> TaskGuess | None:
    """The section of the first task whose files look like this one, or that of the wanted `kind`.

    A room's `guess.py` holds `guess(path, wanted, given)`, which raises nothing; where a task is
    wanted, it may take what could be for another one. `given` is how the file is read. `ANY_TEXT`
    in it says that it is to be asked last.
    """
    given = given or DataFields()
    for name in guessed_kinds():
        if kind in (None, name):
            room = _guess_of(name.replace("-", "_"))
            found: TaskGuess | None = room.guess(path, kind is not None, given)
            if found is not None:
                return found
    return None


def said_task(kind: str, texts: tuple[str, ...], rows: int) -> TaskGuess:
    """A task of which nothing was recognised, and all will be said."""
    base_for = getattr(_guess_of(kind.replace("-", "_")), "base_for", None)
    return TaskGuess(kind, (), rows, texts, model=base_for(texts) if base_for else None)


def is_english(texts: Sequence[str]) -> bool:
    """Whether the words that English cannot do without are frequent."""
    words = [word for text in texts[:500] for word in text.lower().split()[:50]]
    share = sum(word.strip(".,!?\"'") in ENGLISH for word in words) / max(1, len(words))
    return share >= _ENGLISH_SHARE
