"""The functions of data.py that read files: one for all files that are read alike."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from specc.data.facts import DataFile
from specc.language.data import FileFormat
from specc.plan.plan import Plan
from specc.render.context.sources import source_files
from specc.render.literals import py

WAYS: dict[FileFormat, str] = {
    "csv": "csv",
    "tsv": "csv",
    "json": "json",
    "jsonl": "jsonl",
    "parquet": "parquet",
    "squad": "squad",
    "text-folders": "folders",
    "conll": "conll",
    "spans": "spans",
    "text": "text",
    "parallel": "parallel",
}
"""The partial in templates/partials/readers that reads each format."""


@dataclass(frozen=True)
class Reader:
    """One way of reading files; files that are read alike share it."""

    paths: tuple[str, ...]
    doc: str
    format: str
    delimiter: str | None
    quote: str | bool
    quoted: bool
    read_options: list[str]
    encoding: str
    json_source: str
    on_disk: bool
    schema: str
    columns: tuple[str, ...] = ()
    is_headless: bool = False
    places: dict[str, int] = field(default_factory=dict)
    comment_width: int = 0
    numbered: bool = False
    is_list: bool = False
    unit: str = "file"

    @property
    def items_arguments(self) -> str:
        """What names the articles of a SQuAD file: the file, and the key where it is an object."""
        return "file" if self.is_list else 'file, "data"'

    @property
    def fields(self) -> str:
        """The expression for the columns of a line of a CoNLL file."""
        if self.delimiter is None:
            return r're.split("[ \t]+", line.strip(" \t\n"))'
        newline = py("\n")
        return f"line.rstrip({newline}).split({py(self.delimiter)})"

    @property
    def csv_call(self) -> str:
        """The statement that reads CSV, whole or block by block, up to its bracket."""
        return "yield from pyarrow.csv.open_csv" if self.on_disk else "return pyarrow.csv.read_csv"

    @property
    def json_call(self) -> str:
        """The same of JSONL."""
        opened = "batches = pyarrow.json.open_json"
        return opened if self.on_disk else "table = pyarrow.json.read_json"

    @property
    def template(self) -> str:
        """The partial that prints how it is read."""
        return f"partials/readers/{self.format}.py"


def _arrow_type(name: str) -> str:
    """The expression for a type; names of fields stand in quotes and stay."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|\w+\(?", lambda match: _call(match[0]), name)


def _call(word: str) -> str:
    if word[0] in "'\"":
        return word
    return f"pa.{word}" if word.endswith("(") else f"pa.{word}()"


def _reader(file: DataFile, paths: tuple[str, ...], on_disk: bool) -> Reader:
    kind = WAYS[file.format]
    options = [f"encoding={py(file.encoding)}"] if file.encoding != "utf-8" else []
    is_headless = kind == "csv" and not file.header
    if is_headless:
        names = py(list(file.columns))
        options.append(f"column_names={names} if names is None else names")
    options.append("block_size=BLOCK_SIZE")
    words = {
        "csv": "The rows of a CSV file; every asked column as text.",
        "json": "The rows of a JSON list of objects.",
        "jsonl": "The rows of a file with a JSON object a line.",
        "parquet": "The rows of a Parquet file.",
        "squad": "The questions of a file in SQuAD's nested JSON, a row each.",
        "folders": "A row a text file; its label is the name of its folder.",
        "conll": "The sentences of a CoNLL file: a word a line, an empty line behind each.",
        "spans": "The words of each text, and the tags that its spans give them.",
        "text": {
            "file": "The whole file as one row.",
            "line": "A row a line.",
            "paragraph": "A row a paragraph; empty lines stand between them.",
        }[file.unit],
        "parallel": "A row a line, a file a column.",
    }
    schema = ", ".join(f"{py(column)}: {_arrow_type(kind)}" for column, kind in file.types)
    return Reader(
        paths=paths,
        doc=words[kind],
        format=kind,
        delimiter=file.delimiter,
        quote=file.quote or False,
        quoted=file.quote is not None,
        read_options=options,
        # A new file may begin with a byte order mark where the training file does not.
        encoding="utf-8-sig" if file.encoding == "utf-8" else file.encoding,
        json_source=_json_source(file),
        on_disk=on_disk,
        schema="{" + schema + "}",
        columns=file.columns,
        is_headless=is_headless,
        places=dict(zip(file.columns, file.positions, strict=True)) if file.positions else {},
        comment_width=file.comment_width,
        numbered=file.numbered,
        is_list=file.is_list,
        unit=file.unit,
    )


def _json_source(file: DataFile) -> str:
    """What pyarrow.json reads: it knows UTF-8 alone."""
    if file.encoding.startswith("utf-8"):
        return "FOLDER / path"
    opened = "pa.OSFile(str(FOLDER / path))"
    return f'pa.transcoding_input_stream({opened}, {py(file.encoding)}, "utf-8")'


def _reading(file: DataFile) -> tuple[Any, ...]:
    """What two files must share to be read by the same function."""
    named = file.columns if not file.header and not file.positions else ()
    places = file.positions and (file.columns, file.positions, file.comment_width, file.numbered)
    kind = WAYS[file.format]
    return (
        *(kind, file.delimiter, file.quote, file.encoding),
        *(file.header, file.types, places, file.is_list, named, file.unit),
    )


def readers_of(plan: Plan) -> list[Reader]:
    """The distinct ways of reading, each with the files that need it."""
    paths: dict[tuple[Any, ...], list[str]] = {}
    files = source_files(plan)
    for path, file in files.items():
        paths.setdefault(_reading(file), []).append(path)
    groups = paths.values()
    return [_reader(files[group[0]], tuple(group), plan.on_disk) for group in groups]


def arrow_modules(readers: list[Reader], is_hub: bool) -> list[str]:
    """The imports of PyArrow's readers (predict.py reads CSV by itself)."""
    modules = {"csv": "pyarrow.csv", "jsonl": "pyarrow.json", "parquet": "pyarrow.parquet"}
    used = {modules[reader.format] for reader in readers if reader.format in modules}
    return [f"import {name}" for name in sorted(used)]
