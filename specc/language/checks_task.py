"""Keys of other sections that mean nothing to the task of the spec."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_model as rules
from specc.language.finding import dotted
from specc.language.ground import Check, Ground
from specc.language.model import NETWORKS
from specc.language.task import Task
from specc.language.vocabulary import listed_words


def key_not_for_task(ground: Ground) -> Iterator[Diagnostic]:
    """What the task has no use for, as its room lists it."""
    task = ground.spec.task
    for path, reason in task.NOT_FOR.items():
        if ground.given(*path):
            yield ground.at_key(
                rules.KEY_NOT_FOR_TASK,
                path,
                f"`{dotted(path)}` has no effect in {task.kind}: {reason}",
                f"delete `{path[-1]}`",
                ground.note("the task is chosen here", "task", "kind"),
            )


def architecture_not_for_task(ground: Ground) -> Iterator[Diagnostic]:
    """A family of networks that cannot do the task."""
    name, task = ground.spec.model.architecture, ground.spec.task
    if name and NETWORKS[name] != task.NETWORK.kind:
        yield ground.at_value(
            rules.ARCHITECTURE_NOT_FOR_TASK,
            ("model", "architecture"),
            f"`{name}` is {with_article(NETWORKS[name])}, and {task.kind} needs "
            f"{with_article(task.NETWORK.kind)}",
            f"write one of {listed_words(fitting(task), 'or')}",
        )


def fitting(task: Task) -> tuple[str, ...]:
    """The architectures that can do a task."""
    return tuple(name for name, kind in NETWORKS.items() if kind == task.NETWORK.kind)


def with_article(kind: str) -> str:
    """`an encoder`, `a decoder`."""
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"


CHECKS: tuple[Check, ...] = (key_not_for_task, architecture_not_for_task)
