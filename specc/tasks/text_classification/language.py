"""The `task` section of text classification and regression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, cast

from pydantic import Field

from specc.language.base import Names
from specc.language.task import Network, Task
from specc.yaml.source import KeyPath

if TYPE_CHECKING:
    from specc.language.spec import Spec

Problem = Literal["binary", "multi-class", "multi-label", "regression"]


class TextClassification(Task):
    """`task` of kind text-classification: classes, several labels, or a number for each text."""

    NETWORK = Network("encoder", "ForSequenceClassification", pools=True)
    UNUSABLE = "a label of `task.drop_labels`"

    kind: Literal["text-classification"]
    text: Annotated[Names, Field(max_length=2)] = Field(
        description="the column of the text, or two columns for a pair", examples=["message"]
    )
    label: Names = Field(
        description="the column of the label; several columns hold 0 or 1 each", examples=["intent"]
    )
    separator: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="splits one label column into several labels"
    )
    problem: Problem | None = Field(None, description="default: found out from the labels")
    labels: Annotated[tuple[str, ...], Field(strict=False, min_length=2)] | None = Field(
        None,
        description="the label set in order; the last of two is the positive class. default: of "
        "two names, the one that affirms (yes, true, spam, ...), else the rarer one is last",
    )
    drop_labels: tuple[str, ...] = Field(
        (),
        strict=False,
        description="leave out the rows with these labels as the file has them, such as - or -1 "
        "where annotators did not agree",
        examples=[["-"]],
    )
    thresholds: Literal["fixed", "tuned"] = Field(
        "fixed",
        description="multi-label: 0.5 for each label, or tuned for F1 on the validation split",
    )

    @property
    def texts(self) -> tuple[str, ...]:
        return self.text

    @property
    def answers(self) -> tuple[str, ...]:
        return self.label

    def place_of(self, column: str) -> KeyPath:
        return ("task", "text") if column in self.text else ("task", "label")


SECTION = TextClassification


def task_of(spec: Spec) -> TextClassification:
    """The `task` section of a spec of this kind."""
    return cast(TextClassification, spec.task)
