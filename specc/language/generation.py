"""How a text is written token by token: what the tasks that generate share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from specc.language.base import Fraction, PositiveInt, Section


class Sampling(Section):
    """How long an answer may be, and how each of its tokens is drawn."""

    max_new_tokens: PositiveInt = Field(128, description="tokens written at most")
    temperature: Annotated[float, Field(ge=0)] = Field(
        1.0, description="divides the logits; below 1 safer, above 1 bolder; 0: the likeliest token"
    )
    top_k: PositiveInt | None = Field(None, description="draw among so many likeliest tokens")
    top_p: Annotated[Fraction, Field(gt=0)] | None = Field(
        None, description="draw among the likeliest tokens that have this probability together"
    )
