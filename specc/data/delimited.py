"""CSV and TSV files. What stands in them row by row is a text, whatever it looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from specc.data.blocks import BLOCK_SIZE, SMALL_BLOCK, unreadable
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, plural, shown
from specc.data.quotes import escaped_help
from specc.data.stored import Gatherer
from specc.diagnostics.rules import data_files as rules


def read_csv(file: DataFile, asked: Sequence[str], rows: Gatherer) -> DataFile:
    """CSV and TSV."""
    from pyarrow import csv

    try:
        if file.size_bytes <= BLOCK_SIZE:
            rows.add(csv.read_csv(str(file.path), **_csv_options(file, asked)))
            return file
        _gather_csv(file, asked, rows)
    except pa.ArrowInvalid as error:
        raise _ragged(file, asked, str(error)) from None
    return file


def _gather_csv(file: DataFile, asked: Sequence[str], rows: Gatherer) -> None:
    """In small blocks, or in large ones where a row is longer than a small one."""
    from pyarrow import csv

    for size in (SMALL_BLOCK, BLOCK_SIZE):
        rows.clear()
        try:
            with csv.open_csv(str(file.path), **_csv_options(file, asked, size)) as batches:
                for batch in batches:
                    rows.add(pa.Table.from_batches([batch]))
        except pa.ArrowInvalid as error:
            if size == BLOCK_SIZE or "straddl" not in str(error):
                raise
        else:
            return


def _csv_options(
    file: DataFile,
    asked: Sequence[str],
    block_size: int = BLOCK_SIZE,
    threads: bool = True,
    ragged: Any = None,
) -> dict[str, Any]:
    from pyarrow import csv

    return dict(
        read_options=csv.ReadOptions(
            encoding=file.encoding,
            column_names=None if file.header else list(file.columns),
            block_size=block_size,
            use_threads=threads,
        ),
        parse_options=csv.ParseOptions(
            delimiter=file.delimiter,
            quote_char=file.quote or False,
            newlines_in_values=file.quote is not None,
            invalid_row_handler=ragged,
        ),
        convert_options=csv.ConvertOptions(
            include_columns=list(asked),
            column_types={name: pa.string() for name in asked},
            strings_can_be_null=False,
        ),
    )


def _ragged(file: DataFile, asked: Sequence[str], reason: str) -> FileProblem:
    """Reads again on one thread: only then do rows have numbers."""
    from pyarrow import csv

    bad: list[Any] = []

    def keep(row: Any) -> str:
        bad.append(row)
        return "skip"

    try:
        options = _csv_options(file, asked, threads=False, ragged=keep)
        with csv.open_csv(str(file.path), **options) as batches:
            for _ in batches:
                pass
    except pa.ArrowInvalid as error:
        reason = str(error)
    if not bad:
        return unreadable(file, reason)
    first = bad[0]
    if len(bad) > 1 and all(
        row.actual_columns == row.expected_columns + 1
        and (row.text or "").rstrip("\r\n").endswith(file.delimiter or ",")
        for row in bad
    ):
        return FileProblem(
            rules.RAGGED_ROWS,
            f"{len(bad):,} rows of `{file.name}` end with {shown(file.delimiter or '')} and its "
            "first row does not: each has one empty field too many",
            f"add {shown(file.delimiter or '')} to the end of the first row, or take it from the "
            "end of the others",
            [f"row {first.number:,} is {shown(first.text, 60)}"],
        )
    quote = file.quote or '"'
    if file.quote and f"\\{quote}" in (first.text or ""):
        return FileProblem(
            rules.RAGGED_ROWS,
            f"`{file.name}` row {first.number:,} has {plural(first.actual_columns, 'field')} "
            f"instead of {first.expected_columns}: it holds quotes escaped by a backslash",
            escaped_help(quote),
            [f"the row is {shown(first.text, 60)}"],
        )
    expected = plural(first.expected_columns, "field")
    rest = [f"row {row.number:,}: {row.actual_columns}" for row in bad[1:4]]
    return FileProblem(
        rules.RAGGED_ROWS,
        f"`{file.name}` row {first.number:,} has {plural(first.actual_columns, 'field')} instead "
        f"of {first.expected_columns}",
        f"quote the text that holds the delimiter {shown(file.delimiter or '')}: {quote}…{quote}"
        if first.actual_columns > first.expected_columns and file.delimiter != "\t"
        else f"complete the row to {expected}, or take it out of the file",
        [
            f"the row is {shown(first.text, 60)}",
            *([f"{len(bad):,} rows in all; {', '.join(rest)}"] if rest else []),
        ],
    )
