"""The rooms of the tasks, found by their names: no stage imports one.

A room is the folder `specc/tasks/<task>/`. It has one module per stage, so that a stage loads
nothing that only a later one needs:

- `language.py`: `SECTION`, the Pydantic model of the `task` section
- `checks.py`: `CHECKS`, what the spec alone can tell
- `data.py`: the functions of `specc.data.room.DataSide`
- `plan.py`: those of `specc.plan.room.PlanSide`
- `render.py`: those of `specc.render.room.RenderSide`
- `guess.py`: how `specc new` recognises its files, where it does
- `rules.py`: `RULES`, the codes that only this task has, where it has any
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from pathlib import Path
from typing import Any

_TASKS = f"{__package__}.tasks"

ROOMS = tuple(
    sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent / "tasks")]) if m.ispkg)
)
"""The folders of the tasks."""


def module(kind: str, name: str) -> Any:
    """The module `name` of the room of a task, given by its `kind` or its folder."""
    return importlib.import_module(f"{_TASKS}.{kind.replace('-', '_')}.{name}")


def has_module(kind: str, name: str) -> bool:
    """Whether the room has that module."""
    return importlib.util.find_spec(f"{_TASKS}.{kind.replace('-', '_')}.{name}") is not None
