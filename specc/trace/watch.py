"""Who is told that a step is about to be traced: it takes seconds, and nothing else is printed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

Tell = Callable[[str], None]

_told: ContextVar[Tell | None] = ContextVar("told", default=None)


@contextlib.contextmanager
def watched(tell: Tell) -> Iterator[None]:
    """Within, `tell` is called with a few words before each step that is traced."""
    token = _told.set(tell)
    try:
        yield
    finally:
        _told.reset(token)


def about_to(words: str) -> None:
    """Tells whoever watches."""
    if (tell := _told.get()) is not None:
        tell(words)
