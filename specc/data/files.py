"""From what the spec names to files that can be read."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from specc.data import conll
from specc.data.dialect import (
    Dialect,
    check_quotes,
    find_delimiter,
    find_header,
    find_quote,
    first_rows,
    json_format,
    refuse_tagged_words,
    sample_of,
)
from specc.data.encoding import EncodingSource, find_encoding
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, quoted, shown
from specc.data.parallel import open_parallel
from specc.diagnostics.rules import data_files as rules
from specc.spec.data import DataFields, FileFormat, TextUnit

_FORMATS: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".7z", ".tar", ".tgz")
_PATTERN_CHARACTERS = frozenset("*?[")


def find_paths(name: str, folder: Path) -> list[tuple[str, Path]]:
    """Names (as seen from the spec's folder) and paths of the files that `name` stands for.

    Raises:
        FileProblem: if there is none.
    """
    path = folder / name
    if path.exists():
        return [(name, path)]
    if not _PATTERN_CHARACTERS & set(name):
        raise _missing(name, path)
    # A pattern may not be absolute, so an absolute one starts from the root it names.
    start = Path(Path(name).anchor) if Path(name).is_absolute() else folder
    pattern = Path(name).relative_to(Path(name).anchor).as_posix()
    try:
        files = sorted(match for match in start.glob(pattern) if _is_meant(match, pattern))
    except ValueError:
        raise FileProblem(
            rules.PATTERN_WITHOUT_FILES,
            f"no file matches {shown(name)}",
            "let `**` stand alone between two slashes",
        ) from None
    if not files:
        raise FileProblem(
            rules.PATTERN_WITHOUT_FILES,
            f"no file matches `{name}`",
            "paths start from the folder of the spec",
        )
    names = files if start != folder else [file.relative_to(folder) for file in files]
    return [(name.as_posix(), file) for name, file in zip(names, files, strict=True)]


def _is_meant(match: Path, pattern: str) -> bool:
    """A file; a hidden one only if the pattern says so."""
    hidden = match.name.startswith(".") and not pattern.rpartition("/")[2].startswith(".")
    return not hidden and match.is_file()


def _missing(name: str, path: Path) -> FileProblem:
    parent = path.parent
    if not parent.is_dir():
        known = Path(name).parent.as_posix()
        return FileProblem(
            rules.MISSING_FILE,
            f"there is no file `{name}`: its folder `{known}` does not exist",
            "paths start from the folder of the spec",
        )
    # A link that leads nowhere is listed in its folder, and is no suggestion.
    names = {entry.name for entry in parent.iterdir()} - {path.name}
    there = sorted(other for other in names if not other.startswith("."))
    # Of equal stems the last one stays: the one with the same ending.
    by_ending = sorted(there, key=lambda other: Path(other).suffix == path.suffix)
    stems = {Path(other).stem: other for other in by_ending}
    near = [stems[stem] for stem in difflib.get_close_matches(path.stem, stems, 1)]
    if near:
        return FileProblem(
            rules.MISSING_FILE,
            f"there is no file `{name}`",
            f"did you mean `{(Path(name).parent / near[0]).as_posix()}`?",
        )
    return FileProblem(
        rules.MISSING_FILE,
        f"there is no file `{name}`",
        "paths start from the folder of the spec",
        [f"the folder holds {quoted(there)}"] if there else ["the folder is empty"],
    )


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
        return _open_folder(name, path, data, asked, ".txt" in endings)
    size = path.stat().st_size
    if size == 0:
        raise FileProblem(rules.EMPTY_FILE, f"`{name}` is empty")
    if _format_of(name, path, data, endings) == "parquet":
        return DataFile(name, path, "parquet", size)
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
    dialect = _dialect(name, path, data, encoding, asked)
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


def _open_json(file: DataFile, data: DataFields, unit: TextUnit) -> DataFile:
    return replace(file, format=json_format(sample_of(file.path, file.encoding), file.format))


def _open_spans(file: DataFile, data: DataFields, unit: TextUnit) -> DataFile:
    is_list = sample_of(file.path, file.encoding).lstrip().startswith("[")
    return replace(file, is_list=is_list)


def _open_text(file: DataFile, data: DataFields, unit: TextUnit) -> DataFile:
    return replace(file, unit=unit)


def _open_conll(file: DataFile, data: DataFields, unit: TextUnit) -> DataFile:
    delimiter = data.delimiter or conll.find_delimiter(file.path, file.encoding)
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
    if ending in _FORMATS:
        return _FORMATS[ending]
    if ending in _PACKED:
        help = "unpack the file first"
    else:
        help = "say what it is, for example `format: csv`"
    ends = f"the ending `{ending}`" if ending else "no ending"
    raise FileProblem(
        rules.UNKNOWN_FORMAT, f"`{name}` has {ends}, which does not say how it is read", help
    )


def _dialect(
    name: str, path: Path, data: DataFields, encoding: str, asked: Sequence[str]
) -> Dialect:
    sample = sample_of(path, encoding)
    if not sample.strip():
        raise FileProblem(rules.EMPTY_FILE, f"`{name}` is empty")
    if data.format is None:
        refuse_tagged_words(name, sample)
    delimiter = data.delimiter
    if delimiter is None and (data.format == "tsv" or path.suffix.lower() == ".tsv"):
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


def require_columns(name: str, columns: Sequence[str], asked: Sequence[str]) -> None:
    """Refuse a file that lacks an asked column, or holds it twice.

    Raises:
        FileProblem: naming the column, what is nearest to it, and what there is.
    """
    for column in asked:
        if columns.count(column) > 1:
            raise FileProblem(
                rules.AMBIGUOUS_COLUMN,
                f"`{name}` has {columns.count(column)} columns named {shown(column)}",
                "give them different names in the header",
            )
    missing = [column for column in asked if column not in columns]
    if missing:
        others = [column for column in columns if column not in asked]
        nearest = [_nearest(column, others) for column in missing]
        raise FileProblem(
            rules.MISSING_COLUMN,
            f"`{name}` has no {plural_columns(missing)}",
            " ".join(filter(None, nearest)) or None,
            [f"its columns are {quoted(columns, 20)}"],
            missing[0],
        )


def plural_columns(names: Sequence[str]) -> str:
    """`column x`, `columns x, y`, with the names in backquotes."""
    return f"column{'s' if len(names) > 1 else ''} {quoted(names)}"


def _nearest(column: str, columns: Sequence[str]) -> str | None:
    for other in columns:
        if other.strip() == column.strip():
            return (
                f"the name in the file is `{other}`, with a space that `{column}` has not"
                if (len(other) > len(column))
                else f"the name in the file is `{other}`, without the space of `{column}`"
            )
        if other.strip().casefold() == column.strip().casefold():
            return f"the name in the file is `{other}`: upper and lower case count"
    near = difflib.get_close_matches(column, columns, 1)
    return f"did you mean `{near[0]}`?" if near else None


def class_folders(path: Path) -> dict[str, list[Path]]:
    """The .txt files of each folder in `path`, both in alphabetical order."""
    folders = {
        folder.name: sorted(folder.glob("[!.]*.txt"))
        for folder in sorted(path.iterdir())
        if folder.is_dir() and not folder.name.startswith(".")
    }
    return {name: files for name, files in folders.items() if files}


def _open_folder(
    name: str, path: Path, data: DataFields, asked: Sequence[str], reads_texts: bool
) -> DataFile:
    """`reads_texts`: the task reads text files as they are."""
    classes = class_folders(path)
    if not classes:
        tables = sorted(p for p in path.iterdir() if p.suffix.lower() in {*_FORMATS, ".txt"})
        raise FileProblem(
            rules.FOLDER_WITHOUT_CLASSES,
            f"`{name}` is a folder without class folders: none of its folders holds a .txt file",
            f"write `{Path(name).as_posix()}/*{tables[0].suffix}` for the files in it"
            if tables
            else "make a folder for each class, and in it a .txt file for each text",
        )
    if len(asked) != 2:
        raise FileProblem(
            rules.UNSUITABLE_TYPE,
            f"`{name}` is a folder of class folders, which hold one text and one label",
            f"write `{Path(name).as_posix()}/**/*.txt` for the texts in it"
            if reads_texts
            else "give one `text` and one `label` column, and no `split.group`",
        )
    files = [file for group in classes.values() for file in group]
    size = sum(file.stat().st_size for file in files)
    encoding, source = _common_encoding(name, files, data.encoding)
    return DataFile(name, path, "text-folders", size, encoding, source, columns=tuple(asked))


def _common_encoding(
    name: str, files: Sequence[Path], declared: str | None
) -> tuple[str, EncodingSource]:
    """The one encoding that reads all files of a folder.

    Raises:
        FileProblem: if they are in different ones.
    """
    first: dict[str, tuple[Path, EncodingSource]] = {}
    for file in files:
        shown_name = f"{name}/{file.parent.name}/{file.name}"
        encoding, source = find_encoding(file, shown_name, declared)
        if source == "utf-8" and file.read_bytes().isascii():
            continue  # nearly every encoding reads it alike; those that do not, below
        first.setdefault(encoding, (file, source))
    if not first:
        return "utf-8-sig", "utf-8"
    if first.keys() == {"utf-8", "utf-8-sig"}:
        del first["utf-8"]  # the other one reads these as well
    encoding, (_, source) = next(iter(first.items()))
    if encoding.startswith(("utf-16", "utf-32")) and not declared:
        plain = next((f for f in files if find_encoding(f, name, None)[0] == "utf-8"), None)
        first |= {"utf-8": (plain, "utf-8")} if plain else {}
    if len(first) > 1:
        (one, (this, _)), (two, (that, _)) = list(first.items())[:2]
        names = [f"`{f.parent.name}/{f.name}`" for f in (this, that)]
        raise FileProblem(
            rules.WRONG_ENCODING,
            f"the files of `{name}` are in different encodings: {names[0]} looks like "
            f"{one.removesuffix('-sig')}, and {names[1]} like {two.removesuffix('-sig')}",
            "save them all as UTF-8, or write the `encoding` that they all are in",
        )
    if encoding.startswith("utf-8") and not declared:
        return "utf-8-sig", "utf-8"
    return encoding, source
