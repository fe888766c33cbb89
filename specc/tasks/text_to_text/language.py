"""The `task` section of tasks that read a text and write one: translation, summaries, answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, cast

from pydantic import Field

from specc.language.base import AutoOrLength, Fraction, Names, PositiveInt, Section
from specc.language.task import Network, Task
from specc.yaml.source import KeyPath

if TYPE_CHECKING:
    from specc.language.spec import Spec

Preset = Literal["translation", "summarization", "generative-qa"]


class Generation(Section):
    """`task.generation`: how targets are written, when the model is scored and in `predict.py`.

    Beam search, unless `temperature`, `top_k` or `top_p` ask for sampling.
    """

    num_beams: Annotated[int, Field(ge=1, le=64)] | None = Field(
        None, description="sequences kept by beam search; 1 is greedy; default: by preset, 1 to 4"
    )
    max_new_tokens: PositiveInt | None = Field(
        None, description="tokens written at most; default: `max_target_length`"
    )
    length_penalty: Annotated[float, Field(ge=-10, le=10)] | None = Field(
        None, description="of beam search; above 0 favours long texts, below 0 short ones"
    )
    no_repeat_ngram_size: Annotated[int, Field(ge=0, le=20)] | None = Field(
        None, description="no run of so many tokens is written twice; 0: no limit"
    )
    temperature: Annotated[float, Field(gt=0, le=10)] | None = Field(
        None, description="samples; divides the logits, so below 1 is safer and above 1 bolder"
    )
    top_k: PositiveInt | None = Field(None, description="samples among so many likeliest tokens")
    top_p: Annotated[Fraction, Field(gt=0)] | None = Field(
        None, description="samples among the likeliest tokens of this probability together"
    )
    examples: PositiveInt = Field(
        1000, description="texts of a split that are written for its metrics; the loss is of all"
    )
    examples_in_training: Annotated[int, Field(ge=0)] | None = Field(
        None,
        description="the same of the validation split at each evaluation; default: 200 where a "
        "metric of written texts chooses or stops, else 0",
    )

    @property
    def samples(self) -> bool:
        """Whether tokens are drawn, not searched."""
        return any(value is not None for value in (self.temperature, self.top_k, self.top_p))


class TextToText(Task):
    """`task` of kind text-to-text: an encoder-decoder reads the source and writes the target."""

    NETWORK = Network("encoder-decoder", "ForConditionalGeneration")
    NOT_FOR = {
        ("model", "head"): "an encoder-decoder writes with its own output layer",
        ("model", "keep_head"): "the model's own output layer is always kept",
        ("training", "class_weights"): "targets are texts, not classes",
        ("training", "learning_rate", "head"): "there is no new head on an encoder-decoder",
        ("training", "learning_rate", "layer_decay"): "the layers stand in two stacks, not in one",
        ("data", "split", "stratified"): "there are no classes whose share could be kept",
    }
    UNIT = "pairs"
    KEEPS_WHITESPACE = True
    BLANK_IS_EMPTY = True
    WRITES = True

    kind: Literal["text-to-text"]
    source: Annotated[Names, Field(max_length=2)] = Field(
        description="the column that is read, or two that are read as one text: question, context; "
        "the second one may be empty",
        examples=["en"],
    )
    target: Annotated[str, Field(min_length=1)] = Field(
        description="the column that is written", examples=["de"]
    )
    preset: Preset | None = Field(
        None, description="decides metrics, baseline, beams and, for T5, the prefix"
    )
    prefix: str | None = Field(None, description="text before each source, such as `summarize: `")
    separator: str = Field(" ", description="text between the two columns of `source`")
    source_language: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="a code such as en_XX for mBART, a name such as English for T5"
    )
    target_language: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="the same of the target; for Marian a code such as deu, without >> and <<"
    )
    max_target_length: AutoOrLength = Field(
        "auto", description="tokens; longer targets are truncated; auto: from the training texts"
    )
    generation: Generation = Field(Generation(), description="how targets are written")

    @property
    def texts(self) -> tuple[str, ...]:
        return (*self.source, self.target)

    @property
    def required(self) -> tuple[str, ...]:
        return (self.source[0], self.target)

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.source

    @property
    def answers(self) -> tuple[str, ...]:
        return ()

    def prefix_for(self, family: str | None) -> str:
        """The prefix that is given, or that a pretrained `family` knows."""
        if self.prefix is not None:
            return self.prefix
        if family == "t5" and self.preset == "summarization":
            return "summarize: "
        if family == "t5" and self.source_language and self.target_language:
            return f"translate {self.source_language} to {self.target_language}: "
        if family == "marian" and self.target_language:
            return f">>{self.target_language}<< "
        return ""

    def as_read(self, parts: tuple[str, ...], family: str | None) -> tuple[str, ...]:
        return (self.prefix_for(family) + self.separator.join(parts),)

    def place_of(self, column: str) -> KeyPath:
        if column == self.target:
            return ("task", "target")
        position = self.source.index(column) if column in self.source else 0
        return ("task", "source", position)


SECTION = TextToText


def task_of(spec: Spec) -> TextToText:
    """The `task` section of a spec of this kind."""
    return cast(TextToText, spec.task)
