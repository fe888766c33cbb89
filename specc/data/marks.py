"""Columns that the spec does not read and that say of each row whether, or where, it counts."""

from __future__ import annotations

from collections.abc import Sequence

from specc.data.arrays import flags
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, Findings, plural, quoted, shown
from specc.data.read import read_file
from specc.data.rows import Rows, shared_strings
from specc.data.verdicts import VERDICT, refused_rows
from specc.diagnostics.rules import data as rules
from specc.language.data import SplitName

_SPLIT_COLUMNS = ("split", "set", "subset", "partition", "dataset_split", "data_split")
_SPLITS = {
    *("train", "training", "validation", "valid", "val", "dev", "devel", "development"),
    *("test", "testing", "eval", "evaluation"),
}
_TABLES = ("csv", "tsv", "json", "jsonl", "parquet")


def check_marks(
    file: DataFile, asked: Sequence[str], split: SplitName, is_cut: bool, findings: Findings
) -> None:
    """Report rows that their annotators rejected, and rows that are said to be of other splits."""
    if file.format not in _TABLES:
        return
    beside = [name for name in file.columns if name not in asked]
    if VERDICT in beside and (problem := refused_rows(file, column(file, VERDICT))):
        findings.add_problem(problem, "data", split)
    for name in beside:
        if not is_cut or split != "train" or name.strip().casefold() not in _SPLIT_COLUMNS:
            continue
        found = {value.strip().casefold() for value in column(file, name)} - {""}
        if len(found) > 1 and found <= _SPLITS:
            findings.add(
                rules.ROW_MARKS,
                f"`{file.name}` says in {shown(name)} to which split each row belongs, and the cut "
                "does not follow it",
                *("data", split),
                help="write the rows of each split to a file of its own, and name them in "
                "`data.train`, `data.validation` and `data.test`",
                notes=[f"it holds {quoted(sorted(found))}"],
                severity="warning",
            )


def column(file: DataFile, name: str) -> list[str]:
    """The values of a column that the spec does not name; none where they are no texts."""
    try:
        _, table = read_file(file, (name,))
        return shared_strings(table[name])
    except (FileProblem, TypeError):
        return []


def check_groups(name: str, groups: Sequence[str], train: Rows, findings: Findings) -> None:
    """Report rows without a group, which the cut takes for one group."""
    empty = [i for i, group in enumerate(groups) if not group.strip()]
    if len(empty) > 1:
        findings.add(
            rules.ROW_MARKS,
            f"{len(empty):,} of {plural(len(train), 'row')} of `train` have nothing in "
            f"{shown(name)}, and all of them are taken for one group",
            *("data", "split", "group"),
            help="give each of these rows a group, if only a name of its own",
            notes=[f"first at {train.first(flags(empty, len(train)))}"],
            severity="warning",
        )
