"""What the user's files hold, as counted from them: the value that the data stage hands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from specc.language.data import FileFormat, SplitName, TextUnit

Drop = Literal["empty", "duplicate", "unusable"]
"""Why a row is left out; `unusable`: the task cannot learn from it, and has said why."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of the user's and how it is read.

    `name` is the path as seen from the spec's folder, with forward slashes; `path` can be opened.
    For `text-folders`, the path is the folder that holds one folder a class.
    `delimiter` and `quote` are None where the format has none (`quote` also where quoting is off).
    `header` is False where the names come from `data.columns`.
    `types` says what the read columns of a JSON or Parquet file hold, as calls of pyarrow's type
    functions without their module: `string`, `int64`, `float64`, `bool_`, `list_(string)`.
    `positions` are those of the read columns in a CoNLL file; `comment_width` is the number of
    columns that tell its words from its comments, 0 where it has none. `numbered`: its first
    column numbers the words, and lines with another number (1-2, 1.1) are not words.
    `widened` counts spans that begin or end inside a word, which then belongs to them as a whole.
    `span_forms` are the keys of start, end and type that its spans have, none where a span is a
    list. `is_list`: a file of spans or articles holds one JSON list.
    `unit` is what one row of a text file is.
    """

    name: str
    path: Path
    format: FileFormat
    size_bytes: int
    encoding: str = "utf-8"
    encoding_source: Literal["declared", "BOM", "guessed", "utf-8"] = "utf-8"
    delimiter: str | None = None
    quote: str | None = None
    header: bool = True
    columns: tuple[str, ...] = ()
    rows: int = 0
    types: tuple[tuple[str, str], ...] = ()
    positions: tuple[int, ...] = ()
    comment_width: int = 0
    numbered: bool = False
    widened: int = 0
    span_forms: tuple[tuple[str, ...], ...] = ()
    is_list: bool = False
    unit: TextUnit = "file"


@dataclass(frozen=True)
class SplitFacts:
    """One split after cleaning and cutting.

    `origin` says where its rows come from: files of its own, or a share cut from `train`.
    `rows_read` counts before cleaning (for a cut split: its rows); `rows` is what is used.
    `table` holds the cleaned text columns and the raw label columns of the used rows, in order.
    """

    name: SplitName
    origin: Literal["files", "cut"]
    files: tuple[DataFile, ...]
    rows_read: int
    rows: int
    dropped: dict[Drop, int]
    table: pa.Table = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class TextLengths:
    """Lengths of the training texts in characters (pairs: both texts together)."""

    median: int
    p95: int
    p99: int
    longest: int


@dataclass(frozen=True)
class DataFacts:
    """Everything later stages may know about the user's data.

    `task` is what the task's room counted: its own `TaskFacts`, which only the room looks into.
    `hub` is True where the rows are on the hub and nothing could be counted: `splits` is then
    empty. `by_position`: the splits are pieces of one document. `crossing` counts rows whose text
    also stands in an earlier split, by pair of splits such as ("train", "test"). `duplicates`
    counts rows that repeat an earlier row of their split and are kept.
    """

    splits: dict[SplitName, SplitFacts]
    task: Any
    lengths: TextLengths | None
    crossing: dict[tuple[SplitName, SplitName], int]
    duplicates: dict[SplitName, int]
    stratified: bool = False
    by_position: bool = False
    hub: bool = False
