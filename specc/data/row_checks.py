"""What is wrong with texts and rows: empty, dropped, repeated, in two splits."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import string_array
from specc.data.facts import Drop
from specc.data.findings import Findings, plural, shown
from specc.data.rows import (
    NUMBER,
    Rows,
    count_repeated,
    empty_texts,
    find_crossing,
    joined,
    keys,
)
from specc.data.words import UNSPACED
from specc.diagnostics.rules import cross_data, data_files
from specc.diagnostics.rules import data as rules
from specc.language.data import SplitName
from specc.language.spec import Spec

_LOOKED_AT = 1000
_MOST = 0.5


def check_texts(spec: Spec, splits: Mapping[SplitName, Rows], findings: Findings) -> None:
    """Warn about text columns that hold nothing but numbers."""
    for name in spec.task.inputs:
        sample = joined(splits["train"].table[name].slice(0, _LOOKED_AT))
        if pc.all_true(pc.matches(sample, NUMBER)).as_py():
            findings.add(
                rules.NUMERIC_TEXT,
                f"the text column `{name}` holds numbers such as {shown(sample[0].as_py())}",
                *spec.task.place_of(name),
                help="name the column that holds the text",
                severity="warning",
            )


def check_headers(spec: Spec, splits: Mapping[SplitName, Rows], findings: Findings) -> None:
    """Warn about rows that repeat the header."""
    for name, rows in splits.items():
        if not any(file.header for file in rows.files if file.delimiter):
            continue
        repeats = None
        for column in spec.task.columns:
            values = rows.table[column]
            if not pa.types.is_string(values.type):
                break
            same = pc.is_in(values, string_array([column, "\ufeff" + column]))
            repeats = same if repeats is None else pc.and_(repeats, same)
        else:
            if repeats is not None and (number := pc.count_true(repeats)):
                findings.add(
                    data_files.REPEATED_HEADER,
                    f"{plural(number, 'row')} of `{name}` {'repeats' if number == 1 else 'repeat'} "
                    "the header",
                    *("data", name),
                    help="take these rows out of the file",
                    notes=[f"first at {rows.first(repeats)}"],
                    severity="warning",
                )


def check_stop_words(spec: Spec, findings: Findings) -> None:
    """Warn about stop words of scripts in which words are not set apart."""
    words = spec.data.clean.stop_words
    for i, word in enumerate(words if isinstance(words, tuple) else ()):
        if any(unicodedata.name(letter, "").startswith(UNSPACED) for letter in word):
            findings.add(
                cross_data.UNMATCHED_STOP_WORD,
                f"the stop word {shown(word)} is of a script without spaces between words: it is "
                "removed only where it stands alone",
                *("data", "clean", "stop_words", i),
                help="to remove it inside of texts, write a `replace` with it as the pattern",
                severity="warning",
            )


def check_dropped(
    spec: Spec,
    read: Mapping[SplitName, int],
    splits: Mapping[SplitName, Rows],
    dropped: Mapping[SplitName, Mapping[Drop, int]],
    findings: Findings,
) -> None:
    """Refuse splits of which little or nothing is left; warn about empty texts that are kept."""
    for name, rows in splits.items():
        total, lost = read[name], sum(dropped[name].values())
        empty = empty_texts(rows.table, spec.task.required)
        kept_empty = pc.count_true(empty)
        if total in (dropped[name]["empty"], kept_empty):
            findings.add(
                rules.EMPTY_TEXTS,
                f"all {plural(total, 'row')} of `{name}` have an empty text after cleaning",
                *("data", name),
                help=f"look at {' and '.join(f'`{text}`' for text in spec.task.required)} in the "
                "file, and at `data.clean`",
            )
        elif lost > _MOST * total:
            parts = [f"{number:,} {why}" for why, number in dropped[name].items() if number]
            findings.add(
                rules.MOST_ROWS_DROPPED,
                f"{lost:,} of {plural(total, 'row')} of `{name}` are dropped "
                f"({lost / total:.0%}): {' and '.join(parts)}",
                *("data", "clean"),
                help="clean less, or take these rows out of the file",
            )
        elif kept_empty:
            findings.add(
                rules.EMPTY_TEXT_KEPT,
                f"{plural(kept_empty, 'row')} of `{name}` with an empty text "
                f"{'is' if kept_empty == 1 else 'are'} kept",
                *("data", "clean", "drop_empty"),
                help="take out `drop_empty: false`",
                notes=[f"first at {rows.first(empty)}"],
                severity="warning",
            )
        elif (number := dropped[name]["empty"]) and not spec.task.WRITES:
            findings.add(
                rules.EMPTY_ROWS_DROPPED,
                f"{number:,} of {plural(total, 'row')} of `{name}` "
                f"{'has' if number == 1 else 'have'} an empty text and "
                f"{'is' if number == 1 else 'are'} dropped",
                *("data", name if getattr(spec.data, name) else "train"),
                help="complete these rows, or take them out of the file",
                severity="note",
            )


def check_repeated(
    spec: Spec, splits: Mapping[SplitName, Rows], findings: Findings
) -> dict[SplitName, int]:
    """Rows by split that repeat an earlier one and are kept."""
    columns = spec.task.columns
    counts = {name: count_repeated(rows.table, columns) for name, rows in splits.items()}
    total = sum(counts.values())
    if total:
        parts = [f"{number:,} of `{name}`" for name, number in counts.items() if number]
        findings.add(
            rules.REPEATED_ROWS,
            f"{plural(total, 'row')} {'repeats' if total == 1 else 'repeat'} an earlier one of the "
            f"same split{', text and label' if spec.task.answers else ''}: {', '.join(parts)}",
            "data",
            next(name for name, number in counts.items() if number),
            help="`clean: {drop_duplicates: true}` keeps the first of each",
            severity="note",
        )
    return counts


def check_crossing(
    spec: Spec, splits: Mapping[SplitName, Rows], findings: Findings
) -> dict[tuple[SplitName, SplitName], int]:
    """Rows of a split whose text also stands in an earlier split, by pair of splits."""
    names = list(splits)
    texts = {name: keys(rows.table, spec.task.inputs) for name, rows in splits.items()}
    counts: dict[tuple[SplitName, SplitName], int] = {}
    for position, later in enumerate(names):
        for earlier in names[:position]:
            found = find_crossing(texts[earlier], texts[later])
            counts[earlier, later] = found.count
            if not found.count:
                continue
            share = found.count / len(splits[later])
            same_answers = _same_answers(spec, splits, earlier, later)
            column = splits[later].table[spec.task.inputs[0]]
            text = joined(column.slice(found.later, 1))[0].as_py()
            findings.add(
                rules.TEXT_IN_TWO_SPLITS,
                f"{plural(found.count, 'row')} of `{later}` ({share:.1%}) "
                f"{'has its' if found.count == 1 else 'have their'} text in `{earlier}` too",
                *("data", later if getattr(spec.data, later) else "train"),
                help=_help_crossing(spec, earlier, later, same_answers),
                notes=[
                    f"first {splits[later].where(found.later)}, which is "
                    f"{splits[earlier].where(found.earlier)}: {shown(text)}"
                ],
                severity="warning",
            )
    return counts


def _same_answers(
    spec: Spec, splits: Mapping[SplitName, Rows], earlier: SplitName, later: SplitName
) -> bool:
    """Whether a whole row, with its answer, stands in both splits."""
    first, second = (keys(splits[name].table, spec.task.columns) for name in (earlier, later))
    return find_crossing(first, second).count > 0


def _help_crossing(spec: Spec, earlier: SplitName, later: SplitName, same_answers: bool) -> str:
    cut = not getattr(spec.data, later) and (earlier == "train" or not getattr(spec.data, earlier))
    if cut and same_answers and not spec.data.clean.drop_duplicates:
        return "`clean: {drop_duplicates: true}` drops repeated rows before the cut"
    if cut:
        return "these texts have different labels; `split.group` keeps related rows together"
    return f"take these rows out of the file of `{later}` or of `{earlier}`"
