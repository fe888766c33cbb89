"""Tasks whose texts are joined to one stream of tokens and cut into blocks of equal length."""

from __future__ import annotations

from pydantic import Field

from specc.language.base import AutoOrLength
from specc.language.task import Task


class Packed(Task):
    """A `task` section whose examples are blocks: no text is cut off, and none has its own length.

    A single document is cut into splits by position, never at random.
    """

    block_size: AutoOrLength = Field(
        "auto",
        description="tokens of a block; auto: what the model has positions for, at most 1024",
    )
    isolate_documents: bool = Field(
        False, description="attention and positions begin anew at each document of a block"
    )
