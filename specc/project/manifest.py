"""`.specc/` in a project: what the last build wrote, so that the next one knows what is yours."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from specc import __version__
from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.rules.write import DAMAGED_MANIFEST, NEWER_MANIFEST
from specc.project.project import (
    PROVENANCE_FOLDER,
    Project,
    ProjectFile,
    is_provenance,
    text_of,
)

MANIFEST_PATH = f"{PROVENANCE_FOLDER}/manifest.json"
BASE_FOLDER = f"{PROVENANCE_FOLDER}/base"
FORMAT = 1

_ATTRIBUTES = f"{PROVENANCE_FOLDER}/.gitattributes"
_MERGE_BASE_IS_GENERATED = b"""\
# The last render, which the next one is merged against: a change shows in the project itself.
base/** -diff linguist-generated
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """SHA-256 by path of what was rendered and of the data copied in; not of what a merge made."""

    name: str
    files: dict[str, str]
    copies: dict[str, str]
    provenance: dict[str, str] = field(default_factory=dict)
    specc_version: str = __version__

    @property
    def hashes(self) -> dict[str, str]:
        """Rendered and copied together, without provenance."""
        return {p: h for p, h in {**self.files, **self.copies}.items() if not is_provenance(p)}

    def to_bytes(self) -> bytes:
        content = {
            "format": FORMAT,
            "specc_version": self.specc_version,
            "name": self.name,
            "provenance": self.provenance,
            "files": self.files,
            "copies": self.copies,
        }
        return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()


def manifest_of(project: Project) -> Manifest:
    return Manifest(
        name=project.name,
        files={file.path: file.sha256 for file in project.files},
        copies={copy.path: copy.sha256 for copy in project.copies},
        provenance=project.provenance,
    )


def provenance_files(project: Project) -> tuple[ProjectFile, ...]:
    """Everything under `.specc/`: what the caller gave, the merge base, and the manifest."""
    given = [file for file in project.files if file.is_provenance]
    base = [
        ProjectFile(f"{BASE_FOLDER}/{file.path}", file.content)
        for file in project.files
        if not file.is_provenance and text_of(file.content) is not None
    ]
    manifest = ProjectFile(MANIFEST_PATH, manifest_of(project).to_bytes())
    attributes = ProjectFile(_ATTRIBUTES, _MERGE_BASE_IS_GENERATED)
    return (*given, attributes, *base, manifest)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest in `folder`, or None where there is none.

    Raises:
        SpecError: SP504 if it is damaged, SP505 if a newer specc wrote it.
    """
    path = folder / MANIFEST_PATH
    try:
        content = json.loads(path.read_bytes())
        if isinstance(content, dict) and _is_newer(content.get("format")):
            raise SpecError((_newer(folder, content),))
        return Manifest(
            name=_text(content["name"]),
            files=_texts(content["files"], are_paths=True),
            copies=_texts(content["copies"], are_paths=True),
            provenance=_texts(content["provenance"]),
            specc_version=_text(content["specc_version"]),
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SpecError((_damaged(folder),)) from error


def _damaged(folder: Path) -> Diagnostic:
    return Diagnostic(
        DAMAGED_MANIFEST,
        f"`{MANIFEST_PATH}` cannot be read",
        folder.as_posix(),
        help="restore `.specc` from version control, or build to a new folder",
    )


def _newer(folder: Path, content: dict[str, Any]) -> Diagnostic:
    version = content.get("specc_version", "a newer version")
    return Diagnostic(
        NEWER_MANIFEST,
        f"this project was written by specc {version}, and this is specc {__version__}",
        folder.as_posix(),
        help="upgrade specc, or build to a new folder",
    )


def _is_newer(version: Any) -> bool:
    return isinstance(version, int) and version > FORMAT


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def _texts(value: Any, are_paths: bool = False) -> dict[str, str]:
    texts = {_text(k): _text(v) for k, v in value.items()} if isinstance(value, dict) else None
    if texts is None:
        raise TypeError("not an object")
    if are_paths and not all(_stays_inside(path) for path in texts):
        raise ValueError("a path leaves the project")
    return texts


def _stays_inside(path: str) -> bool:
    return not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts
