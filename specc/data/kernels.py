"""The Arrow functions that the data stage calls, by the names they have in `pyarrow.compute`.

Importing `pyarrow.compute` builds and documents 280 wrappers, which takes as long as reading and
checking 10,000 rows, and so do the methods of columns and tables that import it. These call the
same functions without the wrappers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import pyarrow as pa

from specc.data.stored import StoredColumn, StoredTable

try:
    from pyarrow import _compute as arrow
except ImportError:  # the same names in public, should the module ever move
    from pyarrow import compute as arrow

Column = Any
"""An array, a chunked array or a stored column; tables too where rows are filtered."""


def _call(name: str, arguments: Sequence[Column], options: Any = None) -> Any:
    """A function of single values, part by part where columns are stored."""
    if not any(isinstance(argument, StoredColumn) for argument in arguments):
        return arrow.call_function(name, list(arguments), options)
    parts = zip(
        *(a.iterchunks() if isinstance(a, StoredColumn) else repeat(a) for a in arguments),
        strict=False,
    )
    return pa.chunked_array([arrow.call_function(name, list(part), options) for part in parts])


def _call_whole(name: str, column: Column, options: Any = None) -> Any:
    """A function of all values at once."""
    held = column.load() if isinstance(column, StoredColumn) else column
    return arrow.call_function(name, [held], options)


def _function(name: str) -> Any:
    return lambda *arguments: _call(name, arguments)


def _whole(name: str) -> Any:
    return lambda column: _call_whole(name, column)


add = _function("add")
all_true = _whole("all")
and_ = _function("and")
binary_length = _function("binary_length")
binary_join = _function("binary_join")
count_distinct = _whole("count_distinct")
dictionary_encode = _whole("dictionary_encode")
equal = _function("equal")
indices_nonzero = _whole("indices_nonzero")
invert = _function("invert")
list_flatten = _function("list_flatten")
list_lengths = _function("list_value_length")
maximum = _whole("max")
mean = _whole("mean")
minimum = _whole("min")
not_equal = _function("not_equal")
or_ = _function("or")
replace_with_mask = _function("replace_with_mask")
stddev = _whole("stddev")
take = _function("take")
sum_of = _whole("sum")
trim = _function("utf8_trim_whitespace")
unique = _whole("unique")
utf8_length = _function("utf8_length")
value_counts = _whole("value_counts")


def cast(column: Column, kind: pa.DataType) -> Any:
    """`column` as another type; anything that would be lost is an error."""
    return _call("cast", [column], arrow.CastOptions(kind))


def count_true(mask: Column) -> int:
    """How many are true."""
    return sum_of(mask).as_py() or 0


def first_true(mask: Column) -> int:
    """Position of the first that is true; there has to be one."""
    position: int = indices_nonzero(mask)[0].as_py()
    return position


def first_letters(column: Column, length: int) -> Any:
    """The beginning of each text."""
    options = arrow.SliceOptions(0, length)
    return _call("utf8_slice_codeunits", [column], options)


def fill_null(column: Column, value: Any) -> Any:
    """`column` with `value`, a scalar, for every null."""
    return _call("coalesce", [column, value])


def filter_rows(rows: Column, mask: Column) -> Any:
    """The rows of a table, or the values of a column, for which `mask` is true."""
    if isinstance(rows, StoredTable):
        return rows.filter(mask)
    return arrow.call_function("filter", [rows, mask])


def index(column: Column, value: pa.Scalar) -> int:
    """Position of the first `value`."""
    position: int = arrow.call_function("index", [column], arrow.IndexOptions(value)).as_py()
    return position


def is_in(column: Column, values: Column) -> Any:
    """True where one of `values` stands."""
    return _call("is_in", [column], arrow.SetLookupOptions(value_set=values))


def matches(column: Column, pattern: str) -> Any:
    """True where the regular expression (RE2) is found."""
    options = arrow.MatchSubstringOptions(pattern)
    return _call("match_substring_regex", [column], options)


def quantiles(column: Column, levels: Sequence[float]) -> list[int]:
    """The values nearest to the quantiles."""
    options = arrow.QuantileOptions(q=list(levels), interpolation="nearest")
    return [int(value) for value in _call_whole("quantile", column, options).to_pylist()]


def replace_regex(column: Column, pattern: str, by: str) -> Any:
    """Every match of `pattern` (RE2) replaced."""
    options = arrow.ReplaceSubstringOptions(pattern, by)
    return _call("replace_substring_regex", [column], options)


def sort_indices(column: Column) -> Any:
    """Positions in ascending order of their values; equal ones keep their order."""
    options = arrow.ArraySortOptions(order="ascending", null_placement="at_end")
    return _call_whole("array_sort_indices", column, options)


def split_text(column: Column, pattern: str) -> Any:
    """The pieces between the matches of `pattern` (RE2), as lists."""
    options = arrow.SplitPatternOptions(pattern)
    return _call("split_pattern_regex", [column], options)
