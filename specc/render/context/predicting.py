"""How predict.py reads files: one written as the training files are, by the reader of data.py."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from specc.plan.plan import Plan
from specc.render.context.readers import Reader
from specc.render.literals import code, py

_ROW_BY_ROW = ("json", "jsonl", "spans")
"""Formats whose rows predict.py takes one by one: a row may lack what only training needs."""

_JSON = (".json", ".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv")
_PLAIN = (".txt", "")


def predicting_names(plan: Plan, readers: list[Reader], uses_groups: bool) -> dict[str, Any]:
    """Names under `data` for predict.py, and for the reader that it shares with training."""
    task = plan.spec.task
    inputs = task.inputs
    own = _own(plan, readers)
    formats = {reader.format for reader in readers}
    is_many = len(readers) > 1 and bool(own)
    headless = next((reader for reader in own.values() if reader.is_headless), None)
    folders = next((reader for reader in readers if reader.format == "folders"), None)
    reads_tables = "csv" not in formats and task.kind != "token-classification"
    if "text" in formats:  # so that standard input is read as text files are
        own[""] = next(reader for reader in own.values() if reader.format == "text")
    reads_plain = ".txt" not in own and task.kind != "question-answering" and folders is None
    return {
        "asked": "columns" if own or uses_groups else "COLUMNS",
        "takes_columns": bool(own) or uses_groups,
        "read_key": "(like or path)" if is_many else "path",
        "inputs": inputs,
        "has_two_inputs": len(inputs) == 2,
        "own_test": _own_test(tuple(own)),
        "own_encoding": _own_encoding(own),
        "own_call": _own_call(own, inputs, is_many, plan.on_disk),
        "like": {ending: reader.paths[0] for ending, reader in own.items()} if is_many else None,
        "headless": headless,
        "folder_encoding": folders.encoding if folders else None,
        "own_is_text": "text" in formats,
        "flattens_squad": task.kind == "question-answering" and "squad" not in formats,
        "reads_other_tables": reads_tables,
        "reading_errors": _errors(reads_tables or headless is not None),
        "reads_plain": reads_plain,
        "splits_pairs": reads_plain and len(inputs) == 2,
        "plain_is_whole": task.kind == "causal-lm",
        "reads_words": task.kind == "token-classification",
        "reads_pipes": task.kind == "question-answering",
        "json_endings": (*_JSON, "") if task.kind == "question-answering" else _JSON,
        "input_of_row": _input_of_row(task.kind, inputs),
        "rows_words": f"JSON{' or a table' if reads_tables else ': a list, or an object per line'}",
        **_types(task.kind, len(inputs)),
        "json_encoding": _json_encoding(readers),
        "refusal": _refusal(tuple(own), reads_tables, reads_plain),
        **_words(plan, own, folders is not None, reads_tables, reads_plain),
    }


def _own(plan: Plan, readers: list[Reader]) -> dict[str, Reader]:
    """The readers of data.py that predict.py calls, by the ending of the files they are for."""
    found: dict[str, Reader] = {}
    for reader in readers:
        if reader.format in (*_ROW_BY_ROW, "folders"):
            continue
        if reader.format == "parallel":
            found[f".{plan.spec.task.inputs[0].lower()}"] = reader
            continue
        for path in reader.paths:
            found.setdefault(PurePosixPath(path).suffix.lower(), reader)
        for ending, name in plan.spec.task.formats.items():
            if name == reader.format and (ending != ".txt" or name == "text"):
                found.setdefault(ending, reader)
    return found


def _own_encoding(own: Mapping[str, Reader]) -> str | None:
    """The encoding of all such files where it is one of single bytes, which read UTF-8 as well."""
    found = {reader.encoding for reader in own.values() if reader.format != "parquet"}
    one = next(iter(found)) if len(found) == 1 and "" not in own else ""
    return one if one.startswith(("cp", "latin", "iso", "koi8", "mac")) else None


def _own_test(endings: tuple[str, ...]) -> str | None:
    """The condition for a file that is written as training files are; None if there is no such."""
    if not endings:
        return None
    is_one = len(endings) == 1
    return f"ending {f'== {py(endings[0])}' if is_one else f'in {py(endings)}'}"


def _own_call(own: dict[str, Reader], inputs: tuple[str, ...], is_many: bool, on_disk: bool) -> str:
    """The expression for the tables of such a file."""
    is_parallel = any(reader.format == "parallel" for reader in own.values())
    path = 'path.absolute().with_suffix("")' if is_parallel else "path.absolute()"
    arguments = [f"str({path})", py(inputs)]
    if is_many:
        arguments.append("like=LIKE[ending]")
    if any(reader.is_headless for reader in own.values()):
        arguments.append("names=names_of(path)")
    call = f"read_table({', '.join(arguments)})"
    return call if on_disk else f"{call}.to_batches()"


def _errors(uses_csv: bool) -> str:
    """The expression for the errors of a file that is not what its ending says."""
    names = ["LookupError", "OSError", "RuntimeError", "TypeError", "ValueError"]
    return f"({', '.join(['csv.Error'] * uses_csv + names)})"


def _input_of_row(kind: str, inputs: tuple[str, ...]) -> str:
    """The expression for what a row gives; lists of words may stand beside texts that have none."""
    if kind == "token-classification" and inputs != ("text",):
        name = py(inputs[0])
        return f'as_text(row[{name}] if {name} in row else row["text"])'
    return ", ".join(f"as_text(row[{py(name)}])" for name in inputs)


def _types(kind: str, num_inputs: int) -> dict[str, str]:
    """What `read_file` gives, as a type and in words."""
    if kind == "token-classification":
        return {"input_type": "str | list[str]", "inputs_word": "texts or lists of words"}
    if num_inputs == 2:
        return {"input_type": "tuple[str, str]", "inputs_word": "pairs of texts"}
    return {"input_type": "str", "inputs_word": "texts"}


def _json_encoding(readers: list[Reader]) -> str:
    encodings = {reader.encoding for reader in readers if reader.format in _ROW_BY_ROW}
    return min(encodings, default="utf-8-sig")


def _refusal(own: tuple[str, ...], reads_tables: bool, reads_plain: bool) -> str:
    """What is said of a file with another ending."""
    endings = [*own, *(_TABLES if reads_tables else ()), *_JSON, *(_PLAIN if reads_plain else ())]
    names = [ending for ending in dict.fromkeys(endings) if ending]
    return f"the ending must be one of {', '.join(names)}"


_FORMS = {
    "csv": "CSV",
    "parquet": "Parquet",
    "conll": "CoNLL",
    "squad": "SQuAD's JSON",
    "text": "plain text",
    "parallel": "lines of text",
}


def _words(
    plan: Plan, own: dict[str, Reader], folders: bool, reads_tables: bool, reads_plain: bool
) -> dict[str, str]:
    """What the docstring says of files, and the name of one."""
    task = plan.spec.task
    known = [_FORMS[reader.format] for reader in own.values()]
    forms = list(dict.fromkeys([*known, *(["CSV", "TSV"] if reads_tables else []), "JSON"]))
    columns = f"column{'s' if len(task.inputs) > 1 else ''} {' and '.join(map(code, task.inputs))}"
    plain = {"causal-lm": "a prompt"}.get(task.kind, "one text per line")
    if len(task.inputs) == 2:
        plain = "two texts per line, a tab between"
    return {
        "new_file": f"new{next(iter(own), '.csv' if reads_tables else '.jsonl')}",
        "file_words": f"{', '.join(forms)} or JSONL with {columns}"
        + (f"; .txt: {plain}" if reads_plain else "")
        + ("; or a .txt file, or a folder of them" if folders else ""),
    }
