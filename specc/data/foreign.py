"""Files of text that look like tables and are none: refused by their name."""

from __future__ import annotations

import re

from specc.data.dialect import LINES
from specc.data.findings import FileProblem, shown
from specc.diagnostics.rules import data_files as rules

_TAGGED = re.compile(r"\S+(?:[ \t]\S+)*[ \t]+(?:O|[BIESLU]-\S+)")


def refuse_tagged_words(name: str, sample: str) -> None:
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
            "such files (CoNLL) are data for `kind: token-classification`",
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
