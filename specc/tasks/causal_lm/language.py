"""The `task` section of causal language models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, cast

from pydantic import BeforeValidator, Field

from specc.language.base import listed
from specc.language.data import FileFormat, TextUnit
from specc.language.generation import Sampling
from specc.language.packed import Packed
from specc.language.task import Network
from specc.yaml.source import KeyPath

if TYPE_CHECKING:
    from specc.language.spec import Spec


class Samples(Sampling):
    """`task.generation`: the samples of the report, and what `predict.py` does unless told."""

    prompts: Annotated[
        tuple[str, ...], BeforeValidator(listed), Field(strict=False, min_length=1)
    ] = Field(("",), description="what the samples go on from; an empty one begins a document")


class CausalLM(Packed):
    """`task` of kind causal-lm: the next token of a text, for every token of it."""

    NETWORK = Network("decoder", "ForCausalLM")
    UNIT = "blocks"
    ENDINGS: ClassVar[dict[str, FileFormat]] = {".txt": "text", ".md": "text"}
    KEEPS_WHITESPACE = True
    READS_SPECIAL_TOKENS = False
    WRITES = True
    NOT_FOR: ClassVar[dict[KeyPath, str]] = {
        ("model", "head"): "the model's own head gives the next token",
        ("model", "keep_head"): "the model's own output layer is always kept",
        ("model", "tokenizer", "lower_case"): "`data.clean.lower_case` folds the text itself, so "
        "that byte counts and predict.py agree",
        ("data", "max_length"): "texts are joined and cut into blocks, of `task.block_size` tokens",
        ("data", "truncation"): "texts are joined and cut into blocks, and nothing is cut off",
        ("data", "split", "stratified"): "a text has no class",
        ("training", "length_window"): "blocks are all of one length",
        ("training", "class_weights"): "every token counts the same",
        ("training", "label_smoothing"): "the loss is that of the text as it is",
        ("training", "learning_rate", "head"): "the head is learned with the rest of the model",
    }

    kind: Literal["causal-lm"]
    text: Annotated[str, Field(min_length=1)] = Field(
        "text", description="the column of the text; text files have none"
    )
    documents: TextUnit = Field(
        "file", description="what one document of a text file is: all of it, a line, a paragraph"
    )
    generation: Samples = Field(
        Samples(), description="how samples are drawn, in the report and by predict.py"
    )

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.text,)

    @property
    def answers(self) -> tuple[str, ...]:
        return ()

    @property
    def text_unit(self) -> TextUnit:
        return self.documents

    def place_of(self, column: str) -> KeyPath:
        return ("task", "text")


SECTION = CausalLM


def task_of(spec: Spec) -> CausalLM:
    """The `task` section of a spec of this kind."""
    return cast(CausalLM, spec.task)
