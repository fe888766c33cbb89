"""From what the spec names to the files that it stands for."""

from __future__ import annotations

import difflib
from pathlib import Path

from specc.data.findings import FileProblem, quoted, shown
from specc.diagnostics.rules import data_files as rules
from specc.spec.data import FileFormat

TABLES: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
"""Formats by the ending of a file's name."""
_PATTERN_CHARACTERS = frozenset("*?[")


def find_paths(name: str, folder: Path) -> list[tuple[str, Path]]:
    """Names (as seen from the spec's folder) and paths of the files that `name` stands for.

    Raises:
        FileProblem: if there is none.
    """
    path = folder / name
    if path.exists():
        return [(name, path)]
    if not _PATTERN_CHARACTERS & set(name):
        raise _missing(name, path)
    # A pattern may not be absolute, so an absolute one starts from the root it names.
    start = Path(Path(name).anchor) if Path(name).is_absolute() else folder
    pattern = Path(name).relative_to(Path(name).anchor).as_posix()
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


def _is_meant(match: Path, pattern: str) -> bool:
    """A file; a hidden one only if the pattern says so."""
    hidden = match.name.startswith(".") and not pattern.rpartition("/")[2].startswith(".")
    return not hidden and match.is_file()


def _missing(name: str, path: Path) -> FileProblem:
    parent = path.parent
    if not parent.is_dir():
        known = Path(name).parent.as_posix()
        return FileProblem(
            rules.MISSING_FILE,
            f"there is no file `{name}`: its folder `{known}` does not exist",
            "paths start from the folder of the spec",
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
