"""Arrow arrays from Python values.

`pa.array` of a list and `pa.scalar` import pandas wherever it is installed, which takes longer
than all the rest of the data stage: these are made from their buffers.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

import pyarrow as pa

from specc.data import kernels as pc


def string_array(texts: Iterable[str]) -> pa.StringArray:
    """Strings, none of them null; at most 2 GB in all."""
    encoded = [text.encode() for text in texts]
    data = pa.py_buffer(b"".join(encoded))
    return pa.StringArray.from_buffers(len(encoded), _offsets(encoded), data)


def string_scalar(text: str) -> pa.StringScalar:
    """One string, to compare a column with."""
    return string_array([text])[0]


def string_lists(lists: Sequence[Sequence[str]]) -> pa.ListArray:
    """Lists of strings, none of them null."""
    values = string_array(chain.from_iterable(lists))
    offsets = pa.Array.from_buffers(pa.int32(), len(lists) + 1, [None, _offsets(lists)])
    return pa.ListArray.from_arrays(offsets, values)


def number_lists(lists: Sequence[Sequence[int]]) -> pa.ListArray:
    """Lists of whole numbers, none of them null."""
    flat = array("q", chain.from_iterable(lists))
    values = pa.Array.from_buffers(pa.int64(), len(flat), [None, pa.py_buffer(flat)])
    offsets = pa.Array.from_buffers(pa.int32(), len(lists) + 1, [None, _offsets(lists)])
    return pa.ListArray.from_arrays(offsets, values)


def flags(positions: Iterable[int], length: int) -> pa.BooleanArray:
    """True at `positions`."""
    marks = bytearray(length)
    for position in positions:
        marks[position] = 1
    return as_mask(marks)


def as_mask(marks: bytearray) -> pa.BooleanArray:
    """True where there is a 1, false where there is a 0."""
    numbers = pa.Array.from_buffers(pa.uint8(), len(marks), [None, pa.py_buffer(marks)])
    return pc.cast(numbers, pa.bool_())


def _offsets(items: Sequence[Sequence[object]]) -> pa.Buffer:
    return pa.py_buffer(array("i", accumulate(map(len, items), initial=0)))
