"""What is done to each text before anything else sees it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import pyarrow as pa
import regex

from specc.data import kernels as pc
from specc.data.arrays import string_array, string_lists
from specc.data.stop_words import ENGLISH
from specc.language.data import WORD, Clean

Step = Callable[[str], str]

PATTERN_LIMIT_S = 2
"""As long as a pattern may take on one text; the generated projects have the same limit."""

TAG = (
    r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[!?][a-z\[][^>]*>|</?[a-z][\w:-]*(?:\s+(?:",
    r"[^\s\"'<>/=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>]+)|checked|disabled|hidden))*\s*/?>",
)
"""What `clean.strip_html` removes; the generated projects hold the same pattern.

Scripts and styles go with their content. A tag has a name and attributes: `a <b and c> d`, `<3` and
`<name@example.org>` are none.
"""

ENTITY = r"&#?\w+;"
"""`&copy=1` in an address is none: it lacks the semicolon."""

_TAG = re.compile("".join(TAG))
_ENTITY = re.compile(ENTITY)

# Exactly the characters at which `str.split()` splits: a text without a match is left as it is.
_UNTIDY = (
    r"[\t\n\v\f\r\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}"
    r"\x{3000}]|  |\A | \z"
)


class SlowPatternError(Exception):
    """A pattern of `clean.replace` took longer than `PATTERN_LIMIT_S` on a text."""

    def __init__(self, pattern: str, text: str) -> None:
        super().__init__(pattern, text)
        self.pattern, self.text = pattern, text


def clean_text(text: str, clean: Clean) -> str:
    """`text` after the steps of `clean`.

    The order is fixed: HTML tags (each becomes a space) and entities, Unicode normal form, lower
    case, replacements in their order, stop words (whole words, any case), white space.
    """
    return _cleaned([text], _steps(clean))[0]


def cleans(clean: Clean) -> bool:
    """Whether there is anything to do."""
    return bool(_steps(clean))


def clean_column(column: pa.ChunkedArray, clean: Clean) -> pa.ChunkedArray:
    """`column` of strings, or of lists of words, with `clean_text` applied to each."""
    steps = _steps(clean)
    if not steps:
        return column
    if pa.types.is_list(column.type):
        return pa.chunked_array([_clean_words(chunk, steps) for chunk in column.iterchunks()])
    one = _clean_untidy if steps == (_tidy,) else _clean_all
    chunks = [one(chunk, steps) for chunk in column.iterchunks()]
    return pa.chunked_array(chunks, type=pa.string())


def _clean_words(chunk: pa.ListArray, steps: tuple[Step, ...]) -> pa.ListArray:
    """Word by word: a list keeps its length, so that tags stay under their words."""
    return string_lists([_cleaned(words, steps) for words in chunk.to_pylist()])


def _clean_all(chunk: pa.StringArray, steps: tuple[Step, ...]) -> pa.Array:
    return string_array(_cleaned(chunk.to_pylist(), steps))


def _cleaned(texts: list[str], steps: tuple[Step, ...]) -> list[str]:
    """
    Raises:
        SlowPatternError: with the text as it was read.
    """
    done = texts
    for step in steps:
        before, done = done, []
        try:
            done.extend(map(step, before))
        except SlowPatternError as error:
            raise SlowPatternError(error.pattern, texts[len(done)]) from None
    return done


def _clean_untidy(chunk: pa.StringArray, steps: tuple[Step, ...]) -> pa.Array:
    """Only texts whose white space changes become Python strings: most texts need nothing."""
    untidy = pc.matches(chunk, _UNTIDY)
    texts = pc.filter_rows(chunk, untidy)
    if not len(texts):
        return chunk
    return pc.replace_with_mask(chunk, untidy, _clean_all(texts, steps))


@lru_cache(maxsize=8)
def _steps(clean: Clean) -> tuple[Step, ...]:
    steps: list[Step] = []
    if clean.strip_html:
        steps.append(_strip_html)
    if clean.unicode:
        form = clean.unicode
        steps.append(lambda text: unicodedata.normalize("NFC" if form == "nfc" else "NFKC", text))
    if clean.lower_case:
        steps.append(str.lower)
    steps += [_replacer(replace.pattern, replace.by) for replace in clean.replace]
    if clean.stop_words:
        steps.append(_word_remover(ENGLISH if clean.stop_words == "english" else clean.stop_words))
    if clean.whitespace is not False:
        steps.append(_tidy)
    return tuple(steps)


def _strip_html(text: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found[0]), _TAG.sub(" ", text))


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _replacer(pattern: str, by: str) -> Step:
    compiled = regex.compile(pattern)

    def replaced(text: str) -> str:
        try:
            return str(compiled.sub(by, text, timeout=PATTERN_LIMIT_S))
        except TimeoutError:
            raise SlowPatternError(pattern, text) from None

    return replaced


def _word_remover(stop_words: tuple[str, ...] | str) -> Step:
    words = frozenset(word.casefold() for word in stop_words)
    return lambda text: WORD.sub(lambda m: "" if m[0].casefold() in words else m[0], text)
