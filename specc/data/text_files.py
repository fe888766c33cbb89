"""Reading a file of plain text. The generated projects cut it in the same places."""

from __future__ import annotations

import codecs
import mmap
import re
from collections.abc import Iterator, Sequence

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.blocks import BLOCK_SIZE
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, shown
from specc.data.stored import Gatherer
from specc.diagnostics.rules import data_files as rules
from specc.language.data import TextUnit

MOST_BYTES = 2**31 - 2**20
"""Of one row: the positions inside of it are 32-bit numbers."""

_READ_BYTES = 1 << 22

BLANK_LINES = r"\n(?:[ \t]*\n)+"
"""Between two paragraphs: an empty line or several."""

_BLANK_LINES = re.compile(BLANK_LINES.encode())


def read_text(file: DataFile, asked: Sequence[str], rows: Gatherer) -> DataFile:
    """The file as one row, or a row for each line or paragraph; line ends become newlines."""
    if len(asked) != 1:
        raise FileProblem(
            rules.MISSING_COLUMN,
            f"`{file.name}` is a text file, and has no column {shown(asked[-1])}",
            "delete the key, or put the texts into a JSONL file with the columns that are needed",
            column=asked[-1],
        )
    if file.unit != "file" and file.size_bytes > BLOCK_SIZE:
        for raw in _pieces(file):
            rows.add(_table(file, asked[0], raw))
        return file
    if file.size_bytes > MOST_BYTES:
        raise _too_large(file)
    rows.add(_table(file, asked[0], _plain_bytes(file)))
    return file


def _too_large(file: DataFile) -> FileProblem:
    one = "a text file" if file.unit == "file" else f"one {file.unit}"
    return FileProblem(
        rules.UNREADABLE_FILE,
        f"`{file.name}` has {file.size_bytes / 1e9:.1f} GB, and {one} may have 2.1",
        "cut it into several files, and name them with a pattern such as `texts/*.txt`",
    )


def _table(file: DataFile, column: str, raw: bytes | mmap.mmap) -> pa.Table:
    """The rows of whole lines or paragraphs, or the one row that a file is."""
    text = pa.StringArray.from_buffers(1, *_buffers(raw))
    if file.unit != "file":
        pattern = "\n" if file.unit == "line" else BLANK_LINES
        text = pc.list_flatten(pc.split_text(text, pattern))
    return pa.table({column: text})


def _pieces(file: DataFile) -> Iterator[bytes]:
    """What `_plain_bytes` gives, cut between rows: a few megabytes at a time."""
    held: list[bytes] = []
    size = enough = 0
    for block in _blocks(file):
        held.append(block if size else block.lstrip(b"\n"))
        size += len(held[-1])
        if size > MOST_BYTES:
            raise _too_large(file)
        if size < enough:
            continue
        text = b"".join(held)
        # What ends the text may end the file, or go on as one separator in the next block.
        start, end = _last_separator(text, len(text.rstrip(b" \t\n")), file.unit)
        if end:
            yield text[:start]
        held, size = [text[end:]], len(text) - end
        enough = 2 * size  # a long row is not looked through again with each block
    yield b"".join(held).rstrip(b"\n")


def _last_separator(raw: bytes, limit: int, unit: TextUnit) -> tuple[int, int]:
    """Where the last one before `limit` starts and ends; zeros: there is none."""
    if unit == "line":
        place = raw.rfind(b"\n", 0, limit)
        return place, place + 1
    found = (0, 0)
    for match in _BLANK_LINES.finditer(raw, 0, limit):
        found = match.span()
    return found


def _blocks(file: DataFile) -> Iterator[bytes]:
    """The file as UTF-8 with newlines alone, a few megabytes at a time."""
    decoder = codecs.getincrementaldecoder(file.encoding)()
    done, held = 0, b""
    with file.path.open("rb") as source:
        while raw := source.read(_READ_BYTES):
            raw = raw if file.encoding == "utf-8" else decoder.decode(raw).encode()
            _refuse_zeros(file, raw, done)
            done += len(raw)
            raw = held + raw
            # Its partner may begin the next block.
            held = b"\r" if raw.endswith(b"\r") else b""
            yield _newlines(raw[: len(raw) - len(held)])
    yield _newlines(held)


def _plain_bytes(file: DataFile) -> bytes | mmap.mmap:
    """UTF-8, with newlines alone between the lines and none around them where rows are cut.

    A large file that is so already is mapped: the system keeps in memory what it has room for.
    """
    if file.encoding == "utf-8" and file.size_bytes > BLOCK_SIZE:
        with file.path.open("rb") as source:
            mapped = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
        if mapped.find(b"\r") < 0:
            _refuse_zeros(file, mapped, 0)
            return mapped
    raw = file.path.read_bytes()
    if file.encoding != "utf-8":
        raw = raw.decode(file.encoding).encode()
    _refuse_zeros(file, raw, 0)
    raw = _newlines(raw)
    return raw if file.unit == "file" else raw.strip(b"\n")


def _refuse_zeros(file: DataFile, raw: bytes | mmap.mmap, before: int) -> None:
    """Raises FileProblem if a byte is zero; `before` bytes come before them."""
    if (place := raw.find(b"\0")) >= 0:
        raise FileProblem(
            rules.UNREADABLE_FILE,
            f"`{file.name}` is no text: byte {before + place + 1:,} is zero",
            "name a file of plain text, or write the `encoding` that it is in",
        )


def _newlines(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in raw else raw


def _buffers(raw: bytes | mmap.mmap) -> tuple[pa.Buffer, pa.Buffer]:
    offsets = pa.py_buffer((0).to_bytes(4, "little") + len(raw).to_bytes(4, "little"))
    return offsets, pa.py_buffer(raw)
