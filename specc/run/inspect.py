"""Runs the program of the template `project/inspect.py` in a project's folder; reads its answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MARK = "inspected "
"""Begins the line with the answer: libraries may print lines of their own before it."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `label` is what is learned at it, None where nothing is."""

    text: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """One sequence of the split; `answer` is what is learned of it as a whole, None if nothing."""

    row: int
    answer: Any
    streams: tuple[tuple[str, tuple[Token, ...]], ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What training sees: counts, lengths in tokens, the first examples. `content` is all of it."""

    split: str
    rows: int
    sequences: int
    lengths: dict[str, int]
    note: str
    first_batch: dict[str, list[int]]
    examples: tuple[Example, ...]
    content: dict[str, Any]


class InspectionFailed(Exception):
    """The project's own code failed; the message holds its last lines."""


def inspect_project(folder: Path, program: str) -> Inspection:
    """Runs `program` with the project's modules.

    Raises:
        InspectionFailed: if it ends with an error.
    """
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    lines = [line for line in done.stdout.split("\n") if line.startswith(_MARK)]
    if done.returncode or not lines:
        raise InspectionFailed("\n".join((done.stderr or done.stdout).strip().splitlines()[-12:]))
    return _parse(json.loads(lines[-1].removeprefix(_MARK)))


def _parse(content: dict[str, Any]) -> Inspection:
    return Inspection(
        split=content["split"],
        rows=content["rows"],
        sequences=content["sequences"],
        lengths=content["lengths"],
        note=content["note"],
        first_batch=content["first_batch"],
        examples=tuple(map(_example, content["examples"])),
        content=content,
    )


def _example(found: dict[str, Any]) -> Example:
    streams = tuple(
        (stream["name"], tuple(Token(t["text"], t.get("label")) for t in stream["tokens"]))
        for stream in found["streams"]
    )
    return Example(found["row"], found.get("answer"), streams)
