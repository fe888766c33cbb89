"""From what the spec names to the files that it stands for."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from specc.data.findings import FileProblem, quoted, shown
from specc.diagnostics.rules import data_files as rules
from specc.language.data import FileFormat

TABLES: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
"""Formats by the ending of a file's name."""
_MOST_ENTRIES = 200_000
"""What a pattern with `**` may go through."""

_PATTERN_CHARACTERS = frozenset("*?[")


def find_paths(name: str, folder: Path) -> list[tuple[str, Path]]:
    """Names (as seen from the spec's folder) and paths of the files that `name` stands for.

    Raises:
        FileProblem: if there is none.
    """
    path = folder / name
    if _exists(name, path):
        return [(name, path)]
    if not _PATTERN_CHARACTERS & set(name):
        raise _missing(name, path)
    # A pattern may not be absolute, so an absolute one starts from the root it names.
    start = Path(Path(name).anchor) if Path(name).is_absolute() else folder
    pattern = Path(name).relative_to(Path(name).anchor).as_posix()
    if "**" in pattern:
        _refuse_endless_walk(name, start, pattern)
    try:
        files = sorted(match for match in start.glob(pattern) if _is_meant(match, pattern))
    except ValueError:
        raise FileProblem(
            rules.PATTERN_WITHOUT_FILES,
            f"no file matches {shown(name)}",
            "let `**` stand alone between two slashes",
        ) from None
    if not files:
        raise FileProblem(
            rules.PATTERN_WITHOUT_FILES,
            f"no file matches `{name}`",
            "paths start from the folder of the spec",
        )
    names = files if start != folder else [file.relative_to(folder) for file in files]
    return [(name.as_posix(), file) for name, file in zip(names, files, strict=True)]


def _exists(name: str, path: Path) -> bool:
    """Whether there is such a file or folder.

    Raises:
        FileProblem: if it is something else, which could be read for ever, or no name of a file.
    """
    try:
        if not path.exists():
            return False
    except (OSError, ValueError):
        raise FileProblem(
            rules.UNREADABLE_FILE,
            f"{shown(name)} can be no path of a file: it is too long, or cannot be reached",
            "paths start from the folder of the spec",
        ) from None
    if not path.is_file() and not path.is_dir():
        raise FileProblem(
            rules.UNREADABLE_FILE,
            f"`{name}` is a pipe, a socket or a device, and no file",
            "save the data to a file, and name that",
        )
    return True


def _refuse_endless_walk(name: str, start: Path, pattern: str) -> None:
    """Refuse a pattern that would go through a whole disk.

    Raises:
        FileProblem: if there is more to go through than data has files.
    """
    seen = 0
    for _, folders, files in os.walk(start / pattern.partition("**")[0]):
        seen += len(folders) + len(files)
        if seen > _MOST_ENTRIES:
            raise FileProblem(
                rules.PATTERN_WITHOUT_FILES,
                f"{shown(name)} goes through more than {_MOST_ENTRIES:,} files and folders",
                "write the folder that holds the data before `**`",
            )


def _is_meant(match: Path, pattern: str) -> bool:
    """A file; a hidden one only if the pattern says so."""
    hidden = match.name.startswith(".") and not pattern.rpartition("/")[2].startswith(".")
    return not hidden and match.is_file()


def _missing(name: str, path: Path) -> FileProblem:
    parent = path.parent
    if meant := _other_spelling(name, path):
        return FileProblem(rules.MISSING_FILE, f"there is no file `{name}`", meant)
    if not parent.is_dir():
        known = Path(name).parent.as_posix()
        return FileProblem(
            rules.MISSING_FILE,
            f"there is no file `{name}`: its folder `{known}` does not exist",
            "`~` is not read as the home folder: write the path from the spec, or the whole one"
            if name.startswith("~")
            else "paths start from the folder of the spec",
        )
    # A link that leads nowhere is listed in its folder, and is no suggestion.
    names = {entry.name for entry in parent.iterdir()} - {path.name}
    there = sorted(other for other in names if not other.startswith("."))
    # Of equal stems the last one stays: the one with the same ending.
    by_ending = sorted(there, key=lambda other: Path(other).suffix == path.suffix)
    stems = {Path(other).stem: other for other in by_ending}
    near = [stems[stem] for stem in difflib.get_close_matches(path.stem, stems, 1)]
    if near:
        return FileProblem(
            rules.MISSING_FILE,
            f"there is no file `{name}`",
            f"did you mean `{(Path(name).parent / near[0]).as_posix()}`?",
        )
    return FileProblem(
        rules.MISSING_FILE,
        f"there is no file `{name}`",
        "paths start from the folder of the spec",
        [f"the folder holds {quoted(there)}"] if there else ["the folder is empty"],
    )


def _other_spelling(name: str, path: Path) -> str | None:
    """What a shell or another system would have made of the name, if that is there."""
    if name.startswith("~"):
        try:
            home = Path(name).expanduser()
        except RuntimeError:  # there is no such user
            return None
        if home.exists():
            return f"`~` is not read as the home folder: write `{home.as_posix()}`"
    slashed = name.replace("\\", "/")
    if slashed != name and (path.parents[len(Path(name).parts) - 1] / slashed).exists():
        return f"did you mean `{slashed}`?"
    return None
