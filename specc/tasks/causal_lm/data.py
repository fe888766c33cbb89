"""The task's side of the data stage: documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.cut import is_cut_by_position
from specc.data.facts import DataFacts, DataFile
from specc.data.findings import Findings, plural, quoted
from specc.data.rows import Rows
from specc.language.data import SplitName
from specc.language.spec import Spec
from specc.tasks.causal_lm import rules
from specc.tasks.causal_lm.language import task_of

_UNITS = {"file": "document", "line": "line", "paragraph": "paragraph"}


@dataclass(frozen=True)
class TextFacts:
    """`num_bytes` are those of the texts of each split in UTF-8; none for a hub data set."""

    num_documents: dict[SplitName, int]
    num_bytes: dict[SplitName, int]
    by_position: bool = False

    def describe(self) -> str:
        if not self.num_bytes:
            return "texts"
        sizes = ", ".join(f"{size(n)} {name}" for name, n in self.num_bytes.items())
        return sizes + (", cut by position" if self.by_position else "")

    def payload(self) -> dict[str, Any]:
        return {}


def texts_of(facts: DataFacts) -> TextFacts:
    """What was counted of the texts."""
    return cast(TextFacts, facts.task)


def size(num_bytes: int) -> str:
    """`812 bytes`, `1.1 MB`."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if num_bytes >= unit:
            return f"{num_bytes / unit:.1f} {name}"
    return plural(num_bytes, "byte")


def check_columns(
    spec: Spec,
    split: SplitName,
    files: Sequence[DataFile],
    tables: Sequence[pa.Table],
    findings: Findings,
) -> bool:
    """Whether the column holds texts, and `text` and `documents` mean something."""
    column = task_of(spec).text
    for file, table in zip(files, tables, strict=True):
        if pa.types.is_list(table[column].type):
            findings.add(
                rules.WORDS_IN_LISTS,
                f"`{column}` of `{file.name}` holds lists of words",
                *("task", "text"),
                help="did you mean `kind: token-classification`? Or name a column of whole texts",
            )
            return False
    if split == "train":
        _check_keys(spec, files, findings)
    return True


def _check_keys(spec: Spec, files: Sequence[DataFile], findings: Findings) -> None:
    task, are_texts = task_of(spec), [file.format == "text" for file in files]
    if "text" in task.model_fields_set and all(are_texts):
        findings.add(
            rules.KEY_OF_OTHER_SOURCE,
            f"`text` names a column, and {quoted(f.name for f in files)} has none: "
            "it is a text file",
            *("task", "text"),
            help="delete `text`",
        )
    if "documents" in task.model_fields_set and not any(are_texts):
        findings.add(
            rules.KEY_OF_OTHER_SOURCE,
            "`documents` is about text files, and no file of `train` is one: each row is a "
            "document",
            *("task", "documents"),
            help="delete `documents`",
        )


def examine(spec: Spec, splits: Mapping[SplitName, Rows], findings: Findings) -> None:
    """Damaged texts, and keys of a shuffle that does not take place."""
    column = task_of(spec).text
    for name, rows in splits.items():
        damaged = pc.matches(rows.table[column], "\ufffd")
        number = pc.count_true(damaged)
        if number:
            findings.add(
                rules.DAMAGED_TEXT,
                f"{plural(number, 'document')} of `{name}` "
                f"{'holds' if number == 1 else 'hold'} the character U+FFFD, which stands for what "
                "could not be decoded",
                *("data", name),
                help="get the text anew in its true encoding, or take the character out with "
                '`clean: {replace: [{pattern: "\\uFFFD"}]}`',
                notes=[f"first at {rows.first(damaged)}"],
                severity="warning",
            )
    if is_cut_by_position(spec, splits["train"]):
        train = splits["train"]
        blank_lines = pc.count_true(pc.matches(train.table[column], r"\n\s*\n"))
        has_parts = train.files[0].format == "text" and blank_lines > 0
        for key in ("seed", "group"):
            if key in spec.data.split.model_fields_set:
                findings.add(
                    rules.ORDER_OF_ONE_DOCUMENT,
                    f"`{key}` has no effect: there is one document, which is cut by position",
                    *("data", "split", key),
                    help=f"delete `{key}`"
                    + (", or write `documents: paragraph` in `task`" if has_parts else ""),
                )


def strata(
    spec: Spec, found: None, train: Rows, needed: int, findings: Findings
) -> list[str] | None:
    """Texts have no classes."""
    return None


def facts(
    spec: Spec, found: None, parts: Mapping[SplitName, Rows], findings: Findings
) -> TextFacts:
    """Documents and bytes of each split."""
    column = task_of(spec).text
    sizes = {
        name: pc.sum_of(pc.cast(pc.binary_length(rows.table[column]), pa.int64())).as_py() or 0
        for name, rows in parts.items()
    }
    documents = {name: len(rows) for name, rows in parts.items()}
    # Rows that a shuffle took apart know their numbers, pieces of a document have none.
    pieces = [r for r in parts.values() if r.files is parts["train"].files and r.numbers is None]
    return TextFacts(documents, sizes, by_position=len(pieces) > 1)


def hub_facts(spec: Spec, findings: Findings) -> TextFacts:
    """Nothing is known of rows on the hub."""
    return TextFacts({}, {})
