"""Data of tasks that the language does not have, named as what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from specc.data.findings import FileProblem
from specc.diagnostics.diagnostic import SpecError
from specc.language.data import DataFields
from specc.new.rows import first_rows

_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff")
_SOUNDS = (".wav", ".mp3", ".flac", ".ogg", ".m4a")
_CHAT = ("messages", "conversations", "conversation", "dialog", "turns")
_CHOICES = re.compile(r"(choice|option|ending|sol|answer|distractor)[ _-]?[0-9a-e]|[a-d]", re.I)
_ANSWER_KEYS = ("choices", "options", "endings", "distractors")
_FILES = re.compile(
    r"(image|img|picture|photo|audio|sound|speech|file|path|file_?name)(_?(path|file|name))?", re.I
)
_LOOKED_AT_FILES = 200


def outside(path: Path, given: DataFields) -> str | None:
    """What a file or a folder is for, where no kind of task reads it."""
    if found := _by_endings(path):
        return found
    try:
        return _by_columns(first_rows(path, given))
    except (FileProblem, SpecError, OSError, UnicodeError):
        return None


def _by_columns(rows: Sequence[dict[str, Any]]) -> str | None:
    if not rows:
        return None
    names = {name.strip().lower() for name in rows[0]}
    values = [value for row in rows[:50] for value in row.values()]
    if {"chosen", "rejected"} <= names:
        return "preferences (chosen, rejected)"
    if any(name in names and _are_objects(rows, name) for name in _CHAT):
        return "chat messages"
    listed = any(name in names for name in _ANSWER_KEYS) or any(
        isinstance(value, dict) and len(value) > 1 and set(value) & set(_ANSWER_KEYS)
        for value in values  # Label Studio writes several labels as {"choices": […]}
    )
    if listed or sum(bool(_CHOICES.fullmatch(name)) for name in names) >= 3:
        return "multiple choice"
    for endings, what in ((_IMAGES, "images"), (_SOUNDS, "sounds")):
        for name in filter(_FILES.fullmatch, rows[0]):
            paths = [row.get(name) for row in rows[:50]]
            if all(isinstance(path, str) and path.lower().endswith(endings) for path in paths):
                return what
    if any(isinstance(v, dict) and isinstance(v.get("bytes"), bytes) for v in values):
        return "images or sounds"
    return None


def _are_objects(rows: Sequence[dict[str, Any]], name: str) -> bool:
    key = next(key for key in rows[0] if key.strip().lower() == name)
    value = rows[0][key]
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _by_endings(path: Path) -> str | None:
    if not path.is_dir():
        files = [path]
    else:
        files = []
        for found in path.rglob("*"):
            if found.is_file() and not found.name.startswith("."):
                files.append(found)
            if len(files) == _LOOKED_AT_FILES:
                break
    for endings, what in ((_IMAGES, "images"), (_SOUNDS, "sounds")):
        if sum(file.suffix.lower() in endings for file in files) > len(files) / 2:
            return what
    return None
