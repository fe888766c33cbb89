"""The `task` section of extractive question answering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, cast

from pydantic import Field

from specc.language.base import PositiveInt
from specc.language.task import Network, Task
from specc.yaml.source import KeyPath

if TYPE_CHECKING:
    from specc.language.spec import Spec

Column = Annotated[str, Field(min_length=1)]


class QuestionAnswering(Task):
    """`task` of kind question-answering: the span of a context that answers a question."""

    NETWORK = Network("encoder", "ForQuestionAnswering")
    NOT_FOR: ClassVar[dict[KeyPath, str]] = {
        ("model", "head"): "each token gets a score for start and end, and nothing is pooled",
        ("data", "truncation"): "long contexts are read in windows, and nothing is cut off",
        ("data", "split", "stratified"): "answers are spans, and there are no classes",
        ("training", "class_weights"): "answers are spans, and there are no classes",
    }
    UNIT = "questions"
    KEEPS_WHITESPACE = True
    WINDOW = 384
    UNUSABLE = "no answer that stands in the context"

    kind: Literal["question-answering"]
    question: Column = Field("question", description="the column of the question")
    context: Column = Field("context", description="the column of the text that holds the answer")
    answer: Column = Field(
        "answers",
        alias="answers",
        description="the column of the answers: texts with offsets as in SQuAD, or texts alone",
    )
    answer_start: Column | None = Field(
        None,
        description="the column of the offsets, where `answers` holds texts alone",
    )
    stride: Annotated[int, Field(ge=0)] | None = Field(
        None,
        description="tokens that two windows of a long context share; default: 128, or a third of "
        "`data.max_length` where that is less",
    )
    unanswerable: bool | None = Field(
        None,
        description="whether a context may hold no answer; default: found out from the answers",
    )
    n_best: Annotated[int, Field(ge=1, le=100)] = Field(
        20, description="answers that predict.py lists for a question"
    )
    max_answer_length: PositiveInt = Field(30, description="tokens of the longest answer")

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.question, self.context)

    @property
    def answers(self) -> tuple[str, ...]:
        return (self.answer,)

    @property
    def objects(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.answer, self.answer_start)))

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.texts, *self.objects)

    @property
    def group(self) -> str | None:
        """Questions about one context stay together."""
        return self.context

    def place_of(self, column: str) -> KeyPath:
        for key in ("question", "context", "answer_start"):
            if column == getattr(self, key):
                return ("task", key)
        return ("task", "answers")


SECTION = QuestionAnswering


def task_of(spec: Spec) -> QuestionAnswering:
    """The `task` section of a spec of this kind."""
    return cast(QuestionAnswering, spec.task)
