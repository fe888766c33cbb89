"""The data stage: from a spec to what the user's files hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import string_array
from specc.data.clean import PATTERN_LIMIT_S, SlowPatternError, clean_column, cleans
from specc.data.cut import RAW_GROUP, cut_train, is_cut_by_position
from specc.data.encoding import guessed_sample
from specc.data.facts import DataFacts, DataFile, Drop, SplitFacts
from specc.data.files import open_file
from specc.data.findings import FileProblem, Findings, shown
from specc.data.marks import check_marks
from specc.data.paths import find_paths
from specc.data.read import read_file
from specc.data.room import data_side
from specc.data.row_checks import (
    check_crossing,
    check_dropped,
    check_headers,
    check_repeated,
    check_stop_words,
    check_texts,
)
from specc.data.rows import Rows, drop_rows, text_lengths
from specc.data.stored import Gatherer, Home, concatenated, parts_of
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_data, data, data_files
from specc.language.data import SplitName, held_out
from specc.language.spec import Spec
from specc.yaml.source import Source

SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")


def gather(spec: Spec, source: Source) -> tuple[DataFacts, tuple[Diagnostic, ...]]:
    """What the data of `spec` holds, with warnings and notes.

    Raises:
        SpecError: with all diagnostics, if one of them is an error.
    """
    findings = Findings(source)
    if spec.data.hub:
        return _gather_hub(spec, findings), findings.sorted()
    raw = _read_splits(spec, findings)
    if "train" not in raw:
        findings.stop_on_errors()
    check_texts(spec, raw, findings)
    check_headers(spec, raw, findings)
    check_stop_words(spec, findings)
    read = {name: len(rows) for name, rows in raw.items()}
    splits: dict[SplitName, Rows] = {}
    dropped: dict[SplitName, dict[Drop, int]] = {}
    for name in read:
        try:
            splits[name], dropped[name] = _clean(spec, raw[name])
        except SlowPatternError as error:
            _report_slow(spec, raw[name], error, findings)
        del raw[name]
    findings.stop_on_errors()
    check_dropped(spec, read, splits, dropped, findings)
    side = data_side(spec.task.kind)
    cleaned = {name: len(rows) for name, rows in splits.items()}
    found = side.examine(spec, splits, findings)
    for name, rows in splits.items():
        if len(rows) < cleaned[name]:
            dropped[name]["unusable"] = cleaned[name] - len(rows)
    findings.stop_on_errors()
    parts, stratified = cut_train(spec, found, splits, findings)
    findings.stop_on_errors()
    return DataFacts(
        splits=_facts(spec, read, parts, dropped),
        task=side.facts(spec, found, parts, findings),
        lengths=text_lengths(parts["train"].table, spec.task.inputs),
        crossing=check_crossing(spec, parts, findings),
        duplicates=check_repeated(spec, parts, findings),
        stratified=stratified,
        by_position=is_cut_by_position(spec, splits["train"]),
    ), findings.sorted()


def _gather_hub(spec: Spec, findings: Findings) -> DataFacts:
    facts = data_side(spec.task.kind).hub_facts(spec, findings)
    findings.stop_on_errors()
    return DataFacts({}, facts, None, {}, {}, hub=True)


def _read_splits(spec: Spec, findings: Findings) -> dict[SplitName, Rows]:
    splits: dict[SplitName, Rows] = {}
    seen: dict[Path, tuple[SplitName, str]] = {}
    side = data_side(spec.task.kind)
    for name in SPLITS:
        files: list[DataFile] = []
        tables: list[pa.Table] = []
        home = Home()
        for file, table in _read_files(spec, name, home, seen, findings):
            files.append(file)
            tables.append(table)
        if tables and side.check_columns(spec, name, files, tables, findings):
            splits[name] = Rows(tuple(files), concatenated(tables, home))
    return splits


def _read_files(
    spec: Spec,
    split: SplitName,
    home: Home,
    seen: dict[Path, tuple[SplitName, str]],
    findings: Findings,
) -> Iterator[tuple[DataFile, pa.Table]]:
    """Each file of a split that can be read; the others are reported.

    `seen` grows: each file, without links, with the split and the entry that took it first.
    """
    named: Sequence[str] = getattr(spec.data, split) or ()
    asked = [*spec.task.columns]
    group, is_cut = spec.group, any(held_out(spec.data).values())
    if split == "train" and group and is_cut and group not in asked:
        asked.append(group)
    for position, entry in enumerate(named):
        path = ("data", split, position)
        is_stem = spec.data.format == "parallel"
        places = [(entry, findings.source.folder / entry)] if is_stem else None
        for name, place in places or _paths(entry, findings, *path):
            first = seen.setdefault(place.resolve(), (split, entry))
            if first != (split, entry):
                _report_again(name, split, *first, findings, *path)
                continue
            try:
                task = spec.task
                file, table = read_file(
                    open_file(name, place, spec.data, asked, task.formats, task.text_unit),
                    asked,
                    task.objects,
                    home,
                )
            except FileProblem as problem:
                _add_problem(spec, problem, split, findings, *path)
            except OSError as error:
                findings.add_problem(_refused(name, error), *path)
            else:
                _note_guess(file, findings, *path)
                check_marks(file, asked, split, is_cut, findings)
                yield file, table


def _report_again(
    name: str,
    split: SplitName,
    first_split: SplitName,
    first_entry: str,
    findings: Findings,
    *path: str | int,
) -> None:
    """A file that two entries name, mostly through a pattern."""
    through = f"through {shown(first_entry)}"
    if split == first_split:
        findings.add(
            cross_data.DUPLICATE_NAME,
            f"the file {shown(name)} is already read {through}, so its rows would count twice",
            *path,
            help="delete one of the two entries, or write a narrower pattern",
        )
        return
    findings.add(
        cross_data.FILE_IN_TWO_SPLITS,
        f"{shown(name)} is a file of `{first_split}` ({through}) and of `{split}`",
        *path,
        help=f"name another file, or let `split: {{{split}: 0.1}}` cut it from `train`",
    )


def _paths(entry: str, findings: Findings, *path: str | int) -> list[tuple[str, Path]]:
    try:
        return find_paths(entry, findings.source.folder)
    except FileProblem as problem:
        findings.add_problem(problem, *path)
    except OSError as error:
        findings.add_problem(_refused(entry, error), *path)
    return []


def _refused(name: str, error: OSError) -> FileProblem:
    reason = (error.strerror or "the system refuses it").lower()
    return FileProblem(data_files.UNREADABLE_FILE, f"{shown(name)} cannot be read: {reason}")


def _add_problem(
    spec: Spec, problem: FileProblem, split: SplitName, findings: Findings, *path: str | int
) -> None:
    """A column that `train` lacks is pointed at where the spec names it, else at the file."""
    task = spec.task
    if problem.column is None:
        findings.add_problem(problem, *path)
    elif split == "train":
        is_group = problem.column == spec.data.split.group
        named = ("data", "split", "group") if is_group else task.place_of(problem.column)
        problem.help = problem.help or "name one of its columns"
        findings.add_problem(problem, *named)
    else:
        problem.help = problem.help or (
            f"all splits need the same columns; to predict a file without labels, leave it out of "
            f"`{split}`"
        )
        findings.add_problem(problem, *path)


def _note_guess(file: DataFile, findings: Findings, *path: str | int) -> None:
    if file.encoding_source == "guessed":
        findings.add(
            data_files.GUESSED_ENCODING,
            f"`{file.name}` is not UTF-8 and is read as {file.encoding}, which is a guess",
            *path,
            help=f"if the sample is right, write `encoding: {file.encoding}` in `data`; otherwise "
            "write the encoding that the file was saved in",
            notes=[f"a sample of what is read: {shown(guessed_sample(file.path, file.encoding))}"],
            severity="warning",
        )


def _clean(spec: Spec, rows: Rows) -> tuple[Rows, dict[Drop, int]]:
    clean = spec.clean
    if cleans(clean) or spec.group in spec.task.texts:
        rows = Rows(rows.files, _clean_table(spec, rows.table))
    return drop_rows(
        rows,
        spec.task.texts,
        spec.task.answers,
        spec.task.required if clean.drop_empty else (),
        clean.drop_duplicates,
        spec.task.BLANK_IS_EMPTY and not clean.whitespace,
    )


def _report_slow(spec: Spec, rows: Rows, error: SlowPatternError, findings: Findings) -> None:
    """Names the pattern, and the row where it can be found."""
    number = [rule.pattern for rule in spec.clean.replace].index(error.pattern)
    columns = [rows.table[name] for name in spec.task.texts]
    texts = [column for column in columns if not pa.types.is_list(column.type)]
    found = [pc.is_in(column, string_array([error.text])) for column in texts]
    places = [rows.first(is_text, 1) for is_text in found if pc.count_true(is_text)]
    findings.add(
        data.SLOW_PATTERN,
        f"{shown(error.pattern)} takes more than {PATTERN_LIMIT_S} s on one text of "
        f"{len(error.text):,} characters",
        *("data", "clean", "replace", number, "pattern"),
        help="let each part of the pattern match in one way only: `[^,]*,` in place of `.*,`, or "
        "`(?<!\\s)\\s+$` in place of `\\s+$`",
        notes=[f"{place}: {shown(error.text)}" for place in places[:1]],
    )


def _clean_table(spec: Spec, table: pa.Table) -> pa.Table:
    cleaned = Gatherer()
    for part in parts_of(table):
        if spec.group in spec.task.texts:
            part = part.append_column(RAW_GROUP, part[spec.group])
        for name in spec.task.texts:
            position = part.schema.get_field_index(name)
            part = part.set_column(position, name, clean_column(part[name], spec.clean))
        cleaned.add(part)
    return cleaned.table()


def _facts(
    spec: Spec,
    read: Mapping[SplitName, int],
    parts: Mapping[SplitName, Rows],
    dropped: Mapping[SplitName, dict[Drop, int]],
) -> dict[SplitName, SplitFacts]:
    columns = [*spec.task.columns]
    facts: dict[SplitName, SplitFacts] = {}
    for name, rows in parts.items():
        own = name in read
        facts[name] = SplitFacts(
            name,
            "files" if own else "cut",
            rows.files,
            read[name] if own else len(rows),
            len(rows),
            dropped[name] if own else {"empty": 0, "duplicate": 0},
            rows.table.select(columns),
        )
    return facts
