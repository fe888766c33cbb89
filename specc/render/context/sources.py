"""The data files of a project, by the path it finds them at."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from pathlib import Path

from specc.data.facts import DataFile
from specc.data.parallel import column_paths
from specc.plan.plan import Plan


def project_path(plan: Plan, file: DataFile) -> str:
    """Where the project finds a file: its copy in data/, or the original, seen from the project."""
    return next(path for path, other in source_files(plan).items() if other.path == file.path)


def source_files(plan: Plan) -> dict[str, DataFile]:
    """Every file once, by its path in the project, in the order of the splits."""
    found: dict[str, DataFile] = {}
    for split in plan.facts.splits.values():
        for file in split.files:
            if all(other.path != file.path for other in found.values()):
                found[_path(plan, file, taken=found)] = file
    return found


def _path(plan: Plan, file: DataFile, taken: Iterable[str]) -> str:
    if not plan.copies_files:
        name = file.name if Path(file.name).is_absolute() else f"{plan.to_spec}/{file.name}"
        return posixpath.normpath(name)
    path, number = Path(file.path.name), 1
    while f"data/{path}" in taken:  # files of one name from several folders
        number += 1
        path = Path(f"{file.path.stem}-{number}{file.path.suffix}")
    return f"data/{path}"


def single_files(plan: Plan) -> list[tuple[str, Path]]:
    """Every file by its path in the project; a folder counts by its texts, a stem by columns."""
    found = []
    for name, file in source_files(plan).items():
        if file.format == "parallel":
            names = [f"{name}.{column}" for column in file.columns]
            found += list(zip(names, column_paths(file.path, file.columns), strict=True))
            continue
        inside = sorted(file.path.glob("[!.]*/[!.]*.txt")) if file.path.is_dir() else []
        found += [(f"{name}/{text.relative_to(file.path).as_posix()}", text) for text in inside]
        found += [] if file.path.is_dir() else [(name, file.path)]
    return found
