"""The task's side of the data stage: questions, contexts, and answers that stand in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import flags, number_lists, string_array, string_lists
from specc.data.facts import DataFile
from specc.data.findings import Findings, plural, quoted, shown
from specc.data.marks import column
from specc.data.read import as_text
from specc.data.rows import Rows
from specc.diagnostics.rules.data import ROW_MARKS
from specc.language.data import SplitName
from specc.language.spec import Spec
from specc.tasks.question_answering import rules
from specc.tasks.question_answering.answer_checks import (
    check_contexts,
    check_lengths,
    check_unanswerable,
    find_answers,
    find_unanswerable,
)
from specc.tasks.question_answering.answers import (
    ANSWERABLE_NAMES,
    IMPOSSIBLE_NAMES,
    START_NAMES,
    Form,
    NoAnswers,
    Row,
    form_of,
    form_of_texts,
    pairs,
    parse,
    parser_of,
    placed,
    read_row,
)
from specc.tasks.question_answering.checks import metrics_fit
from specc.tasks.question_answering.facts import AnswerFacts, Found, answer_facts, pinned_facts
from specc.tasks.question_answering.hidden import FORM, MOVED, NEARS
from specc.tasks.question_answering.language import QuestionAnswering, task_of

_YES, _NO = {"1", "1.0", "true", "yes", "y", "t"}, {"0", "0.0", "false", "no", "n", "f"}


def check_columns(
    spec: Spec,
    split: SplitName,
    files: Sequence[DataFile],
    tables: list[pa.Table],
    findings: Findings,
) -> bool:
    """Whether texts are texts and answers are answers; flattens the answers."""
    good = True
    for i, (file, table) in enumerate(zip(files, tables, strict=True)):
        if not _texts_are_texts(spec, file, table, findings):
            return False
        rows, form = _read_answers(spec, split, file, table, findings)
        if rows is None:
            good = False
            continue
        good = _check_offsets(task_of(spec), file, rows, findings) and good
        _check_impossible(spec, split, file, table, rows, findings)
        tables[i] = _flat(table, task_of(spec), rows, form)
    return good


def _texts_are_texts(spec: Spec, file: DataFile, table: pa.Table, findings: Findings) -> bool:
    texts = spec.task.texts
    lists = [name for name in texts if pa.types.is_nested(table.schema.field(name).type)]
    if lists:
        findings.add(
            rules.NO_QUESTIONS,
            f"`{lists[0]}` of `{file.name}` holds lists, and question and context are texts",
            *spec.task.place_of(lists[0]),
            help="name the column of the whole text; lists of words with a tag each are data for "
            "`kind: token-classification`",
        )
    return not lists


def _read_answers(
    spec: Spec, split: SplitName, file: DataFile, table: pa.Table, findings: Findings
) -> tuple[list[Row] | None, Form]:
    """The answers of each row, None where a cell is of no known form."""
    task, clean = task_of(spec), spec.clean
    column = _column(file, table, task.answer)
    cells: list[Any] = column.to_pylist()
    starts: list[Any] = [None] * len(cells)
    if task.answer_start:
        starts = _column(file, table, task.answer_start).to_pylist()
    plain = pa.types.is_nested(column.type) or task.answer_start
    parser = None if plain else parser_of(cells)
    rows: list[Row] = []
    contexts = table[task.context].to_pylist()
    for number, (context, cell, start) in enumerate(zip(contexts, cells, starts, strict=True)):
        try:
            value = parse(cell, parser) if parser else cell
            said = placed(value, start) if task.answer_start else pairs(value)
        except NoAnswers as problem:
            findings.add(
                rules.ANSWERS_OF_NO_KNOWN_FORM,
                f"{Rows((file,), table).where(number)}: the answers {problem}",
                *task.place_of(task.objects[-1]) if split == "train" else ("data", split),
                help='write `{"text": ["Denver"], "answer_start": [177]}`, a list of '
                "`{text, answer_start}`, or texts",
                notes=[f"the cell holds {shown(json.dumps(cell, ensure_ascii=False))}"],
            )
            return None, "any"
        rows.append(read_row(context, said, clean))
    if parser:
        return rows, form_of_texts(cells, parser)
    form = form_of(column.type, cells)
    if task.answer_start:
        return rows, "placed" if form == "text" else "placed lists"
    return rows, form


def _column(file: DataFile, table: pa.Table, name: str) -> Any:
    """Lists and objects as they are, everything else as texts."""
    column = table[name]
    return column if pa.types.is_nested(column.type) else as_text(column, file.name, name)


def _check_offsets(
    task: QuestionAnswering, file: DataFile, rows: list[Row], findings: Findings
) -> bool:
    """Whether no column of offsets lies unused beside answers without them."""
    nears = [near for row in rows for near in row.nears]
    names = [name for name in file.columns if name.casefold() in START_NAMES]
    if task.answer_start or not names or not nears or max(nears) >= 0:
        return True
    findings.add(
        rules.OFFSETS_UNUSED,
        f"`{file.name}` has the offsets of the answers in {quoted(names[:1])}, which the spec "
        "does not name",
        *("task", "answers"),
        help=f"add `answer_start: {names[0]}` to `task`",
    )
    return False


def _check_impossible(
    spec: Spec,
    split: SplitName,
    file: DataFile,
    table: pa.Table,
    rows: list[Row],
    findings: Findings,
) -> None:
    """Whether no column beside says of rows with answers that they have none."""
    if file.format == "squad":
        return
    for name in file.columns:
        word = name.strip().casefold()
        if name in spec.task.columns or word not in {*IMPOSSIBLE_NAMES, *ANSWERABLE_NAMES}:
            continue
        said = _NO if word in ANSWERABLE_NAMES else _YES
        marks = [value.strip().casefold() in said for value in column(file, name)]
        wrong = [i for i, mark in enumerate(marks) if mark and rows[i].texts]
        if wrong:
            findings.add(
                ROW_MARKS,
                f"{shown(name)} of `{file.name}` says of {plural(len(wrong), 'row')} with an "
                "answer that there is none",
                *("data", split),
                help=f"leave {shown(task_of(spec).answer)} empty in these rows, which says that "
                "their context holds no answer",
                notes=[f"first at {Rows((file,), table).where(wrong[0])}"],
            )


def _flat(table: pa.Table, task: QuestionAnswering, rows: list[Row], form: Form) -> pa.Table:
    """Answers as lists of texts, and beside them what is needed to find them in the context."""
    if task.answer_start:
        place = table.schema.get_field_index(task.answer_start)
        table = table.set_column(place, task.answer_start, string_array([""] * len(rows)))
    answer = task.answer
    position = table.schema.get_field_index(answer)
    moved = flags((i for i, row in enumerate(rows) if row.moved), len(rows))
    table = table.set_column(position, answer, string_lists([row.texts for row in rows]))
    table = table.append_column(NEARS, number_lists([row.nears for row in rows]))
    table = table.append_column(MOVED, moved)
    return table.append_column(FORM, string_array([form] * len(rows)))


def examine(spec: Spec, splits: dict[SplitName, Rows], findings: Findings) -> Found:
    """Takes out the rows whose answers do not stand in their context."""
    forms: dict[Form, None] = {}
    for name, rows in splits.items():
        forms |= dict.fromkeys(pc.unique(rows.table[FORM]).to_pylist())
        splits[name] = find_answers(spec, name, rows, findings)
    unanswerable, reason = find_unanswerable(task_of(spec), splits)
    check_unanswerable(spec, splits, unanswerable, findings)
    if task_of(spec).unanswerable is None and not unanswerable:
        findings.diagnostics += metrics_fit(findings.source, spec, unanswerable)
    return Found(unanswerable, reason, tuple(forms))


def strata(
    spec: Spec, found: Found, train: Rows, needed: int, findings: Findings
) -> list[str] | None:
    """None: answers are of no class, and the cut goes by context."""
    return None


def facts(
    spec: Spec, found: Found, parts: Mapping[SplitName, Rows], findings: Findings
) -> AnswerFacts:
    """Questions and contexts by split."""
    check_contexts(spec, parts, findings)
    counted = answer_facts(task_of(spec), found, parts)
    check_lengths(spec, parts["train"], counted.by_character, findings)
    return counted


def hub_facts(spec: Spec, findings: Findings) -> AnswerFacts | None:
    """What the spec pins."""
    found = pinned_facts(task_of(spec))
    if found is None:
        findings.add(
            rules.UNPINNED_HUB_ANSWERS,
            "whether questions of a hub data set may have no answer has to be said: its rows are "
            "not read here",
            "data",
            "hub",
            help="add `unanswerable: true` (as in squad_v2) or `unanswerable: false` (as in squad) "
            "to `task`",
        )
    return found
