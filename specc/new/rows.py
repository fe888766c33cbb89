"""The first rows of a file as objects, for tasks whose columns hold more than texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from specc.data.files import open_file
from specc.data.findings import FileProblem
from specc.data.json_types import json_lines
from specc.diagnostics.rules import data_files as rules
from specc.language.data import DataFields
from specc.new.table import LOOKED_AT, read_table

LIMIT = 2000


def first_rows(path: Path, given: DataFields) -> list[dict[str, Any]]:
    """Up to `LIMIT` rows of JSON, JSONL, Parquet or a table; none where they are no objects.

    Raises:
        FileProblem: if the file cannot be read.
        SpecError: if it is a table that cannot be read.
    """
    format = given.format or path.suffix.lower().lstrip(".")
    if path.is_dir() or not path.is_file():
        return []
    if format in ("csv", "tsv"):
        return _of_table(path, given)
    file = open_file(path.name, path, given, ())
    if file.format == "parquet":
        rows: Sequence[Any] = _of_parquet(path)
    elif file.format == "json":
        try:
            rows = json.loads(path.read_text(file.encoding))[:LIMIT]
        except (ValueError, RecursionError):
            raise FileProblem(rules.UNREADABLE_FILE, f"`{path.name}` is not valid JSON") from None
    elif file.format == "jsonl":
        rows = [item for _, item in json_lines(file, limit=LIMIT)]
    else:
        return []
    return list(rows) if all(isinstance(row, dict) for row in rows) else []


def _of_parquet(path: Path) -> list[dict[str, Any]]:
    from pyarrow import ArrowInvalid, parquet

    try:
        batches = parquet.ParquetFile(path).iter_batches(LIMIT)
        return [row for batch in islice(batches, 1) for row in batch.to_pylist()]
    except (ArrowInvalid, OSError):
        reason = f"`{path.name}` is not a Parquet file, or is damaged"
        raise FileProblem(rules.UNREADABLE_FILE, reason) from None


def _of_table(path: Path, given: DataFields) -> list[dict[str, Any]]:
    table = read_table(path, given)
    if not table.header or not table.columns:
        return []
    values = [column.values[: min(LIMIT, LOOKED_AT)] for column in table.columns]
    return [dict(zip(table.names, row, strict=True)) for row in zip(*values, strict=True)]


def names_of_numbers(path: Path, column: str) -> tuple[str, ...] | None:
    """What the numbers of a Parquet column stand for, where `datasets` wrote it down."""
    from pyarrow import ArrowInvalid, parquet

    if path.suffix.lower() != ".parquet":
        return None
    try:
        said = (parquet.read_schema(path).metadata or {}).get(b"huggingface")
        feature = json.loads(said)["info"]["features"][column] if said else {}
        feature = feature.get("feature", feature)
        names = feature.get("names")
    except (ArrowInvalid, OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return tuple(map(str, names)) if isinstance(names, list) and names else None
