"""Values of the plan as Python source: the only way a user's string gets into the output."""

from __future__ import annotations

import re
import textwrap
from typing import Any

LINE_LENGTH = 100


def py(value: Any) -> str:
    """A Python literal for `value`; floats by `repr`, so they are the same everywhere.

    `repr` escapes quotes, backslashes and whatever is not printable (control characters, the
    invisible marks that turn the direction of text); letters of any script stay readable.

    Raises:
        TypeError: for values that have no literal.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(py, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(py, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{py(key)}: {py(item)}' for key, item in value.items())}}}"
    raise TypeError(f"no literal for {type(value).__name__}")


def plain(text: str) -> str:
    """`text` on one line, with what is not printable replaced: fit for a comment."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def doc(text: str) -> str:
    """`text` fit for a docstring: no quote can end it, no backslash starts an escape."""
    return plain(text).replace("\\", "/").replace('"', "'")


def markdown(text: str) -> str:
    """`text` of our own wording fit for running text and table cells of Markdown."""
    text = plain(text)
    for character in "\\|<[*":
        text = text.replace(character, "\\" + character)
    return text


def code(text: str) -> str:
    """`text`, which may be anybody's, as a code span of Markdown."""
    return f"`{plain(text).replace('`', chr(39)).replace('|', '/')}`"


def named(text: str) -> str:
    """A name of anybody's for Markdown: as it is if it is a word, else as a code span."""
    return text if re.fullmatch(r"\w(?:[\w.-]*\w)?", text) else code(text)


def assignment(name: str, annotation: str, value: Any, note: str) -> list[str]:
    """A field of the configuration with its comment: beside it, or above it where it is long."""
    line = f"{name}: {annotation} = {py(value)}"
    beside = f"    {line}  # {plain(note)}"
    if len(beside) <= LINE_LENGTH:
        return [beside.strip()]
    above = textwrap.wrap(plain(note), LINE_LENGTH - 6, break_long_words=False)
    return [*(f"# {part}" for part in above), line]
