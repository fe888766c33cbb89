"""Reads the events that a running project appends to its `metrics.jsonl`."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO


@dataclass(frozen=True, slots=True)
class Event:
    """One line of `metrics.jsonl`.

    `is_past` is True for what an earlier run wrote and the resumed one kept.
    """

    kind: str
    values: dict[str, Any]
    is_past: bool = False

    def number(self, key: str) -> float | None:
        """The value of `key`, None where it is missing or no number; JSON's NaN is a number."""
        value = self.values.get(key)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class News:
    """What `read` found. `is_rewritten`: the file was cut or replaced; forget what came before."""

    events: tuple[Event, ...]
    is_rewritten: bool = False


class Follower:
    """Follows one file from before it exists until after it is complete.

    A fresh run deletes the file of the run before it, and a resumed one cuts it back to its
    checkpoint; both may happen at any moment after the follower was made. A cut that new lines
    have hidden before anybody looked is found because the last line read no longer stands in its
    place.
    """

    def __init__(self, path: Path, is_resumed: bool) -> None:
        self._path = path
        exists = path.is_file()
        # What stands there now is the past of a resumed run, and nothing of a fresh one's.
        self._past = path.read_bytes() if exists and is_resumed else b""
        self._known = _identity(path.stat()) if exists and not is_resumed else None
        self._inode = 0
        self._offset = 0
        self._last_line = b""

    def read(self) -> News:
        """The events of the whole lines that were added since the last call."""
        try:
            with self._path.open("rb") as file:
                return self._read(file, os.fstat(file.fileno()))
        except FileNotFoundError:
            return News(())

    def _read(self, file: BinaryIO, stat: os.stat_result) -> News:
        if _identity(stat) == self._known:
            return News(())
        is_rewritten = self._offset > 0 and not self._goes_on(file, stat)
        if is_rewritten:
            self._offset, self._past = 0, self._past[: stat.st_size]
        self._known, self._inode = _identity(stat), stat.st_ino
        file.seek(self._offset)
        added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        start, news = self._offset, News(self._events(whole), is_rewritten)
        self._past = self._past[:start] + whole  # where a requeued job cuts it, this is known
        return news

    def _goes_on(self, file: BinaryIO, stat: os.stat_result) -> bool:
        if stat.st_ino != self._inode or stat.st_size < self._offset:
            return False
        file.seek(self._offset - len(self._last_line))
        return file.read(len(self._last_line)) == self._last_line

    def _events(self, whole: bytes) -> tuple[Event, ...]:
        events = []
        for line in whole.splitlines(keepends=True):
            is_past = self._past[self._offset : self._offset + len(line)] == line
            self._offset += len(line)
            self._last_line = line
            values = _parse(line)
            if values is not None:
                events.append(Event(str(values.get("event", "")), values, is_past))
        return tuple(events)


def _identity(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except ValueError:
        return None
    return values if isinstance(values, dict) else None
