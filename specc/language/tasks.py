"""The `task` section: a union of those of all rooms."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from specc import rooms
from specc.language.task import Task

SECTIONS: tuple[type[Task], ...] = tuple(
    rooms.module(room, "language").SECTION for room in rooms.ROOMS
)
"""The `task` sections, by the alphabet."""

if TYPE_CHECKING:
    TaskSection = Task
else:
    _options = {"discriminator": "kind"} if len(SECTIONS) > 1 else {}
    TaskSection = Annotated[reduce(or_, SECTIONS), Field(title="task", **_options)]
    """A union discriminated by `kind`: only the keys of that kind are legal."""
