"""Where the project keeps rows and tokens: in lists in memory, or in Arrow files that it maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import plan as rules
from specc.language.packed import Packed
from specc.language.spec import Spec
from specc.plan.ledger import Ledger
from specc.yaml.source import Source

Storage = Literal["memory", "disk"]

MEMORY_LIMIT_BYTES = 2_000_000_000
"""`data.storage: auto` keeps lists in memory up to this size in all."""

BYTES_A_BYTE = 100
"""What a byte of text becomes in memory at the peak, when all texts have just been tokenized: the
tokenizers library keeps some 450 bytes a token until the ids are taken out. `benchmarks/scale.py`
measures it: 105 for 100,000 texts of 225 bytes."""

BYTES_A_BYTE_PACKED = 6
"""The same for a stream of tokens, which is made part by part; not measured but counted."""


def plan_storage(
    spec: Spec, source: Source, facts: DataFacts, ledger: Ledger
) -> tuple[Storage, list[Diagnostic]]:
    """What the project holds its data in, and why it cannot be a file where it cannot."""
    said = None if spec.data.storage == "auto" else spec.data.storage
    if facts.hub:
        reason = "the rows are on the hub, and their number is not known here; runner-up: disk"
        return ledger.choose("data.storage", said, "memory", "pinned in the spec", reason), []
    rows, size = text_sizes(facts, spec.task.texts)
    factor = BYTES_A_BYTE_PACKED if isinstance(spec.task, Packed) else BYTES_A_BYTE
    needed = factor * size
    best: Storage = "disk" if needed > MEMORY_LIMIT_BYTES else "memory"
    reason = (
        f"{rows:,} rows with {size:,} bytes of text need about {needed / 1e6:,.0f} MB as lists, "
        f"{factor} a byte while they are tokenized; the limit is "
        f"{MEMORY_LIMIT_BYTES / 1e6:,.0f} MB; runner-up: "
        f"{'memory' if best == 'disk' else 'disk'}"
    )
    hindrance = _hindrance(spec, facts)
    if hindrance and best == "disk":
        best, reason = "memory", f"{hindrance}; {reason}"
    is_text = facts.by_position and facts.splits["train"].files[0].format == "text"
    found = [_whole(source, hindrance, is_text)] if hindrance and said == "disk" else []
    return ledger.choose("data.storage", said, best, "pinned in the spec", reason), found


def text_sizes(facts: DataFacts, texts: Sequence[str]) -> tuple[int, int]:
    """Rows of all splits, and the bytes (UTF-8) of their texts."""
    rows = size = 0
    for split in facts.splits.values():
        rows += split.rows
        for name in texts:
            for chunk in split.table[name].iterchunks():
                column = pc.list_flatten(chunk) if pa.types.is_list(chunk.type) else chunk
                size += pc.sum_of(pc.cast(pc.binary_length(column), pa.int64())).as_py() or 0
    return rows, size


def _hindrance(spec: Spec, facts: DataFacts) -> str | None:
    """Why the one document cannot be read in parts."""
    if not facts.by_position:
        return None
    rules = [name for name in ("strip_html", "replace", "whitespace") if getattr(spec.clean, name)]
    if rules:
        return f"`clean.{rules[0]}` can reach over the lines of the one document"
    [file] = facts.splits["train"].files
    return None if file.format == "text" else "the one document is the only row of a table"


def _whole(source: Source, hindrance: str, is_text: bool) -> Diagnostic:
    parts = "write `documents: paragraph` in `task`" if is_text else "give each document a row"
    return Diagnostic(
        rules.DOCUMENT_AS_A_WHOLE,
        f"{hindrance}, so it cannot be read in parts",
        source.file,
        source.span("data", "storage"),
        f"write `storage: memory`, or {parts}",
    )
