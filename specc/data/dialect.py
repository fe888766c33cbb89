"""How a file is written: which JSON it is; delimiter and header of a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from specc.data.findings import FileProblem, plural, quoted
from specc.diagnostics.rules import data_files as rules
from specc.language.data import FileFormat

_SAMPLE = 1 << 16
DELIMITERS = ",\t;|"
LINES = 100
_SQUAD = re.compile(r'"paragraphs"\s*:\s*\[')
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


@dataclass(frozen=True, slots=True)
class Dialect:
    """`columns` are all names of the file, whether its header or the spec says them."""

    delimiter: str
    quote: str | None
    header: bool
    columns: tuple[str, ...]


def sample_of(path: Path, encoding: str) -> str:
    """The start of the file, up to the end of a line if it is longer than the sample."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        text = file.read(_SAMPLE)
        return text if len(text) < _SAMPLE else text + file.readline()


def json_format(sample: str, declared: FileFormat) -> FileFormat:
    """All endings are in use for all: a list starts with a bracket, a line with a brace."""
    is_list = sample.lstrip().startswith("[")
    is_squad = (is_list or '"data"' in sample) and _SQUAD.search(sample)
    if declared == "squad" or is_squad:
        return "squad"
    return "json" if is_list else "jsonl"


def find_delimiter(sample: str, asked: Sequence[str], columns: Sequence[str] | None) -> str:
    """The delimiter that explains the first lines best.

    What counts most is whether the header then holds the asked columns (or as many fields as
    `columns` has names), then how many lines have as many fields as the first, then how many
    fields that is.
    """

    def score(delimiter: str) -> tuple[float, float, int]:
        rows = list(first_rows(sample, delimiter, '"'))
        width = len(rows[0]) if rows else 1
        if columns:
            known = float(width == len(columns))
        else:
            known = sum(name in rows[0] for name in asked) if rows else 0.0
        alike = sum(len(row) == width for row in rows) / max(1, len(rows))
        return known, alike if width > 1 else 0.0, width

    return max(DELIMITERS, key=score)


def first_rows(sample: str, delimiter: str, quote: str | None) -> Iterator[list[str]]:
    """The first rows of the sample as lists of fields, without empty lines."""
    reader = csv.reader(
        io.StringIO(sample, newline=""),
        delimiter=delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    try:
        for number, row in enumerate(row for row in reader if row):
            if number == LINES:
                return
            yield row
    except csv.Error:
        return


def find_header(
    name: str,
    rows: Sequence[Sequence[str]],
    asked: Sequence[str],
    columns: Sequence[str] | None,
) -> tuple[bool, tuple[str, ...]]:
    """Whether the first row holds names, and the names of all columns.

    With `columns` (of the spec), a first row that holds all asked names is a header all the same:
    of several files, some may have one.

    Raises:
        FileProblem: if `columns` does not fit the file, or the first row looks like data.
    """
    first = tuple(rows[0])
    if columns:
        if set(asked) <= set(first):
            return True, first
        if len(first) != len(columns):
            raise FileProblem(
                rules.COLUMNS_DO_NOT_MATCH,
                f"`{name}` has {plural(len(first), 'column')}, and `columns` names {len(columns)}",
                f"name all {len(first)} columns from left to right, also the unused ones",
                [f"the first row holds {quoted(first)}"],
            )
        return False, tuple(columns)
    if not set(asked) & set(first) and _looks_like_data(rows):
        raise FileProblem(
            rules.MISSING_HEADER,
            f"the first row of `{name}` looks like data, not like names of columns",
            f"add `columns: [{', '.join(_guess_names(rows, asked))}]` to `data`",
            [f"the first row holds {quoted(first)}"],
        )
    return True, first


def _looks_like_data(rows: Sequence[Sequence[str]]) -> bool:
    """A number, a sentence, or a value that stands again in its column below."""
    for position, cell in enumerate(rows[0]):
        below = [row[position] for row in rows[1:] if position < len(row)]
        if _NUMBER.fullmatch(cell) or len(cell) > 40 or cell.count(" ") >= 4 or cell in below:
            return True
    return False


def _guess_names(rows: Sequence[Sequence[str]], asked: Sequence[str]) -> list[str]:
    """Names for the columns: the longest one gets the first asked name, which is the text."""
    width = len(rows[0])
    lengths = [sum(len(row[i]) for row in rows if i < len(row)) for i in range(width)]
    by_length = sorted(range(width), key=lambda i: -lengths[i])
    names = [f"column_{i + 1}" for i in range(width)]
    for position, name in zip(by_length[:1], asked[:1], strict=False):
        names[position] = name
    rest = [i for i in range(width) if i not in by_length[:1]]
    for position, name in zip(rest, asked[1:], strict=False):
        names[position] = name
    return names
