"""The Arrow functions that the data stage calls, by the names they have in `pyarrow.compute`.

Importing `pyarrow.compute` builds and documents 280 wrappers, which takes as long as reading and
checking 10,000 rows, and so do the methods of columns and tables that import it. These call the
same functions without the wrappers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

try:
    from pyarrow import _compute as arrow
except ImportError:  # the same names in public, should the module ever move
    from pyarrow import compute as arrow

Column = Any
"""An array or a chunked array; tables too where rows are filtered."""


def _function(name: str) -> Any:
    def call(*arguments: Column) -> Any:
        return arrow.call_function(name, list(arguments))

    return call


add = _function("add")
all_true = _function("all")
and_ = _function("and")
binary_length = _function("binary_length")
binary_join = _function("binary_join")
binary_join_element_wise = _function("binary_join_element_wise")
count_distinct = _function("count_distinct")
cumulative_max = _function("cumulative_max")
dictionary_encode = _function("dictionary_encode")
equal = _function("equal")
filter_rows = _function("filter")
indices_nonzero = _function("indices_nonzero")
invert = _function("invert")
list_flatten = _function("list_flatten")
maximum = _function("max")
mean = _function("mean")
minimum = _function("min")
not_equal = _function("not_equal")
or_ = _function("or")
pairwise_diff = _function("pairwise_diff")
replace_with_mask = _function("replace_with_mask")
stddev = _function("stddev")
take = _function("take")
sum_of = _function("sum")
trim = _function("utf8_trim_whitespace")
unique = _function("unique")
utf8_length = _function("utf8_length")
value_counts = _function("value_counts")


def cast(column: Column, kind: pa.DataType) -> Any:
    """`column` as another type; anything that would be lost is an error."""
    return arrow.call_function("cast", [column], arrow.CastOptions(kind))


def count_true(mask: Column) -> int:
    """How many are true."""
    return arrow.call_function("sum", [mask]).as_py() or 0


def first_true(mask: Column) -> int:
    """Position of the first that is true; there has to be one."""
    position: int = indices_nonzero(mask)[0].as_py()
    return position


def first_letters(column: Column, length: int) -> Any:
    """The beginning of each text."""
    options = arrow.SliceOptions(0, length)
    return arrow.call_function("utf8_slice_codeunits", [column], options)


def fill_null(column: Column, value: Any) -> Any:
    """`column` with `value`, a scalar, for every null."""
    return arrow.call_function("coalesce", [column, value])


def index(column: Column, value: pa.Scalar) -> int:
    """Position of the first `value`."""
    position: int = arrow.call_function("index", [column], arrow.IndexOptions(value)).as_py()
    return position


def is_in(column: Column, values: Column) -> Any:
    """True where one of `values` stands."""
    return arrow.call_function("is_in", [column], arrow.SetLookupOptions(value_set=values))


def matches(column: Column, pattern: str) -> Any:
    """True where the regular expression (RE2) is found."""
    options = arrow.MatchSubstringOptions(pattern)
    return arrow.call_function("match_substring_regex", [column], options)


def quantiles(column: Column, levels: Sequence[float]) -> list[int]:
    """The values nearest to the quantiles."""
    options = arrow.QuantileOptions(q=list(levels), interpolation="nearest")
    return [int(value) for value in arrow.call_function("quantile", [column], options).to_pylist()]


def replace_regex(column: Column, pattern: str, by: str) -> Any:
    """Every match of `pattern` (RE2) replaced."""
    options = arrow.ReplaceSubstringOptions(pattern, by)
    return arrow.call_function("replace_substring_regex", [column], options)


def split_text(column: Column, pattern: str) -> Any:
    """The pieces between the matches of `pattern` (RE2), as lists."""
    options = arrow.SplitPatternOptions(pattern)
    return arrow.call_function("split_pattern_regex", [column], options)
