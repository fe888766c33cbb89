"""The whole spec: what the user said, and nothing else."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from specc.language.base import Section
from specc.language.data import Clean, DataSection
from specc.language.evaluation import Evaluation
from specc.language.hardware import HardwareFields, HardwareSection
from specc.language.model import Algorithm, ModelSection, Scratch
from specc.language.tasks import TaskSection
from specc.language.training import Training


class Spec(Section):
    """An experiment: what is learned, by which model, from which data, and how."""

    spec: Literal[1] = Field(1, description="version of the language")
    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)] | None = Field(
        None, description="kebab-case; default: the file's name"
    )
    task: TaskSection = Field(description="what is learned from which columns")
    model: ModelSection = Field(description="which network, and how it is changed")
    data: DataSection = Field(description="which data, how it is read, cleaned and split")
    training: Training = Field(Training(), description="the loop and its numbers")
    evaluation: Evaluation = Field(Evaluation(), description="what is measured, and when")
    hardware: HardwareSection = Field(HardwareFields(), description="the machine it is for")

    @property
    def algorithm(self) -> Algorithm:
        """`model.tokenizer.train` with what the task decides where nothing is said."""
        said = self.model.tokenizer.train if isinstance(self.model, Scratch) else None
        return said or ("bpe" if self.task.WRITES else "wordpiece")

    @property
    def folds_case(self) -> bool:
        """`model.tokenizer.lower_case` likewise."""
        said = self.model.tokenizer.lower_case if isinstance(self.model, Scratch) else None
        return not self.task.WRITES if said is None else said

    @property
    def learning_rate(self) -> float:
        """The peak of the network's top layer: random weights need larger steps than good ones."""
        said = self.training.learning_rate.encoder
        return said or (1e-3 if isinstance(self.model, Scratch) else 5e-5)

    @property
    def reads_special_tokens(self) -> bool:
        """Whether names of special tokens in the texts are read as these tokens."""
        said = self.data.special_tokens
        return self.task.READS_SPECIAL_TOKENS if said is None else said == "read"

    @property
    def group(self) -> str | None:
        """`data.split.group` with what the task decides where nothing is said."""
        return self.data.split.group or self.task.group

    @property
    def clean(self) -> Clean:
        """`data.clean` with what the task decides where nothing is said."""
        clean = self.data.clean
        if clean.whitespace is not None:
            return clean
        return clean.model_copy(update={"whitespace": not self.task.KEEPS_WHITESPACE})
