"""How a file is read: its format, encoding, delimiter and header."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from specc.data import conll_lines
from specc.data.columns import require_columns
from specc.data.dialect import (
    Dialect,
    find_delimiter,
    find_header,
    first_rows,
    json_format,
    sample_of,
)
from specc.data.encoding import find_encoding
from specc.data.facts import DataFile
from specc.data.findings import FileProblem
from specc.data.folders import open_folder
from specc.data.foreign import (
    refuse_fast_text,
    refuse_rows_above_header,
    refuse_separator_line,
    refuse_tagged_words,
)
from specc.data.parallel import open_parallel
from specc.data.paths import TABLES
from specc.data.quotes import check_quotes, find_quote
from specc.diagnostics.rules import data_files as rules
from specc.language.data import DataFields, FileFormat, TextUnit

_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".7z", ".tar", ".tgz")


_SAVE_AS_CSV = "open it in the program that wrote it and save the table as CSV in UTF-8"
_UNPACK = "unpack the file first"
_FEATHER = "save the table as Parquet, with the ending `.parquet`"
_OTHER_KINDS = (
    (b"PK\x03\x04", "a workbook (Excel or LibreOffice) or a zip archive", _SAVE_AS_CSV),
    (b"\xd0\xcf\x11\xe0", "a workbook of Excel", _SAVE_AS_CSV),
    (b"ARROW1", "an Arrow (Feather) file", _FEATHER),
    (b"FEA1", "an Arrow (Feather) file", _FEATHER),
    (b"PAR1", "a Parquet file", "write `format: parquet`, or end its name with `.parquet`"),
    (b"\x1f\x8b", "packed with gzip", _UNPACK),
    (b"BZh", "packed with bzip2", _UNPACK),
    (b"\xfd7zXZ", "packed with xz", _UNPACK),
    (b"(\xb5/\xfd", "packed with zstd", _UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", _UNPACK),
)
"""The first bytes of files that are no text, what they are, and what to do."""


def open_file(
    name: str,
    path: Path,
    data: DataFields,
    asked: Sequence[str],
    endings: Mapping[str, FileFormat] = MappingProxyType({}),
    unit: TextUnit = "file",
) -> DataFile:
    """How one file is read; `asked` are the columns that will be.

    `endings` are those that mean a format to the task alone, `unit` is what a row of a text file
    is. `columns` of the answer are empty for JSON and Parquet: reading them tells.

    Raises:
        FileProblem: if it cannot be read.
    """
    if data.format == "parallel":
        return open_parallel(name, path, data.encoding, asked)
    if path.is_dir():
        return open_folder(name, path, data, asked, ".txt" in endings)
    size = path.stat().st_size
    if size == 0:
        raise FileProblem(rules.EMPTY_FILE, f"`{name}` is empty")
    if _format_of(name, path, data, endings) == "parquet":
        return DataFile(name, path, "parquet", size)
    _refuse_other_kinds(name, path)
    encoding, source = find_encoding(path, name, data.encoding)
    format = _format_of(name, path, data, endings)
    if format == "text-folders":
        raise FileProblem(
            rules.FOLDER_WITHOUT_CLASSES,
            f"`{name}` is a file, and `format: text-folders` needs a folder of class folders",
        )
    found = DataFile(name, path, format or "csv", size, encoding, source)
    if format in _OWN_OPENERS:
        return _OWN_OPENERS[format](found, data, unit)
    dialect = _dialect(name, path, data, encoding, asked, ".conll" in endings)
    if format is None:
        format = "tsv" if dialect.delimiter == "\t" else "csv"
    return replace(
        found,
        format=format,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        header=dialect.header,
        columns=dialect.columns,
    )


def _refuse_other_kinds(name: str, path: Path) -> None:
    """Refuse files that their first bytes show to be no text.

    Raises:
        FileProblem: with the program or format to save it with.
    """
    with path.open("rb") as file:
        head = file.read(8)
    for mark, what, help in _OTHER_KINDS:
        if head.startswith(mark):
            if mark == b"PK\x03\x04" and path.suffix.lower() == ".zip":
                what, help = "a zip archive", _UNPACK
            raise FileProblem(rules.UNKNOWN_FORMAT, f"`{name}` is {what}, not a text file", help)


def _open_json(file: DataFile, data: DataFields, unit: TextUnit) -> DataFile:
    sample = sample_of(file.path, file.encoding)
    format = json_format(sample, file.format)
    is_list = format == "squad" and sample.lstrip().startswith("[")
    return replace(file, format=format, is_list=is_list)


def _open_spans(file: DataFile, data: DataFields, unit: TextUnit) -> DataFile:
    is_list = sample_of(file.path, file.encoding).lstrip().startswith("[")
    return replace(file, is_list=is_list)


def _open_text(file: DataFile, data: DataFields, unit: TextUnit) -> DataFile:
    return replace(file, unit=unit)


def _open_conll(file: DataFile, data: DataFields, unit: TextUnit) -> DataFile:
    delimiter = data.delimiter or conll_lines.find_delimiter(file.path, file.encoding)
    return replace(file, delimiter=delimiter, header=False, columns=data.columns or ())


_OWN_OPENERS: dict[FileFormat | None, Callable[[DataFile, DataFields, TextUnit], DataFile]] = {
    "json": _open_json,
    "jsonl": _open_json,
    "squad": _open_json,
    "spans": _open_spans,
    "text": _open_text,
    "conll": _open_conll,
}
"""Formats that need no look for a delimiter and a header."""


def _format_of(
    name: str, path: Path, data: DataFields, endings: Mapping[str, FileFormat]
) -> FileFormat | None:
    """The declared format or that of the ending; None for a .txt, whose delimiter decides."""
    if data.format:
        return data.format
    ending = path.suffix.lower()
    if ending in endings:
        return endings[ending]
    if ending == ".txt":
        return None
    if ending in TABLES:
        return TABLES[ending]
    _refuse_other_kinds(name, path)
    if ending in _PACKED:
        help = "unpack the file first"
    else:
        help = "say what it is, for example `format: csv`"
    ends = f"the ending `{ending}`" if ending else "no ending"
    raise FileProblem(
        rules.UNKNOWN_FORMAT, f"`{name}` has {ends}, which does not say how it is read", help
    )


def _lacks_tabs(sample: str, asked: Sequence[str], data: DataFields) -> bool:
    """Whether a table named .tsv has another delimiter: no tab, and a header that it parts."""
    first = sample.lstrip("\ufeff\r\n").split("\n", 1)[0]
    if data.format == "tsv" or data.columns or "\t" in sample:
        return False
    header = next(first_rows(first, find_delimiter(sample, asked, None), '"'), [])
    return len(header) > 1 and (set(asked) <= set(header) if asked else True)


def _dialect(
    name: str,
    path: Path,
    data: DataFields,
    encoding: str,
    asked: Sequence[str],
    learns_tags: bool,
) -> Dialect:
    sample = sample_of(path, encoding)
    if not sample.strip():
        raise FileProblem(rules.EMPTY_FILE, f"`{name}` is empty")
    if data.format is None:
        refuse_tagged_words(name, sample, learns_tags)
        refuse_fast_text(name, sample)
    refuse_separator_line(name, sample)
    if data.columns is None:
        refuse_rows_above_header(name, sample, asked)
    delimiter = data.delimiter
    is_tsv = data.format == "tsv" or path.suffix.lower() == ".tsv"
    if delimiter is None and is_tsv and not _lacks_tabs(sample, asked, data):
        delimiter = "\t"
    delimiter = delimiter or find_delimiter(sample, asked, data.columns)
    if data.quote is None:
        quote = find_quote(path, name, encoding, delimiter)
    else:
        quote = None if data.quote == "none" else data.quote
        if quote:
            check_quotes(path, name, encoding, delimiter, quote)
    rows = list(first_rows(sample, delimiter, quote))
    if not rows:
        raise FileProblem(
            rules.UNREADABLE_FILE, f"the first row of `{name}` cannot be split into fields"
        )
    header, columns = find_header(name, rows, asked, data.columns)
    require_columns(name, columns, asked)
    return Dialect(delimiter, quote, header, columns)
