"""`evaluation`: what is measured, when, and what chooses the checkpoint."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from specc.language.base import EpochOrSteps, Names, Section


class Evaluation(Section):
    """`evaluation`: the metrics of the task and how often they are taken."""

    metrics: Names | None = Field(None, description="default: the task's usual ones")
    best: str | None = Field(None, description="metric that chooses the checkpoint")
    every: EpochOrSteps = Field("epoch", description="`epoch`, or a number of optimizer steps")
    resamples: Annotated[int, Field(ge=0, le=100_000)] = Field(
        1000, description="bootstrap resamples behind each 95 % interval; 0: no intervals"
    )
    worst_examples: Annotated[int, Field(ge=0, le=1000)] = Field(
        20, description="mistakes listed in report.md, the most confident first"
    )
