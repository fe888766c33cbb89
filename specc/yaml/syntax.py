"""What a YAML parser's complaint means, in words for the one who wrote the file.

The parser's own words are only used to tell its complaints apart, never shown.
"""

from __future__ import annotations

import re
from typing import NamedTuple

QUOTE = "put the text in quotes"


class Complaint(NamedTuple):
    """What is wrong and what to do about it."""

    message: str
    help: str


_KNOWN: tuple[tuple[str, Complaint], ...] = (
    (
        "mapping values are not allowed",
        Complaint(
            "a `:` stands where no key can be",
            "if the colon belongs to a text, put the text in quotes; else check the line above",
        ),
    ),
    (
        "could not find expected ':'",
        Complaint("a line holds a text but no `:` after it", "write it as `key: value`"),
    ),
    (
        "sequence entries are not allowed",
        Complaint(
            "a `-` starts a list where no list can start",
            "put the list on the next line, or write it as `[a, b]`",
        ),
    ),
    (
        "mapping keys are not allowed",
        Complaint("a `?` stands where no key can be", QUOTE),
    ),
    ("end of stream", Complaint("a quote is opened here and never closed", "add the quote")),
    (
        "unknown escape character",
        Complaint(
            r"a `\` in double quotes is followed by a character that it cannot escape",
            r"write `\\`, or use single quotes, in which `\` is a plain character",
        ),
    ),
    (
        "hexdecimal",
        Complaint(
            r"an escape such as `\x41` lacks its hexadecimal digits",
            r"write `\\`, or use single quotes, in which `\` is a plain character",
        ),
    ),
    (
        "escape sequence",
        Complaint(
            r"an escape such as `\x41` lacks its hexadecimal digits",
            r"write `\\`, or use single quotes, in which `\` is a plain character",
        ),
    ),
    (
        "invalid Unicode character escape",
        Complaint("an escape names a character that does not exist", "correct its digits"),
    ),
    ("flow sequence", Complaint("a `[` is opened here and not closed", "add `]`, or a `,`")),
    ("flow mapping", Complaint("a `{` is opened here and not closed", "add `}`, or a `,`")),
    (
        "block scalar",
        Complaint("nothing may follow a `|` or `>` on its line", "start the text on the next line"),
    ),
    ("undefined tag handle", Complaint("a text starts with `!`", QUOTE)),
    ("scanning a tag", Complaint("a text starts with `!`", QUOTE)),
    ("parsing a tag", Complaint("a text starts with `!`", QUOTE)),
    ("directive", Complaint("a line starts with `%`, which YAML keeps for itself", QUOTE)),
    ("YAML document", Complaint("the file asks for another version of YAML", "delete the line")),
    (
        "block collection",
        Complaint(
            "a line among the items of a list does not start with `-`",
            "start it with `-`, or indent it below its item",
        ),
    ),
)


def explain(problem: str, context: str, line: str, column: int, first_column: int) -> Complaint:
    """The complaint in plain words.

    Args:
        problem: the parser's words for what is wrong.
        context: the parser's words for what it was reading.
        line: the text of the line at which it stopped.
        column: 0-based, where in `line`.
        first_column: 0-based, where the mapping or list around it starts in its own line.
    """
    here = line[column : column + 1]
    if "alias" in context or "anchor" in context:
        return Complaint(f"a text starts with `{line[max(column - 1, 0) : column]}`", QUOTE)
    if "cannot start any token" in problem:
        shown = "a backquote" if here == "`" else f"`{here}`"
        return Complaint(f"a text starts with {shown}", QUOTE)
    for words, complaint in _KNOWN:
        if words in problem or words in context:
            return complaint
    if here in ("]", "}"):
        return Complaint(f"a `{here}` closes a bracket that is not open", f"delete the `{here}`")
    if re.match(r"\s*$", line[:column]):
        return _indentation(here, column, first_column)
    if "document start" in problem or "expected key" in problem or "block end" in problem:
        return Complaint(
            "a text goes on after its closing quote or bracket",
            "put the whole text in quotes, or the next key on a line of its own",
        )
    return Complaint("this is not YAML", QUOTE)


def _indentation(here: str, column: int, first_column: int) -> Complaint:
    if here == "-" and column <= first_column:
        return Complaint("a list item stands where a key is expected", "indent it below its key")
    if column == first_column:
        return Complaint("this line does not belong to what stands above it", "write `key: value`")
    return Complaint(
        f"this line is indented by {column}, the lines that it belongs to by {first_column}",
        "give all keys of a section the same indentation",
    )
