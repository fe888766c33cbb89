"""What is wrong with a CoNLL file before its tags are looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from specc.data.conll_lines import NUMBER, Lines, lines_of
from specc.data.facts import DataFile
from specc.data.findings import FileProblem, plural, shown
from specc.data.stored import Gatherer
from specc.diagnostics.rules import data_files as rules
from specc.diagnostics.rules import sentences as sentence_rules

_JOINED = re.compile(r".+[/_|][A-Za-z$.,:'`()-]+")
_WORD_NAMES = ("word", "words", "token", "tokens", "form", "text")
_TAG_NAMES = ("tag", "tags", "label", "labels", "ner", "ner_tag", "ner_tags", "pos", "upos", "bio")
_LOOKED_AT = 20
"""Lines that tell whether tags are joined to words."""

_LONG = 100
"""Words from which on a file of one sentence, or of one word per sentence, is a mistake."""


def refuse_joined(file: DataFile) -> None:
    """Refuse a sentence per line, with a tag joined to each word."""
    filled = (fields for _, fields in lines_of(file) if fields and fields[0][:1] != "#")
    first = list(islice(filled, _LOOKED_AT))
    if first and all(_JOINED.fullmatch(field) for fields in first for field in fields):
        raise FileProblem(
            sentence_rules.JOINED_TAGS,
            f"`{file.name}` joins the tags to the words",
            "put one word and its tag on each line, with a tab between them and an empty line "
            "after each sentence",
            [f"the first line is {shown(' '.join(first[0]), 60)}"],
        )


def check_words(lines: Lines, asked: Sequence[str], rows: Gatherer) -> None:
    """Whether words and tags hold something, are no numbers, and make more than one sentence."""
    file, last = lines.file, lines.width - 1
    if not rows.num_rows:
        return
    notes = [f"its lines have {plural(last + 1, 'column')}, 0 to {last}"]
    for key, name, is_filled in zip(("tokens", "tags"), asked, lines.filled, strict=False):
        if not is_filled:
            raise FileProblem(
                sentence_rules.EMPTY_COLUMN,
                f"the column {shown(name)} of `{file.name}` is empty in every line",
                _other_column(lines, key),
                notes,
                name,
            )
    if lines.only_numbers and _others(lines, "tokens"):
        raise FileProblem(
            sentence_rules.NUMBERS_FOR_WORDS,
            f"the words of `{file.name}` are all numbers",
            _other_column(lines, "tokens"),
            notes,
            asked[0],
        )
    if rows.num_rows == 1 and lines.num_words > _LONG:
        raise FileProblem(
            sentence_rules.SENTENCE_ENDS,
            f"`{file.name}` has {lines.num_words:,} words and no empty line between sentences",
            "put an empty line after each sentence",
        )
    if rows.num_rows == lines.num_words > _LONG:
        raise FileProblem(
            sentence_rules.SENTENCE_ENDS,
            f"an empty line follows each word of `{file.name}`: all sentences have one word",
            "remove the empty lines inside of sentences",
        )


def _other_column(lines: Lines, key: str) -> str:
    """Advice on which column to name for `key`: the first of words, or the last of tags."""
    others = _others(lines, key)
    if not others:
        return f"name the column of the {'words' if key == 'tokens' else 'tags'}"
    return f"write `{key}: {others[0 if key == 'tokens' else -1]}`"


def _others(lines: Lines, key: str) -> list[int]:
    """Columns that hold something in the first line, and words where `key` is that of words."""
    words, tags = lines.file.positions[:2]
    fields = next(f for _, f in lines_of(lines.file) if len(f) == lines.width)
    if key == "tags":
        return [i for i, field in enumerate(fields) if field and i != words]
    is_number = [bool(NUMBER.fullmatch(field)) for field in fields]
    return [i for i, field in enumerate(fields) if field and i != tags and not is_number[i]]


def refuse_header(file: DataFile) -> None:
    """Refuse a first line that names the columns: it would be read as a word."""
    number, fields = next((n, f) for n, f in lines_of(file) if f and f[0][:1] != "#")
    word, tag = (fields[position].casefold() for position in file.positions[:2])
    if word in _WORD_NAMES and tag in _TAG_NAMES:
        raise FileProblem(
            rules.REPEATED_HEADER,
            f"`{file.name}` line {number:,} names the columns, and would be read as a word",
            "remove the line from the file",
            [f"the line is {shown(' '.join(fields), 60)}"],
        )


def refuse_one_column(file: DataFile, asked: Sequence[str], width: int) -> None:
    """Where white space parts nothing, another delimiter may stand between word and tag."""
    first = next(fields for _, fields in lines_of(file) if len(fields) == width)
    marks = [mark for mark in ",;|" if first[0].strip(mark).count(mark)]
    if width == 1 and marks and file.delimiter is None:
        raise FileProblem(
            rules.MISSING_COLUMN,
            f"`{file.name}` has one column: nothing stands between word and tag but `{marks[0]}`",
            f'add `delimiter: "{marks[0]}"` to `data`',
            [f"its first word is {shown(first[0])}"],
        )
