"""What every `task` section gives to the stages, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from specc.language.base import NetworkKind, Section
from specc.language.data import FileFormat, TextUnit
from specc.yaml.source import KeyPath


@dataclass(frozen=True, slots=True)
class Network:
    """The network that a task needs.

    `kind` says which architectures fit; `model_class` ends the name of the library's class, such
    as `ForSequenceClassification`. `pools`: one vector a text goes to the head, so the last layer
    can stop at it, and a frozen encoder can be run once.
    """

    kind: NetworkKind
    model_class: str
    pools: bool = False


class Task(Section):
    """A `task` section. A stage that does not know its kind asks for columns by their part in it.

    `NOT_FOR` are keys of other sections that have no meaning for the task, with the reason: a spec
    that gives one is told so instead of being trained without it. `UNIT` is what one example is
    called, in the plural. `ENDINGS` are endings of files that mean a format to this task alone.
    `KEEPS_WHITESPACE`: what `data.clean.whitespace` is where nothing is said.
    `READS_SPECIAL_TOKENS` likewise for names of special tokens: as tokens, or as letters.
    `BLANK_IS_EMPTY`: white space alone is no text even where it is kept. `WRITES`: the model
    writes text, so a tokenizer of its own must give every text back as it was. `WINDOW`: tokens of
    the longest window by default, where long texts are read in windows; None: they are truncated.
    `UNUSABLE` says in a few words why the task leaves rows out that are neither empty nor repeated.
    """

    NETWORK: ClassVar[Network]
    NOT_FOR: ClassVar[dict[KeyPath, str]] = {}
    UNIT: ClassVar[str] = "texts"
    ENDINGS: ClassVar[dict[str, FileFormat]] = {}
    KEEPS_WHITESPACE: ClassVar[bool] = False
    BLANK_IS_EMPTY: ClassVar[bool] = False
    READS_SPECIAL_TOKENS: ClassVar[bool] = True
    WRITES: ClassVar[bool] = False
    WINDOW: ClassVar[int | None] = None
    UNUSABLE: ClassVar[str] = "unusable"

    kind: str

    @property
    def formats(self) -> Mapping[str, FileFormat]:
        """`ENDINGS`, or those that this very task section makes of them."""
        return self.ENDINGS

    @property
    def texts(self) -> tuple[str, ...]:
        """Columns of text, or of lists of words: cleaned, measured, tokenized."""
        raise NotImplementedError

    @property
    def required(self) -> tuple[str, ...]:
        """Those of `texts` without which a row is nothing to learn from."""
        return self.texts

    @property
    def answers(self) -> tuple[str, ...]:
        """Columns that are learned."""
        raise NotImplementedError

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns of text that the model reads: `data.max_length` is about them."""
        return self.texts

    def as_read(self, parts: tuple[str, ...], family: str | None) -> tuple[str, ...]:
        """What the tokenizer gets for one row of `inputs`: one text, or two for a pair.

        `family` is that of a pretrained base, where it is known.
        """
        return parts

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read."""
        return (*self.texts, *self.answers)

    @property
    def batch_unit(self) -> str:
        """What batches are made of, in the plural."""
        return self.UNIT if self.WINDOW is None else "windows"

    @property
    def text_unit(self) -> TextUnit:
        """What is one row of a file of the format `text`."""
        return "file"

    @property
    def objects(self) -> tuple[str, ...]:
        """Columns whose cells may be objects, or lists of them; `check_columns` flattens them."""
        return ()

    @property
    def group(self) -> str | None:
        """The column whose equal values stay in one split where the spec names none."""
        return None

    def place_of(self, column: str) -> KeyPath:
        """The key of the spec that names `column`."""
        raise NotImplementedError
