"""A generated project in memory: what the render stage hands to the disk stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

PROVENANCE_FOLDER = ".specc"


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """One file to write. `path` is relative with forward slashes; `purpose` is one line."""

    path: str
    content: bytes = field(repr=False)
    purpose: str = ""

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()

    @property
    def is_provenance(self) -> bool:
        return is_provenance(self.path)


@dataclass(frozen=True, slots=True)
class Copy:
    """A data file that is copied in; it may be larger than memory, so it is only ever streamed.

    `sha256` is of the bytes the compiler looked at: writing fails if `origin` has changed since.
    """

    path: str
    origin: Path
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Project:
    """Everything a build writes.

    `files` may hold provenance (`.specc/spec.yaml`, `.specc/plan.json`); the manifest and the
    pristine render beside them are added on the way to disk. `provenance` goes into the manifest
    as it is: no clock and no absolute path may stand in it.
    """

    name: str
    files: tuple[ProjectFile, ...]
    copies: tuple[Copy, ...] = ()
    provenance: dict[str, str] = field(default_factory=dict)


def is_provenance(path: str) -> bool:
    """Whether `path` lies in the folder that belongs to specc alone."""
    return path == PROVENANCE_FOLDER or path.startswith(f"{PROVENANCE_FOLDER}/")


def text_of(content: bytes) -> str | None:
    """`content` as text, or None where lines mean nothing (binary, or not UTF-8)."""
    if b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None
