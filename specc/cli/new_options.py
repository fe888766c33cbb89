"""The options of `specc new`: all that it would guess, in the words of the language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import click
from pydantic import ValidationError

from specc.cli.asking import make_wishes
from specc.language.data import DataFields, FileFormat
from specc.language.vocabulary import nearest
from specc.new.draft import Wishes
from specc.new.guess import guessed_kinds
from specc.new.table import Table, made_up_names, read_table
from specc.new.write import one_or_list

Command = TypeVar("Command", bound=Callable[..., Any])

TABLE_KIND = "text-classification"
_COLUMN, _COLUMNS = "COLUMN", "COLUMN[,COLUMN]"
_KEYS: dict[str, tuple[str, str, str]] = {
    "label": (TABLE_KIND, _COLUMNS, "The label column, or columns of yes and no."),
    "source": ("text-to-text", _COLUMNS, "The column that is read, or several."),
    "target": ("text-to-text", _COLUMN, "The column that is written."),
    "tokens": ("token-classification", _COLUMN, "The words: a column, or its position."),
    "tags": ("token-classification", _COLUMN, "Their tags, likewise."),
    "question": ("question-answering", _COLUMN, "The column of the questions."),
    "context": ("question-answering", _COLUMN, "The column with the texts that answer them."),
    "answers": ("question-answering", _COLUMN, "The column of the answers."),
}
"""Keys of `task` that one kind alone has: that kind, what is asked for, and the help."""

_POSITION = re.compile(r"-?\d+")


def new_options(function: Command) -> Command:
    """Adds the options; `gather` reads their values."""
    a_path = click.Path(path_type=Path)
    options = [
        click.option("--task", "kind", type=click.Choice([TABLE_KIND, *guessed_kinds()])),
        click.option("--text", metavar=_COLUMNS, help="The text column, or two for a pair."),
        *(click.option(f"--{key}", metavar=m, help=help) for key, (_, m, help) in _KEYS.items()),
        click.option("--validation", type=a_path, metavar="FILE", help="The validation split."),
        click.option("--test", type=a_path, metavar="FILE", help="The test split."),
        click.option(
            "--format", "file_format", type=click.Choice(get_args(FileFormat)), metavar="FORMAT"
        ),
        click.option("--delimiter", metavar="CHARACTER", help=r"Of CSV; `\t` or `tab` is a tab."),
        click.option("--encoding", help="Of the files, such as cp1252."),
        click.option("--columns", metavar="NAME,NAME", help="All columns, where no header is."),
        click.option("--header/--no-header", default=None, help="Whether row 1 names columns."),
        click.option("--model", help="A hub id, a folder, or package:<package>/<folder>."),
        click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "mps"])),
        click.option("--name", help="The experiment's name, in kebab-case."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def wanted_kind(said: Mapping[str, Any]) -> str | None:
    """The kind of task that was named, or whose keys were.

    Raises:
        click.UsageError: if they are of two kinds.
    """
    kind: str | None = said["kind"]
    by_key = {key: of for key, (of, _, _) in _KEYS.items() if said[key]}
    for key, of in by_key.items():
        if kind is not None and of != kind:
            raise click.UsageError(f"--{key} is of {of}, and not of {kind}")
        kind = of
    return TABLE_KIND if kind is None and said["text"] else kind


def data_of(said: Mapping[str, Any], path: Path) -> DataFields:
    """How the files are read.

    Raises:
        click.UsageError: if a value cannot be.
    """
    delimiter, columns = said["delimiter"], said["columns"]
    values = {
        "format": said["file_format"],
        "delimiter": "\t" if delimiter in (r"\t", "tab") else delimiter,
        "encoding": said["encoding"],
        "columns": tuple(name.strip() for name in columns.split(",")) if columns else None,
    }
    try:
        data = DataFields(**{key: value for key, value in values.items() if value is not None})
    except ValidationError as error:
        raise click.UsageError(f"--{error.errors()[0]['loc'][0]} cannot be that") from None
    if data.encoding is not None:
        _require_encoding(data.encoding)
    if said["header"] is False and not columns and wanted_kind(said) not in (None, TABLE_KIND):
        width = len(read_table(path, data, header=False).columns)
        return data.model_copy(update={"columns": made_up_names(width)})
    return data


def _require_encoding(name: str) -> None:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        near = nearest(name, ("utf-8", "utf-16", "latin-1", "cp1252", "gb18030"), 0.6)
        meant = f"; did you mean {near}?" if near else ""
        raise click.UsageError(f"--encoding `{name}` is no encoding of texts{meant}") from None


def wishes_of(
    said: Mapping[str, Any], kind: str | None, table: Table | None, data: DataFields
) -> Wishes:
    """All that was said, for a task of `kind`.

    Raises:
        click.UsageError: if a column or a file is not there, or the name cannot be one.
    """
    is_table = kind in (None, TABLE_KIND)
    keys = {key: said[key] for key, (of, _, _) in _KEYS.items() if said[key] and of == kind}
    if said["text"] and not is_table:
        keys["text"] = said["text"]
    return make_wishes(
        table,
        said["text"] if is_table else None,
        said["label"],
        Wishes(
            model=said["model"],
            device=said["device"],
            name=said["name"],
            data=data,
            header=said["header"],
            keys={} if is_table else {key: _in_yaml(key, value) for key, value in keys.items()},
            splits={split: _there(said, split) for split in ("validation", "test") if said[split]},
        ),
    )


def _there(said: Mapping[str, Any], split: str) -> Path:
    path: Path = said[split]
    if not path.exists():
        raise click.UsageError(f"--{split}: there is no file `{path}`")
    return path


def _in_yaml(key: str, value: str) -> str:
    if key in ("tokens", "tags") and _POSITION.fullmatch(value):
        return value
    return (
        one_or_list(tuple(part.strip() for part in value.split(",")))
        if key == "source"
        else (one_or_list((value,)))
    )
