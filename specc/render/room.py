"""What a task gives to the render stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from specc import rooms

if TYPE_CHECKING:
    from specc.plan.plan import Plan
    from specc.render.context.config import Group
    from specc.render.context.model import Answers
    from specc.render.manifest import Output


class RenderSide(Protocol):
    """`specc.tasks.<task>.render`: files and names for the templates."""

    def outputs(self, plan: Plan) -> list[Output]:
        """The files of the project in reading order."""

    def answers(self, plan: Plan) -> Answers:
        """What the network gives out."""

    def config_group(self, plan: Plan) -> Group:
        """The task's own fields of config.py."""

    def context(self, plan: Plan) -> dict[str, dict[str, Any]]:
        """Names for the templates by namespace; what others put under the same one stays."""

    def libraries(self, plan: Plan) -> list[str]:
        """Packages that the task's files import beside the common ones."""

    def example_inputs(self, plan: Plan) -> list[str]:
        """Arguments of `predict.py` for a first try, from the user's own data."""


def render_side(kind: str) -> RenderSide:
    """The task's part of the render stage."""
    return cast(RenderSide, rooms.module(kind, "render"))
