"""How one long text is cut into splits: by position, because its neighbouring lines are alike.

The generated projects hold the same lines: a change here is a change of everyone's test set.
"""

from __future__ import annotations

from array import array

import pyarrow as pa

from specc.language.data import SplitName

NEAR = 10_000
"""Bytes in which a line end is looked for."""


def cut_text(text: pa.StringArray, validation: float, test: float) -> dict[SplitName, pa.Array]:
    """The one text of `text` as three pieces in order: train, validation, test.

    The bytes are not copied, and never become a Python string.
    """
    _, offsets, data = text.buffers()
    bounds = memoryview(offsets).cast("i")[text.offset : text.offset + 2]
    view = memoryview(data)[bounds[0] : bounds[1]] if data else memoryview(b"")
    first = find_cut(view, 1 - validation - test, 0)
    ends = [0, first, find_cut(view, 1 - test, first), len(view)]
    places = array("i", (bounds[0] + end for end in ends))
    pieces = pa.StringArray.from_buffers(3, pa.py_buffer(places), data)
    return {"train": pieces[:1], "validation": pieces[1:2], "test": pieces[2:]}


def find_cut(text: memoryview, share: float, begin: int) -> int:
    """Where the first `share` of the bytes ends: after a line end before it, or at a character.

    Not before `begin`, where the last piece ended, and not far before the share: a text without
    line ends would lose most of a split to its title.
    """
    wanted = round(len(text) * share)
    start = max(begin, wanted // 2, wanted - NEAR)
    line_end = bytes(text[start:wanted]).rfind(b"\n")
    if wanted == len(text) or line_end >= 0:
        return wanted if wanted == len(text) else start + line_end + 1
    while wanted and text[wanted] & 0xC0 == 0x80:  # inside of a character
        wanted -= 1
    return wanted
