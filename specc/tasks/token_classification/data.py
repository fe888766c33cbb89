"""The task's side of the data stage: words and their tags, or texts and their spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from specc.data.facts import DataFile
from specc.data.findings import Findings, plural, quoted
from specc.data.rows import Rows
from specc.diagnostics.rules import data_files, sentences
from specc.language.data import SplitName
from specc.language.ground import Ground
from specc.language.spec import Spec
from specc.tasks.token_classification import rules
from specc.tasks.token_classification.checks import metrics_fit, weights_fit
from specc.tasks.token_classification.facts import (
    TagFacts,
    TagSet,
    find_tags,
    pinned_types,
    tag_facts,
    tags_as_written,
)
from specc.tasks.token_classification.language import task_of
from specc.tasks.token_classification.tag_checks import (
    check_lengths,
    check_meaning,
    check_sequences,
    check_types,
)

_LOOKED_AT = 1000
"""Rows of a table that tell what its cells hold."""


def check_columns(
    spec: Spec,
    split: SplitName,
    files: Sequence[DataFile],
    tables: Sequence[pa.Table],
    findings: Findings,
) -> bool:
    """Whether words and tags are lists."""
    task = task_of(spec)
    if task.has_spans:
        return all(_holds_spans(spec, split, file, findings) for file in files)
    for file, table in zip(files, tables, strict=True):
        for name in task.columns:
            if pa.types.is_list(table.schema.field(name).type):
                continue
            if _report_table(spec, file, table, findings):
                return False
            findings.add(
                data_files.UNSUITABLE_TYPE,
                f"column `{name}` of `{file.name}` holds texts, and token-classification reads "
                "lists of words and of tags",
                *task.place_of(name),
                help="did you mean `kind: text-classification`? Else give a list for each row, "
                "as JSONL and Parquet can, or a CoNLL file",
            )
            return False
        if not _holds_all(spec, file, table, findings):
            return False
    return True


def _report_table(spec: Spec, file: DataFile, table: pa.Table, findings: Findings) -> bool:
    """Whether the table holds a word per row, or lists written as texts; that is reported."""
    task = task_of(spec)
    texts = [name for name in task.columns if pa.types.is_string(table.schema.field(name).type)]
    if len(texts) < 2:
        return False
    cells = {name: table[name].slice(0, _LOOKED_AT).to_pylist() for name in texts}
    filled = [cell.strip() for name in texts for cell in cells[name] if cell.strip()]
    if filled and all(cell[0] in "[(" and cell[-1] in "])" for cell in filled):
        what = "holds lists that are written as texts"
        help = "parse the cells, and save the table as Parquet or JSONL, where a list stays a list"
    elif filled and _are_parallel(*(cells[name] for name in texts)):
        what = "holds words and tags as texts with spaces between them"
        help = "split them, and save the table as Parquet or JSONL with a list per cell"
    elif cells[task.texts[0]] and not any(" " in cell for cell in filled):
        what = "has one word per row"
        help = (
            "save it as a CoNLL file: a word and its tag per line, with a tab between them and an "
            "empty line after each sentence; then name it in `data`, with `tokens: 0` and `tags: 1`"
        )
    else:
        return False
    findings.add(
        sentences.TABLE_OF_WORDS,
        f"`{file.name}` {what}",
        *task.place_of(texts[0]),
        help=help,
        notes=[f"its first row holds {quoted([cells[name][0] for name in texts])}"],
    )
    return True


def _are_parallel(words: list[str], tags: list[str]) -> bool:
    """Whether each row has as many words as tags, and some row has several."""
    numbers = [
        (len(one.split()), len(other.split())) for one, other in zip(words, tags, strict=True)
    ]
    return all(one == other for one, other in numbers) and max(numbers) > (1, 1)


def _holds_all(spec: Spec, file: DataFile, table: pa.Table, findings: Findings) -> bool:
    """Whether no word and no tag is null."""
    for name in spec.task.columns:
        row = _first_with_null(table[name])
        if row is None:
            continue
        findings.add(
            rules.NULL_IN_LIST,
            f"{Rows((file,), table).where(row)} has null in the list `{name}`",
            *spec.task.place_of(name),
            help="give each place a word and a tag, `O` where it belongs to nothing",
        )
        return False
    return True


def _first_with_null(column: pa.ChunkedArray) -> int | None:
    """The first row whose list holds null."""
    before = 0
    for chunk in column.iterchunks():
        if chunk.flatten().null_count:
            return before + next(i for i, words in enumerate(chunk.to_pylist()) if None in words)
        before += len(chunk)
    return None


def _holds_spans(spec: Spec, split: SplitName, file: DataFile, findings: Findings) -> bool:
    if file.format == "spans":
        return True
    findings.add(
        data_files.UNSUITABLE_TYPE,
        f"`{file.name}` is read as {file.format}, which cannot hold spans",
        *("data", split),
        help="write texts and spans as JSONL: an object a line",
    )
    return False


def examine(spec: Spec, splits: Mapping[SplitName, Rows], findings: Findings) -> TagSet | None:
    """The tag set; None where rows do not even have a tag for each word."""
    task = task_of(spec)
    if not all([check_lengths(task, name, rows, findings) for name, rows in splits.items()]):
        return None
    _note_widened(splits, findings)
    written = {name: tags_as_written(task, rows) for name, rows in splits.items()}
    found = find_tags(task, written)
    if not check_meaning(task, found, written["train"], splits["train"], findings):
        return None
    fit = [check_types(task, found, written, splits, findings)]
    fit += [
        check_sequences(found, name, tags, splits[name], findings) for name, tags in written.items()
    ]
    if all(fit):
        ground = Ground(findings.source, spec)
        # What the spec alone told has been said before the data was read.
        later = [] if task.scheme else [*metrics_fit(ground, found.plain)]
        later += [] if task.types else [*weights_fit(ground, found.tags)]
        findings.diagnostics += later
    return found


def _note_widened(splits: Mapping[SplitName, Rows], findings: Findings) -> None:
    number = sum(file.widened for rows in splits.values() for file in rows.files)
    if number:
        findings.add(
            rules.SPAN_INSIDE_WORD,
            f"{plural(number, 'span')} {'begins or ends' if number == 1 else 'begin or end'} "
            "inside a word: the whole word counts to the entity",
            *("task", "spans"),
            help="correct the spans, or put a space where the word is to be parted",
            severity="warning",
        )


def strata(
    spec: Spec, found: TagSet, train: Rows, needed: int, findings: Findings
) -> list[str] | None:
    """A sentence has many tags: nothing to stratify by."""
    return None


def facts(
    spec: Spec, found: TagSet, parts: Mapping[SplitName, Rows], findings: Findings
) -> TagFacts:
    """Entities by type and split."""
    task = task_of(spec)
    return tag_facts(found, {n: tags_as_written(task, rows) for n, rows in parts.items()})


def hub_facts(spec: Spec, findings: Findings) -> TagFacts | None:
    """The tags as the spec pins them."""
    task = task_of(spec)
    if task.has_spans or not (task.types or task.tag_names):
        findings.add(
            rules.UNPINNED_HUB_TYPES,
            "spans of a hub data set are not read"
            if task.has_spans
            else "the tags of a hub data set have to be listed: its rows are not read here",
            *("data", "hub"),
            help="save the rows as JSONL"
            if task.has_spans
            else "add `types: [...]` to `task`, or `tag_names: [...]` in the order of the numbers",
        )
        return None
    scheme = task.scheme or "bio"
    reason = "`task.scheme` says so" if task.scheme else "the usual one, since nothing is said"
    pinned = pinned_types(task, scheme)
    assert pinned is not None
    return tag_facts(TagSet(scheme, reason, *pinned), {})
