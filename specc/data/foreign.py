"""Files of text that look like tables and are none: refused by their name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from shlex import quote

from specc.data.dialect import DELIMITERS, LINES, first_rows
from specc.data.findings import FileProblem, quoted, shown
from specc.diagnostics.rules import data_files as rules

_TAGGED = re.compile(r"\S+(?:[ \t]\S+)*[ \t]+(?:O|[BIESLU]-\S+)")
_FAST_TEXT = re.compile(r"((?:__label__\S+\s+)+)\S")
_TITLE_ROWS = 20
_ROWS_BELOW = 3
_LONGEST_NAME = 40


def refuse_tagged_words(name: str, sample: str, learns_tags: bool = False) -> None:
    """Refuse a file of CoNLL, which is no table: a word and its tag a line, sentences apart.

    Raises:
        FileProblem: naming the kind of task that such files are for.
    """
    lines = [line.rstrip() for line in sample.splitlines()[:LINES]]
    filled = [line for line in lines if line and not line.startswith("-DOCSTART-")]
    if len(filled) > 5 and "" in lines[:-1] and all(map(_TAGGED.fullmatch, filled)):
        raise FileProblem(
            rules.TAG_SEQUENCES,
            f"`{name}` holds a word and its tag a line, which is no table of texts",
            "add `format: conll` to `data`"
            if learns_tags
            else "such files (CoNLL) are data for `kind: token-classification`",
            [f"its first line is {shown(filled[0])}"],
        )


def refuse_separator_line(name: str, sample: str) -> None:
    """Refuse the line with which Excel is told the delimiter: other programs take it for data.

    Raises:
        FileProblem: naming the line.
    """
    first = sample.lstrip("\ufeff").split("\n", 1)[0].strip("\r")
    if re.fullmatch(r'"?sep=.?"?', first, re.IGNORECASE):
        raise FileProblem(
            rules.SEPARATOR_LINE,
            f"the first line of `{name}` is {shown(first)}, which tells Excel the delimiter",
            "delete the first line of the file",
        )


def fast_text_lines(sample: str) -> list[re.Match[str]]:
    """Matches of the first lines, without the few that are not fastText's; none for other files."""
    lines = [line for line in sample.splitlines() if line.strip()][:LINES]
    found = [match for line in lines if (match := _FAST_TEXT.match(line))]
    return found if len(found) >= 0.9 * len(lines) else []


def refuse_fast_text(name: str, sample: str) -> None:
    """Refuse the lines of fastText: `__label__` and a class, once or more, then the text.

    Raises:
        FileProblem: with a way to write them as a table.
    """
    found = fast_text_lines(sample)
    if not found:
        return
    if any(match[1].count("__label__") > 1 for match in found):
        help = 'save each line as a row of JSONL: `{"text": …, "label": […, …]}`'
    else:
        table = PurePosixPath(name).with_suffix(".tsv").as_posix()
        help = (
            rf"make a table of it with `sed -E 's/^__label__([^ ]+) +/\1\t/' {quote(name)} > "
            f"{quote(table)}`, name that file, and say in `data`: `columns: [label, text]`, "
            "`quote: none`"
        )
    raise FileProblem(
        rules.UNKNOWN_FORMAT,
        f"`{name}` is written for fastText: labels and text stand in one line, and it is no table",
        help,
        [f"its first line is {shown(found[0].string)}"],
    )


def refuse_rows_above_header(name: str, sample: str, asked: Sequence[str]) -> None:
    """Refuse a table whose header stands below other rows, mostly a title.

    Raises:
        FileProblem: with the line of the header.
    """
    lines = sample.splitlines()
    for delimiter in DELIMITERS:
        rows = [next(first_rows(line, delimiter, '"'), []) for line in lines[:_TITLE_ROWS]]
        place = _header_below(rows, asked)
        if place and any(rows[:place]) and "".join(lines[:place]).count('"') % 2 == 0:
            above = "line 1" if place == 1 else f"lines 1 {'and' if place == 2 else 'to'} {place}"
            raise FileProblem(
                rules.ROWS_ABOVE_HEADER,
                f"the header of `{name}` is line {place + 1}, and other rows stand above it",
                f"delete {above} of the file",
                [f"line 1 is {shown(lines[0])}", f"the header holds {quoted(rows[place])}"],
            )


def _header_below(rows: Sequence[Sequence[str]], asked: Sequence[str]) -> int:
    """The place of the first row with the asked names; 0 for none.

    With no such row, that of names above a table whose first row is a title: one field, no more.
    """
    if not rows or set(asked) & set(rows[0]):
        return 0
    if len(asked) > 1:
        for place, row in enumerate(rows):
            if set(asked) <= set(row):
                return place
    if not rows[0] or not rows[0][0] or any(rows[0][1:]):
        return 0
    filled = (place for place, row in enumerate(rows) if len(row) > 1 and all(row))
    place = next(filled, 0)
    below = [len(row) for row in rows[place + 1 : place + 1 + _ROWS_BELOW]]
    is_names = all(len(cell) <= _LONGEST_NAME and cell.isidentifier() for cell in rows[place])
    return place if is_names and below == [len(rows[place])] * _ROWS_BELOW else 0
