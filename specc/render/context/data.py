"""The `data` and `clean` names of the templates."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specc.data.facts import DataFile, SplitFacts
from specc.data.parallel import column_paths
from specc.data.read import BLOCK_SIZE
from specc.data.rows import joined
from specc.data.stop_words import ENGLISH
from specc.plan.plan import Plan
from specc.render.literals import py
from specc.spec.data import FileFormat

_LONGEST_EXAMPLE = 60
"""Characters of a text on a command line."""

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
    schema: str
    places: dict[str, int] = field(default_factory=dict)
    comment_width: int = 0
    is_list: bool = False
    unit: str = "file"

    @property
    def fields(self) -> str:
        """The expression for the columns of a line of a CoNLL file."""
        if self.delimiter is None:
            return r're.split("[ \t]+", line.strip(" \t\n"))'
        newline = py("\n")
        return f"line.rstrip({newline}).split({py(self.delimiter)})"

    @property
    def template(self) -> str:
        """The partial that prints how it is read."""
        return f"partials/readers/{self.format}.py"


def project_path(plan: Plan, file: DataFile) -> str:
    """Where the project finds a file: its copy in data/, or the original, seen from the project."""
    return next(path for path, other in source_files(plan).items() if other.path == file.path)


def source_files(plan: Plan) -> dict[str, DataFile]:
    """Every file once, by its path in the project, in the order of the splits."""
    found: dict[str, DataFile] = {}
    for split in plan.facts.splits.values():
        for file in split.files:
            if all(other.path != file.path for other in found.values()):
                found[_path(plan, file, taken=found)] = file
    return found


def single_files(plan: Plan) -> list[tuple[str, Path]]:
    """Every file by its path in the project; a folder counts by its texts, a stem by columns."""
    found = []
    for name, file in source_files(plan).items():
        if file.format == "parallel":
            names = [f"{name}.{column}" for column in file.columns]
            found += list(zip(names, column_paths(file.path, file.columns), strict=True))
            continue
        inside = sorted(file.path.glob("[!.]*/[!.]*.txt")) if file.path.is_dir() else []
        found += [(f"{name}/{text.relative_to(file.path).as_posix()}", text) for text in inside]
        found += [] if file.path.is_dir() else [(name, file.path)]
    return found


def _path(plan: Plan, file: DataFile, taken: Iterable[str]) -> str:
    if not plan.copies_files:
        name = file.name if Path(file.name).is_absolute() else f"{plan.to_spec}/{file.name}"
        return posixpath.normpath(name)
    path, number = Path(file.path.name), 1
    while f"data/{path}" in taken:  # files of one name from several folders
        number += 1
        path = Path(f"{file.path.stem}-{number}{file.path.suffix}")
    return f"data/{path}"


def _arrow_type(name: str) -> str:
    """The expression for a type; names of fields stand in quotes and stay."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|\w+\(?", lambda match: _call(match[0]), name)


def _call(word: str) -> str:
    if word[0] in "'\"":
        return word
    return f"pa.{word}" if word.endswith("(") else f"pa.{word}()"


def _reader(file: DataFile, paths: tuple[str, ...]) -> Reader:
    kind = WAYS[file.format]
    options = [f"encoding={py(file.encoding)}"] if file.encoding != "utf-8" else []
    if not file.header and not file.positions:
        options.append(f"column_names={py(list(file.columns))}")
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
        encoding=file.encoding,
        json_source=_json_source(file),
        schema="{" + schema + "}",
        places=dict(zip(file.columns, file.positions, strict=True)) if file.positions else {},
        comment_width=file.comment_width,
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
    places = file.positions and (file.columns, file.positions, file.comment_width)
    kind = WAYS[file.format]
    return (
        *(kind, file.delimiter, file.quote, file.encoding),
        *(file.header, file.types, places, file.is_list, named, file.unit),
    )


def _readers(plan: Plan) -> list[Reader]:
    """The distinct ways of reading, each with the files that need it."""
    paths: dict[tuple[Any, ...], list[str]] = {}
    files = source_files(plan)
    for path, file in files.items():
        paths.setdefault(_reading(file), []).append(path)
    return [_reader(files[group[0]], tuple(group)) for group in paths.values()]


def clean_context(plan: Plan) -> dict[str, Any]:
    """Every name under `clean`."""
    clean = plan.spec.clean
    words = ENGLISH if clean.stop_words == "english" else (clean.stop_words or ())
    if isinstance(words, str):
        words = tuple(words.split())
    return {
        "strip_html": clean.strip_html,
        "unicode": clean.unicode.upper() if clean.unicode else None,
        "lower_case": clean.lower_case,
        "replace": [{"pattern": rule.pattern, "by": rule.by} for rule in clean.replace],
        "stop_words": tuple(word.casefold() for word in words),
        "whitespace": clean.whitespace,
    }


def column_list(plan: Plan, column: str) -> str:
    """The expression for a column as a list of strings."""
    return f"table[{py(column)}].to_pylist()"


def _drop_comment(plan: Plan) -> str:
    clean = plan.spec.data.clean
    what = [
        *(["empty texts"] if clean.drop_empty else []),
        *(["repeated rows"] if clean.drop_duplicates else []),
    ]
    total = sum(sum(split.dropped.values()) for split in plan.facts.splits.values())
    seen = "" if plan.facts.hub else f" ({total:,} when this project was made)"
    return f"Rows without use are left out: {' and '.join(what)}{seen}."


def _predict_delimiter(readers: list[Reader]) -> str:
    """The expression for the delimiter of a new file: as in training, but a tab in TSV."""
    used = next((reader.delimiter for reader in readers if reader.format == "csv"), ",")
    tab = py("\t")
    return tab if used == "\t" else f'{tab} if path.suffix.lower() == ".tsv" else {py(used)}'


def _arrow_modules(readers: list[Reader], is_hub: bool) -> list[str]:
    """The imports of PyArrow's readers (predict.py reads CSV by itself)."""
    modules = {"csv": "pyarrow.csv", "jsonl": "pyarrow.json", "parquet": "pyarrow.parquet"}
    used = {modules[reader.format] for reader in readers if reader.format in modules}
    return [f"import {name}" for name in sorted(used)]


def _digests(plan: Plan) -> dict[str, Any]:
    """How data.py walks over all data files."""
    splits = plan.facts.splits.items()
    names = [f"*config.{name}_files" for name, split in splits if split.origin == "files"]
    return (
        {
            "all_files": names[0].removeprefix("*") if len(names) == 1 else f"({', '.join(names)})",
            "has_columns": any(f.format == "parallel" for f in source_files(plan).values()),
            "has_folders": any(file.path.is_dir() for file in source_files(plan).values()),
        }
        if names
        else {"all_files": "()", "has_folders": False, "has_columns": False}
    )


def _file_columns(group: str | None, columns: tuple[str, ...]) -> str:
    """The expression for the columns that have a file, where each has one."""
    if group is None or group in columns:
        return "COLUMNS"
    return f"((*COLUMNS, {py(group)}) if path in config.train_files else COLUMNS)"


def _cut_names(splits: dict[Any, SplitFacts]) -> tuple[str, ...]:
    return tuple(name for name, split in splits.items() if split.origin == "cut" or name == "train")


def data_context(plan: Plan) -> dict[str, Any]:
    """Every name under `data`."""
    spec, facts = plan.spec.data, plan.facts
    cuts = any(split.origin == "cut" for split in facts.splits.values())
    cut_names = _cut_names(facts.splits) if cuts else ()
    grouped = cuts and plan.spec.group is not None
    stratified = cuts and facts.stratified and not grouped
    readers = _readers(plan)
    columns = plan.spec.task.columns
    return {
        "source_words": "a hub data set" if facts.hub else "files",
        "cut_word": "split, " if cuts else "",
        "is_hub": facts.hub,
        "hub_name": spec.hub.name if spec.hub else None,
        "hub_revision": spec.hub.revision if spec.hub else None,
        "readers": readers,
        "has_many_readers": len(readers) > 1,
        "columns": columns,
        "sets_block_size": any(reader.format in ("csv", "jsonl") for reader in readers),
        "block_size": BLOCK_SIZE,
        "group": plan.spec.group,
        "asked": "columns" if grouped else "COLUMNS",
        "keeps_objects": bool(plan.spec.task.objects),
        "file_columns": _file_columns(plan.spec.group if grouped else None, columns),
        "converts": facts.hub or any(r.format in ("json", "jsonl", "parquet") for r in readers),
        "predict_delimiter": _predict_delimiter(readers),
        "csv": next((reader for reader in readers if reader.format == "csv"), None),
        "arrow_modules": _arrow_modules(readers, facts.hub),
        **_digests(plan),
        "drops": spec.clean.drop_empty or spec.clean.drop_duplicates,
        "drop_empty": spec.clean.drop_empty,
        "drop_duplicates": spec.clean.drop_duplicates,
        "drop_comment": _drop_comment(plan),
        "cuts": cuts,
        "by_position": facts.by_position,
        "uses_groups": grouped,
        "stratified": stratified,
        "cut_names": cut_names,
        "cuts_test": "test" in cut_names,
        "cuts_validation": "validation" in cut_names,
        "test_fraction_expression": "config.test_fraction" if "test" in cut_names else "0",
        "validation_fraction_expression": (
            "config.validation_fraction" if "validation" in cut_names else "0"
        ),
        "examples_type": (
            "tuple[Examples, list[int]]"
            if grouped
            else "tuple[Examples, list[str]]"
            if stratified
            else "Examples"
        ),
        "examples_doc": (
            "Clean texts and targets of all files of one split"
            + (
                ", and the rows that are kept."
                if grouped
                else ", and labels."
                if stratified
                else "."
            )
        ),
        "gives_more": grouped or stratified,
        "has_test": plan.final_split == "test",
        "file_names": tuple(name for name in plan.splits if name not in cut_names),
        "checks_files": not facts.hub and not plan.copies_files,
        "final_split": plan.final_split,
        "split_names": plan.splits,
        "scored": tuple(name for name in plan.splits if name != "train"),
        "scored_words": " and ".join(name for name in plan.splits if name != "train"),
        "truncation_side": "left" if spec.truncation == "start" else "right",
        "cuts_start": spec.truncation == "start",
        "truncates": plan.spec.task.WINDOW is None,
    }


def short_rows(plan: Plan, names: Sequence[str], longest: int = _LONGEST_EXAMPLE) -> list[str]:
    """The first row of the final split that is short and plain enough for a command line.

    One text a column; empty where there is none, as with a hub data set.
    """
    split = plan.facts.splits.get(plan.final_split)
    if split is None:
        return []
    columns = [joined(split.table[name].slice(0, 200)).to_pylist() for name in names]
    texts = [[" ".join(text.split()) for text in row] for row in zip(*columns, strict=True)]
    plain = [t for t in texts if all(part.isprintable() and part[:1] != "-" for part in t)]
    return next((t for t in plain if max(map(len, t)) <= longest), [])
