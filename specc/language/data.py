"""`data`: which files or hub data set, how they are read, cleaned and split."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from specc.language.base import AutoOrLength, Fraction, Names, Section

SplitName = Literal["train", "validation", "test"]

HELD_OUT = 0.1
"""Share of `train` that is held out for a split where nothing else is said."""
FileFormat = Literal[
    "csv",
    "tsv",
    "json",
    "jsonl",
    "parquet",
    "text-folders",
    "conll",
    "spans",
    "squad",
    "text",
    "parallel",
]
TextUnit = Literal["file", "line", "paragraph"]
"""What is one row of a text file."""

WORD = re.compile(r"\w+(?:'\w+)?")
"""What `clean.stop_words` takes for a word. The generated projects hold the same pattern."""


def _one_character(value: str) -> str:
    if len(value) != 1:
        raise ValueError("must be a single character; for a tab write `\\t` in double quotes")
    if not value.isascii() or value in "\r\n\"'":
        raise ValueError(
            "must be an ASCII character, and neither a quote nor a line break; "
            "save the file with a comma, a semicolon, a tab or `|` between the fields"
        )
    return value


class HubSplits(Section):
    """`data.hub.splits`: the hub's names of the three splits."""

    train: str = Field("train", description="rows to learn from")
    validation: str | None = Field(None, description="rows that choose the checkpoint")
    test: str | None = Field(None, description="rows that are scored once, at the end")


class Hub(Section):
    """`data.hub`: a data set of the Hugging Face hub, read when the project runs."""

    path: Annotated[str, Field(min_length=1)] = Field(description="the data set's id")
    name: str | None = Field(None, description="its configuration, where it has several")
    revision: str | None = Field(None, description="commit, tag or branch")
    splits: HubSplits = Field(HubSplits(), description="the hub's names of the splits")


class Split(Section):
    """`data.split`: what is held out of `train` where no file is given for it."""

    validation: Fraction | None = Field(
        None, description="share of the rows; default 0.1 where no validation file is given"
    )
    test: Fraction | None = Field(
        None, description="share of the rows; default 0.1 where neither file is given"
    )
    stratified: bool | None = Field(
        None, description="keep each class's share; default: where there are classes and no group"
    )
    group: str | None = Field(None, description="column whose equal values stay in one split")
    seed: int = Field(0, description="of the shuffle before the cut")


class Replace(Section):
    """One entry of `data.clean.replace`."""

    pattern: Annotated[str, Field(min_length=1)] = Field(description="a regular expression")
    by: str = Field("", description="what replaces each match")


class Clean(Section):
    """`data.clean`: applied to every text in this order, in training and in `predict.py`."""

    strip_html: bool = Field(False, description="remove tags and decode entities such as &amp;")
    unicode: Literal["nfc", "nfkc"] | None = Field(None, description="Unicode normal form")
    lower_case: bool = Field(False, description="fold to lower case")
    replace: tuple[Replace, ...] = Field(
        (), strict=False, description="regular expressions and what replaces them, in order"
    )
    stop_words: (
        Annotated[
            Annotated[Literal["english"], Tag("word")]
            | Annotated[tuple[str, ...], Field(strict=False, min_length=1), Tag("list")],
            Discriminator(lambda v: "word" if isinstance(v, str) else "list"),
        ]
        | None
    ) = Field(None, description="words to remove: `english`, or a list of your own")
    whitespace: bool | None = Field(
        None,
        description="strip, and make each run of white space one space; default: true, but false "
        "in tasks that learn the white space or count characters",
    )
    drop_empty: bool = Field(True, description="drop rows whose text is empty after cleaning")
    drop_duplicates: bool = Field(
        False, description="drop rows of a split that repeat an earlier one, text and label"
    )


def _lift_train(value: Any) -> Any:
    return {"train": value} if isinstance(value, str | list) else value


class DataFields(Section):
    """`data`: exactly one of `train` and `hub` is given."""

    train: Names | None = Field(
        None,
        description="file, glob or list; relative to the spec; with `format: parallel` what a file "
        "a column have in common: data/train for data/train.en and data/train.de",
    )
    validation: Names | None = Field(None, description="file, glob or list")
    test: Names | None = Field(None, description="file, glob or list")
    hub: Hub | None = Field(None, description="a hub data set instead of files")
    format: FileFormat | None = Field(None, description="default: from the file's ending")
    delimiter: Annotated[str, AfterValidator(_one_character)] | None = Field(
        None, description="of CSV; default: found out from the first lines"
    )
    quote: Literal['"', "'", "none"] | None = Field(
        None, description='of CSV; default: `"`, or none where a bare `"` stands in a field'
    )
    encoding: str | None = Field(None, description="default: found out, and shown")
    columns: Names | None = Field(None, description="names for a CSV or TSV without a header")
    split: Split = Field(Split(), description="what is held out of `train`")
    clean: Clean = Field(Clean(), description="what is done to each text")
    max_length: AutoOrLength = Field(
        "auto", description="tokens; longer texts are truncated; auto: from the training texts"
    )
    truncation: Literal["end", "start"] = Field("end", description="which side is cut off")
    special_tokens: Literal["read", "letters"] | None = Field(
        None,
        description="names of special tokens in the texts, such as `</s>`: read them as these "
        "tokens, or as letters; default: letters in causal-lm, else tokens",
    )
    unknown_characters: Literal["report", "accept"] = Field(
        "report",
        description="what the tokenizer of the base does not know, or cannot write: report it, "
        "or train all the same",
    )
    copy_files: Literal["auto", "always", "never"] = Field(
        "auto",
        alias="copy",
        description="copy local files into the project; auto: up to 20 MB in all",
    )
    storage: Literal["auto", "memory", "disk"] = Field(
        "auto",
        description="keep rows and tokens in memory, or in files that are mapped into it; auto: "
        "in memory up to 2 GB",
    )


DataSection = Annotated[DataFields, BeforeValidator(_lift_train)]
"""A string or a list is shorthand for `{train: ...}`."""


def held_out(data: DataFields) -> dict[SplitName, float]:
    """Shares of `train` that become the other splits; 0 where one has a file or is left out."""
    split = data.split
    validation = HELD_OUT if split.validation is None else split.validation
    has_files = data.validation is not None or data.test is not None
    test = (0.0 if has_files else HELD_OUT) if split.test is None else split.test
    return {
        "validation": 0.0 if data.validation is not None else validation,
        "test": 0.0 if data.test is not None else test,
    }
