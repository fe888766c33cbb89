"""One room a task: its section of the language, its checks, its data, its plan, its templates.

Every folder here is a task; what it holds is in `docs/adding-a-task.md`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from specc.tasks.base import Task

ROOMS = tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg))
"""The folders of the tasks."""


def _section(room: str) -> Any:
    """The `task` section of one room."""
    return importlib.import_module(f"{__name__}.{room}.language").SECTION


SECTIONS: tuple[type[Task], ...] = tuple(map(_section, ROOMS))
"""The `task` sections, by the alphabet."""

if TYPE_CHECKING:
    TaskSection = Task
else:
    _options = {"discriminator": "kind"} if len(SECTIONS) > 1 else {}
    TaskSection = Annotated[reduce(or_, SECTIONS), Field(title="task", **_options)]
    """A union discriminated by `kind`: only the keys of that kind are legal."""
