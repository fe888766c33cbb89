"""The names under `data` that say where rows and tokens are kept."""

from __future__ import annotations

import re
from typing import Any

from specc.data.blocks import BLOCK_SIZE, SMALL_BLOCK
from specc.plan.plan import Plan
from specc.plan.storage import text_sizes
from specc.render.context.sources import source_files
from specc.render.literals import py

_KEYED = (
    *(
        "max_length",
        "labels",
        "tag_names",
        "prefix",
        "drop_labels",
        "source_language",
        "target_language",
    ),
    *("max_target_length", "stride", "max_question_length"),
)
"""Fields of the configuration on which rows or tokens depend, in any task."""


def storage_names(plan: Plan, names: dict[str, Any]) -> dict[str, Any]:
    """Names of the templates, from those that the room and the readers have given."""
    data = names["data"]
    if not plan.on_disk:
        return {
            "on_disk": False,
            "store_import": "",
            "sequence": "list",
            "rows_of_batch": "list[int]",
            "ids_type": "list[int]",
            "word_lengths": "lengths",
            "target_lengths": "np.array([target for target, _ in loader.lengths])",
            "document_type": "str",
            "bytes_type": "bytes",
            "token_lengths": "[len(ids) for ids in loader.token_ids]",
            "sizes_type": "list[int]",
            "corpus_sequence": "list",
            "column_type": "pa.ChunkedArray",
            "rows_type": "pa.Table",
        }
    formats = {reader.format for reader in data["readers"]}
    units = {reader.unit for reader in data["readers"] if reader.format == "text"}
    lists = any(reader.format == "spans" and reader.is_list for reader in data["readers"])
    group, columns = plan.spec.group, plan.spec.task.columns
    by_column = data["uses_groups"] or data["stratified"]
    return {
        "on_disk": True,
        "cache_size": _cache_size(plan),
        "block_size": _block_size(plan),
        "is_stream": plan.packing is not None,
        "learns_all_texts": names["model"]["is_scratch"] and "all_texts" in names["task"]["corpus"],
        "makes_rows": bool(formats - {"csv", "json", "jsonl", "parquet"}),
        "names_tokens": plan.kernels.any and "distinct" in names["kernels"]["call"],
        "store_import": _STORE_IMPORT,
        "sequence": "Sequence",
        "rows_of_batch": "Sequence[int] | np.ndarray",
        "ids_type": "Sequence[int]",
        "word_lengths": "np.array(lengths)",
        "target_lengths": "loader.lengths[:, 0]",
        "document_type": '"str | Piece"' if data["by_position"] else "str",
        "bytes_type": "mmap.mmap",
        "token_lengths": "loader.token_ids.lengths",
        "sizes_type": "np.ndarray",
        "corpus_sequence": "Iterable",
        "column_type": "Any" if plan.facts.hub else "pa.Array",
        "rows_type": "Iterator[pa.RecordBatch]",
        "part_type": "pa.Table" if plan.facts.hub else "pa.RecordBatch",
        "streams_json": bool(formats & {"json", "squad"}) or lists,
        "streams_lines": bool(units & {"line", "paragraph"}),
        "streams_paragraphs": "paragraph" in units,
        "code_files": ("data.py", "store.py", *names["task"].get("code_files", ())),
        "settings": tuple(name for name in _field_names(names) if name in _KEYED),
        "rows_schema": _schema(data["row_types"] | _row_types(data)),
        "tokens_schema": _schema(_token_types(names)),
        "keeps_some": data.get("keeps_some", data["drop_empty"]),
        "reads_group": data["uses_groups"] and group not in columns,
        "cuts_by_column": by_column,
        "cut_column": "groups" if data["uses_groups"] else "strata",
        "examples_type": "tuple[Examples, Column]" if by_column else "Examples",
        "examples_doc": "The clean examples of one split, read where they are stored"
        + (f", and the {'groups' if data['uses_groups'] else 'labels'}." if by_column else "."),
    }


_STORE_IMPORT = (
    "from store import ROWS_AT_ONCE, Column, Part, Ragged, Table, Texts, batches_of, coded, "
    "digest, distinct, fingerprint, first_of_each, groups, lists_of, made, picked, shuffled, "
    "slices, stored, untruncated"
)


def _cache_size(plan: Plan) -> str:
    """The clean texts once more, and four bytes a token."""
    if plan.facts.hub:
        return "some two times the size of the texts"
    rows, size = text_sizes(plan.facts, plan.spec.task.texts)
    if plan.packing:
        num_tokens = plan.packing.num_tokens or 0
    else:
        lengths = plan.lengths.tokens if plan.lengths else (0,)
        num_tokens = rows * sum(min(n, plan.max_length) for n in lengths) // len(lengths)
    return f"about {max(1, round((size + 4 * num_tokens) / 1e6)):,} MB"


def _block_size(plan: Plan) -> int:
    """Bytes parsed at a time: some ten blocks are read ahead, so small ones where rows are short.

    A row may not be longer than a block; a block is sixteen times the longest line at least.
    """
    for file in source_files(plan).values():
        if file.format in ("csv", "tsv", "jsonl"):
            with file.path.open("rb") as lines:
                if max(map(len, lines)) * 16 > SMALL_BLOCK:
                    return BLOCK_SIZE
    return SMALL_BLOCK


def _field_names(names: dict[str, Any]) -> list[str]:
    lines = [line for group in names["config_groups"] for line in group.lines]
    return [found[1] for line in lines if (found := re.match(r"(\w+):", line))]


def _row_types(data: dict[str, Any]) -> dict[str, str]:
    """Columns beside those of the task, by which rows are cut and told apart."""
    return {
        **({"strata": "pa.string()"} if data["stratified"] else {}),
        **({"groups": "pa.string()"} if data["uses_groups"] else {}),
        **({"fingerprints": "pa.binary(16)"} if data["drop_duplicates"] else {}),
    }


def _token_types(names: dict[str, Any]) -> dict[str, str]:
    """Columns of the tokens; segment ids only where the network reads them."""
    types: dict[str, str] = names["data"]["token_types"]
    reads = names["model"]["uses_type_ids"]
    return {name: kind for name, kind in types.items() if reads or name != "type_ids"}


def _schema(types: dict[str, str]) -> str:
    return "{" + ", ".join(f"{py(name)}: {kind}" for name, kind in types.items()) + "}"
