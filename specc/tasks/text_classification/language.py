"""The `task` section of text classification and regression."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from specc.spec.base import Names, Section

Problem = Literal["binary", "multi-class", "multi-label", "regression"]


class TextClassification(Section):
    """`task` of kind text-classification: classes, several labels, or a number for each text."""

    kind: Literal["text-classification"]
    text: Annotated[Names, Field(max_length=2)] = Field(
        description="the column of the text, or two columns for a pair"
    )
    label: Names = Field(description="the column of the label; several columns hold 0 or 1 each")
    separator: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="splits one label column into several labels"
    )
    problem: Problem | None = Field(None, description="default: found out from the labels")
    labels: Annotated[tuple[str, ...], Field(strict=False, min_length=2)] | None = Field(
        None, description="the label set in order; the last of two is the positive class"
    )
    thresholds: Literal["fixed", "tuned"] = Field(
        "fixed",
        description="multi-label: 0.5 for each label, or tuned for F1 on the validation split",
    )
