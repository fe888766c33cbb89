"""How a file is written: which JSON it is; delimiter, quote character and header of a table."""

from __future__ import annotations

import csv
import io
import mmap
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from specc.data.findings import FileProblem, plural, quoted, shown
from specc.diagnostics.rules import data_files as rules
from specc.spec.data import FileFormat

_SAMPLE = 1 << 16
_WINDOW = 1 << 22
DELIMITERS = ",\t;|"
_LINES = 100
_SQUAD = re.compile(r'"paragraphs"\s*:\s*\[')
_TAGGED = re.compile(r"\S+(?:[ \t]\S+)*[ \t]+(?:O|[BIESLU]-\S+)")
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


def refuse_tagged_words(name: str, sample: str, learns_tags: bool = False) -> None:
    """Refuse a file of CoNLL, which is no table: a word and its tag a line, sentences apart.

    Raises:
        FileProblem: naming the kind of task that such files are for.
    """
    lines = [line.rstrip() for line in sample.splitlines()[:_LINES]]
    filled = [line for line in lines if line and not line.startswith("-DOCSTART-")]
    if len(filled) > 5 and "" in lines[:-1] and all(map(_TAGGED.fullmatch, filled)):
        raise FileProblem(
            rules.TAG_SEQUENCES,
            f"`{name}` holds a word and its tag a line, which is no table of texts",
            "add `format: conll` to `data`"
            if learns_tags
            else "such files (CoNLL) are data for `kind: token-classification`",
            [f"its first line is {shown(filled[0])}"],
        )


def refuse_separator_line(name: str, sample: str) -> None:
    """Refuse the line with which Excel is told the delimiter: other programs take it for data.

    Raises:
        FileProblem: naming the line.
    """
    first = sample.lstrip("\ufeff").split("\n", 1)[0].strip("\r")
    if re.fullmatch(r'"?sep=.?"?', first, re.IGNORECASE):
        raise FileProblem(
            rules.SEPARATOR_LINE,
            f"the first line of `{name}` is {shown(first)}, which tells Excel the delimiter",
            "delete the first line of the file",
        )


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
            if number == _LINES:
                return
            yield row
    except csv.Error:
        return


def find_quote(path: Path, name: str, encoding: str, delimiter: str) -> str | None:
    """`"`, or None where quotes are ordinary characters of the texts.

    Off needs two witnesses: more fields use quotes in a way that quoting forbids than keep to it,
    and the lines have the same number of fields when quotes mean nothing.

    Raises:
        FileProblem: as `check_quotes`.
    """
    kept = broken = 0
    with _Bytes(path, encoding) as source:
        for start, end in _quoted_fields(source, delimiter):
            kept, broken = (kept + 1, broken) if end > start + 1 else (kept, broken + 1)
    if broken > kept:
        widths = Counter(len(r) for r in first_rows(sample_of(path, encoding), delimiter, None))
        if len(widths) == 1:
            return None
    if broken:
        check_quotes(path, name, encoding, delimiter, '"')
    return '"'


def check_quotes(path: Path, name: str, encoding: str, delimiter: str, quote: str) -> None:
    """Refuse a file in which a quoted field does not end as one.

    Raises:
        FileProblem: with the line of the first such field.
    """
    with _Bytes(path, encoding) as source:
        data = source.data
        opened = [
            start
            for start, end in _quoted_fields(source, delimiter, quote)
            if end == start + 1 and _starts_field(data, start, delimiter)
        ]
        if not opened:
            return
        line = bytes(data[: opened[0]]).count(b"\n") + 1
        start = bytes(data[opened[0] : opened[0] + 60]).split(b"\n")[0].decode(errors="replace")
    raise FileProblem(
        rules.UNCLOSED_QUOTE,
        f"`{name}` line {line:,}: {plural(len(opened), 'field')} of the file "
        f"{'starts' if len(opened) == 1 else 'start'} with {quote} and "
        f"{'does' if len(opened) == 1 else 'do'} not end with it",
        "repair the file, or write `quote: none` if quotes have no meaning in it",
        [f"the first one starts {shown(start)}"],
    )


def _quoted_fields(source: _Bytes, delimiter: str, quote: str = '"') -> Iterator[tuple[int, int]]:
    """Start and end of each quoted field; a lone quote (bare, or never closed) has length 1.

    They are looked for in a window at a time, and what lies before it need not stay in memory.
    """
    data = source.data
    end, mark = re.escape(delimiter.encode()), re.escape(quote.encode())

    def compiled(pattern: bytes) -> re.Pattern[bytes]:
        return re.compile(pattern.replace(b"D", end).replace(b"Q", mark))

    field = compiled(rb"Q(?:(?<![^\r\nD]Q)[^Q]*+(?:QQ[^Q]*+)*+Q(?![^D\r\n]))?")
    inside = compiled(rb"Q[^Q]*+(?:QQ[^Q]*+)*+Q?")
    start, size = 0, _WINDOW
    while start < len(data):
        stop = min(start + size, len(data))
        source.release(start)
        for match in field.finditer(data, start, stop):
            begin, after = match.span()
            if after == begin + 1 and _starts_field(data, begin, delimiter):
                after = inside.match(data, begin, stop).end()  # type: ignore[union-attr]
            if after == stop < len(data):  # it may go on behind the window
                start, size = begin, 2 * size
                break
            yield match.span()
        else:
            start, size = stop, _WINDOW


def _starts_field(data: bytes | memoryview, position: int, delimiter: str) -> bool:
    return position == 0 or data[position - 1 : position] in (b"\n", b"\r", delimiter.encode())


class _Bytes:
    """The file as UTF-8 bytes without a byte order mark, mapped where no decoding is needed."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.path, self.encoding = path, encoding
        self.map: mmap.mmap | None = None
        self.data: bytes | memoryview = b""

    def __enter__(self) -> _Bytes:
        if self.encoding.startswith(("utf-16", "utf-32")):
            self.data = self.path.read_text(self.encoding).encode()
            return self
        with self.path.open("rb") as file:
            self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        marked = self.map[: len(BOM_UTF8)] == BOM_UTF8
        self.data = memoryview(self.map)[len(BOM_UTF8) if marked else 0 :]
        return self

    def release(self, end: int) -> None:
        """Let the system take back the memory of what lies before `end`."""
        whole_pages = end - end % mmap.PAGESIZE
        if self.map and whole_pages:
            self.map.madvise(mmap.MADV_DONTNEED, 0, whole_pages)

    def __exit__(self, *_: object) -> None:
        if isinstance(self.data, memoryview):
            self.data.release()
        if self.map:
            self.map.close()


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
