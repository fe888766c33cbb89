"""Reading a file of plain text. The generated projects cut it in the same places."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, shown
from specc.diagnostics.rules import data_files as rules

MOST_BYTES = 2**31 - 2**20
"""Of one file: the positions inside of it are 32-bit numbers."""

BLANK_LINES = r"\n(?:[ \t]*\n)+"
"""Between two paragraphs: an empty line or several."""


def read_text(file: DataFile, asked: Sequence[str]) -> tuple[DataFile, pa.Table]:
    """The file as one row, or a row for each line or paragraph; line ends become newlines."""
    if len(asked) != 1:
        raise FileProblem(
            rules.MISSING_COLUMN,
            f"`{file.name}` is a text file, and has no column {shown(asked[-1])}",
            "delete the key, or put the texts into a JSONL file with the columns that are needed",
            column=asked[-1],
        )
    if file.size_bytes > MOST_BYTES:
        raise FileProblem(
            rules.UNREADABLE_FILE,
            f"`{file.name}` has {file.size_bytes / 1e9:.1f} GB, and a text file may have 2.1",
            "cut it into several files, and name them with a pattern such as `texts/*.txt`",
        )
    text = pa.StringArray.from_buffers(1, *_buffers(_plain_bytes(file)))
    if file.unit != "file":
        pattern = "\n" if file.unit == "line" else BLANK_LINES
        text = pc.list_flatten(pc.split_text(text, pattern))
    return file, pa.table({asked[0]: text})


def _plain_bytes(file: DataFile) -> bytes:
    """UTF-8, with newlines alone between the lines and none around them where rows are cut."""
    raw = file.path.read_bytes()
    if file.encoding != "utf-8":
        raw = raw.decode(file.encoding).encode()
    if (place := raw.find(b"\0")) >= 0:
        raise FileProblem(
            rules.UNREADABLE_FILE,
            f"`{file.name}` is no text: byte {place + 1:,} is zero",
            "name a file of plain text, or write the `encoding` that it is in",
        )
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw if file.unit == "file" else raw.strip(b"\n")


def _buffers(raw: bytes) -> tuple[pa.Buffer, pa.Buffer]:
    offsets = pa.py_buffer((0).to_bytes(4, "little") + len(raw).to_bytes(4, "little"))
    return offsets, pa.py_buffer(raw)
