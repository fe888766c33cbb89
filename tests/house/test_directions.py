"""Imports go down: no package of specc imports one above it, and no two files import each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "specc"
ORDER = (
    *("cli", "schema", "compare", "pipeline", "sizing", "run", "tasks", "new", "trace", "render"),
    *("tokens", "plan", "bases", "data", "project", "language", "yaml", "hardware", "diagnostics"),
    *("cache", "rooms"),
)
"""From top to bottom. What a task gives to a stage is found by name, through `rooms`."""


def imported(path: Path) -> Iterator[str]:
    """The modules of specc that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def modules() -> dict[str, Path]:
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


def arrows() -> dict[str, set[str]]:
    """By module, the modules that it imports."""
    known = modules()
    return {
        name: {target for target in imported(path) if target in known and target != name}
        for name, path in known.items()
    }


def test_no_package_imports_one_above_it() -> None:
    rank = {name: place for place, name in enumerate(ORDER)}
    found, up = 0, []
    for name, targets in arrows().items():
        if name.count(".") == 0 or name == "specc.__main__":
            continue
        for target in targets - {"specc"}:
            one, other = name.split(".")[1], target.split(".")[1]
            found += one != other
            if rank[other] < rank[one]:
                up.append(f"{name} imports {target}")
    assert found > 400
    assert up == []


def test_no_circle_of_files() -> None:
    left = {name: set(targets) for name, targets in arrows().items()}
    assert len(left) > 200
    while free := {name for name, targets in left.items() if not targets & set(left)}:
        left = {name: targets for name, targets in left.items() if name not in free}
    assert sorted(left) == []
