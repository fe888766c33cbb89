"""Which quote character a table has, and whether its quoted fields end."""

from __future__ import annotations

import mmap
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path

from specc.data.dialect import LINES, first_rows, sample_of
from specc.data.findings import FileProblem, plural, shown
from specc.diagnostics.rules import data_files as rules

_WINDOW = 1 << 22
_FEW_LINES = 3
_SOME = 0.2


def find_quote(path: Path, name: str, encoding: str, delimiter: str) -> str | None:
    """`"`, or None where quotes are ordinary characters of the texts.

    Off needs two witnesses: more fields use quotes in a way that quoting forbids than keep to it,
    and the lines have the same number of fields when quotes mean nothing. Where a field holds
    escaped quotes and ends with a quote, quoting has a meaning all the same.

    Raises:
        FileProblem: as `check_quotes`.
    """
    sample = sample_of(path, encoding)
    refuse_single_quotes(name, sample, delimiter)
    refuse_quotes_behind_signs(name, sample, delimiter)
    kept = broken = 0
    with _Bytes(path, encoding) as source:
        for start, end in _quoted_fields(source, delimiter):
            kept, broken = (kept + 1, broken) if end > start + 1 else (kept, broken + 1)
    if broken > kept and not _holds_escaped_field(sample, delimiter):
        widths = {len(row) for row in first_rows(sample, delimiter, None)}
        if len(widths) == 1:
            return None
    if broken:
        check_quotes(path, name, encoding, delimiter, '"')
    return '"'


def _holds_escaped_field(sample: str, delimiter: str) -> bool:
    mark = re.escape(delimiter)
    inside = r'(?:[^"\\\r\n]|\\[^\r\n])*+'
    return bool(re.search(rf'(?:^|{mark})"{inside}(?<=\\"){inside}"(?=\s*$|{mark})', sample, re.M))


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
        escaped = f"\\{quote}".encode() in bytes(data[opened[0] : opened[0] + _WINDOW])
    one = len(opened) == 1
    fields = f"`{name}` line {line:,}: {plural(len(opened), 'field')} of the file"
    if escaped:
        message = f"{fields} {'holds' if one else 'hold'} quotes escaped by a backslash: \\{quote}"
        help = escaped_help(quote)
    else:
        does = "starts with {0} and does" if one else "start with {0} and do"
        message = f"{fields} {does.format(quote)} not end with it"
        help = _help_for_open_quotes(sample_of(path, encoding), delimiter, quote)
    raise FileProblem(rules.UNCLOSED_QUOTE, message, help, [f"the first one starts {shown(start)}"])


def escaped_help(quote: str) -> str:
    """What to do about quotes behind a backslash, as MySQL and Java write them."""
    return (
        f"write {quote * 2} instead of \\{quote}: pandas does, with "
        '`read_csv(path, escapechar="\\\\", dtype=str, keep_default_na=False)` and '
        "`to_csv(path, index=False)`"
    )


def _help_for_open_quotes(sample: str, delimiter: str, quote: str) -> str:
    """Quoting can only be turned off where every row then has as many fields as the first."""
    repair = f"end the field with {quote}, and double the quotes inside it: {quote * 2}"
    if len({len(row) for row in first_rows(sample, delimiter, None)}) == 1:
        return f"{repair}; or write `quote: none` if quotes have no meaning in the file"
    return repair


def refuse_single_quotes(name: str, sample: str, delimiter: str) -> None:
    """Refuse a table whose texts stand in single quotes, which nothing in the spec says.

    Raises:
        FileProblem: with the key that reads them.
    """
    mark = re.escape(delimiter)
    field = re.compile(rf"(?:^|{mark})'[^']*(?:''[^']*)*'(?={mark}|\s*$)", re.MULTILINE)
    lines = sample.splitlines()[1 : LINES + 1]
    count = sum(bool(field.search(line)) for line in lines)
    if len(lines) < _FEW_LINES or count < 0.9 * len(lines):
        return
    widths = {len(row) for row in first_rows(sample, delimiter, "'")}
    if len(widths) != 1:
        return
    as_they_are = {len(row) for row in first_rows(sample, delimiter, '"')}
    keep = ", or `quote: '\"'` if they belong to the texts" if as_they_are == widths else ""
    raise FileProblem(
        rules.SINGLE_QUOTES,
        f"the fields of `{name}` stand in single quotes",
        f'write `quote: "\'"` in `data`{keep}',
        [f"a row is {shown(lines[0])}"],
    )


def refuse_quotes_behind_signs(name: str, sample: str, delimiter: str) -> None:
    """Refuse quotes that begin behind a space or `=`: there they are letters of the text.

    Raises:
        FileProblem: with what to take away.
    """
    mark = re.escape(delimiter)
    quoted = rf'"[^"]*(?:""[^"]*)*"(?=\s*(?:{mark}|$))'
    lines = sample.splitlines()[1 : LINES + 1]
    for start, what in ((rf"(?:^|{mark}) +", "a space"), (rf"(?:^|{mark})(?:=|\"=(?=\"))", "`=`")):
        field = re.compile(start + quoted)
        found = [line for line in lines if field.search(line)]
        if len(found) >= max(_FEW_LINES, len(lines) * _SOME):
            raise FileProblem(
                rules.UNCLOSED_QUOTE,
                f"in {plural(len(found), 'line')} of `{name}` {what} stands before a quote, which "
                "then is a letter of the text",
                "take it away: pandas does, with `read_csv(path, skipinitialspace=True, "
                "dtype=str, keep_default_na=False)` and `to_csv(path, index=False)`; or write "
                "`quote: none` in `data` if the quotes belong to the texts"
                if what == "a space"
                else "save the table with texts in place of formulas; or write `quote: none` in "
                "`data` if the signs belong to the texts",
                [f"the first one is {shown(found[0], 60)}"],
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
