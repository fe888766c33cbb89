"""Cross-field checks of `data`."""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import get_args

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_data as rules
from specc.language.data import WORD, FileFormat, SplitName, held_out
from specc.language.finding import shown
from specc.language.ground import Check, Ground
from specc.language.regex import is_catastrophic
from specc.language.vocabulary import nearest

_SPLITS: tuple[SplitName, ...] = get_args(SplitName)
_FILE_KEYS = ("format", "delimiter", "quote", "encoding", "columns", "split", "copy")
_ENDINGS: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
_WITHOUT_DIALECT: tuple[FileFormat, ...] = (
    *("json", "jsonl", "parquet", "squad", "text-folders", "spans", "text", "parallel"),
)
_USELESS: dict[str, tuple[FileFormat, ...]] = {
    "delimiter": _WITHOUT_DIALECT,
    "quote": (*_WITHOUT_DIALECT, "conll"),
    "columns": _WITHOUT_DIALECT,
    "encoding": ("parquet",),
}
_NO_FILE_ENCODINGS = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined")
"""Of host names and of source code."""

_ENCODINGS = ("utf-8", "utf-16", "latin-1", "cp1252", "iso-8859-15", "shift_jis", "gb18030")


def no_data(ground: Ground) -> Iterator[Diagnostic]:
    """Neither files nor a hub data set."""
    data = ground.spec.data
    if data.train is None and data.hub is None:
        yield ground.at_key(
            rules.NO_DATA,
            ("data",),
            "`data` names neither `train` nor `hub`",
            "write `train:` with your file, or `hub:` with a data set",
        )


def files_and_hub(ground: Ground) -> Iterator[Diagnostic]:
    """Files of one's own beside a hub data set."""
    if ground.spec.data.hub is None:
        return
    for split in _SPLITS:
        if ground.given("data", split):
            yield ground.at_key(
                rules.FILES_AND_HUB,
                ("data", split),
                f"`data` holds files for `{split}` and a hub data set",
                f"delete `{split}` or `hub`",
                ground.note("the hub data set is named here", "data", "hub"),
            )


def file_key_with_hub(ground: Ground) -> Iterator[Diagnostic]:
    """A key about files where there are none."""
    data = ground.spec.data
    if data.hub is None or data.train is not None:
        return
    for key in _FILE_KEYS:
        if ground.given("data", key):
            yield ground.at_key(
                rules.FILE_KEY_WITH_HUB,
                ("data", key),
                f"`{key}` is about files, and the data comes from the hub",
                f"delete `{key}`",
            )


def file_and_fraction(ground: Ground) -> Iterator[Diagnostic]:
    """A split that has a file and is to be cut from `train` as well."""
    for split in ("validation", "test"):
        if ground.given("data", split) and ground.given("data", "split", split):
            yield ground.at_key(
                rules.FILE_AND_FRACTION,
                ("data", "split", split),
                f"the `{split}` split has a file, so no share of `train` becomes it",
                f"delete `{split}` here, or the file",
                ground.note("its file is named here", "data", split),
            )


def split_leaves_nothing(ground: Ground) -> Iterator[Diagnostic]:
    """All of `train` is held out."""
    validation, test = held_out(ground.spec.data).values()
    if ground.spec.data.hub is None and validation + test > 1 - 1e-9:
        default = "" if ground.given("data", "split", "test") else " (the default)"
        yield ground.at_key(
            rules.SPLIT_LEAVES_NOTHING,
            ("data", "split"),
            f"`split` leaves no row to learn from: {validation:g} for validation and {test:g}"
            f"{default} for test",
            "make the fractions smaller, so that they add up to less than 1",
        )


def split_key_without_cut(ground: Ground) -> Iterator[Diagnostic]:
    """How to cut, where nothing is cut."""
    if ground.spec.data.hub is not None or any(held_out(ground.spec.data).values()):
        return
    for key in ("stratified", "group", "seed"):
        if ground.given("data", "split", key):
            yield ground.at_key(
                rules.SPLIT_KEY_WITHOUT_CUT,
                ("data", "split", key),
                f"`{key}` has no effect, because nothing is cut from `train`",
                f"delete `{key}`",
            )


def stratified_with_group(ground: Ground) -> Iterator[Diagnostic]:
    """Two rules for one cut."""
    split = ground.spec.data.split
    if split.stratified and split.group is not None:
        yield ground.at_key(
            rules.STRATIFIED_WITH_GROUP,
            ("data", "split", "stratified"),
            f"a cut that keeps the groups of `{shown(split.group)}` together cannot be stratified",
            "delete `stratified` or `group`",
        )


def key_of_other_format(ground: Ground) -> Iterator[Diagnostic]:
    """How a format is written, where the files are of another one."""
    data = ground.spec.data
    endings = {PurePosixPath(name).suffix.lower() for name in data.train or ()}
    formats_of = {**_ENDINGS, **ground.spec.task.formats}
    by_ending = {formats_of.get(ending) for ending in endings}
    format = data.format or (by_ending.pop() if len(by_ending) == 1 else None)
    for key, formats in _USELESS.items():
        if format in formats and ground.given("data", key):
            yield ground.at_key(
                rules.KEY_OF_OTHER_FORMAT,
                ("data", key),
                f"`{key}` has no effect on files of the format {format}",
                f"delete `{key}`",
            )


def file_in_two_splits(ground: Ground) -> Iterator[Diagnostic]:
    """One file that is to be learned and to be scored."""
    seen: dict[PurePosixPath, SplitName] = {}
    for split in _SPLITS:
        for i, name in enumerate(getattr(ground.spec.data, split) or ()):
            first = seen.setdefault(PurePosixPath(name), split)
            if first != split:
                yield ground.at_value(
                    rules.FILE_IN_TWO_SPLITS,
                    ("data", split, i),
                    f"`{shown(name)}` is a file of `{first}` and of `{split}`",
                    f"name another file, or let `split: {{{split}: 0.1}}` cut it from `train`",
                )


def bad_regular_expression(ground: Ground) -> Iterator[Diagnostic]:
    """What cannot be replaced, or replaced by."""
    for i, replace in enumerate(ground.spec.data.clean.replace):
        path = ("data", "clean", "replace", i)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about patterns that will mean something else one day
            try:
                pattern = re.compile(replace.pattern)
            except (re.error, OverflowError, RecursionError) as error:
                yield _regex(ground, (*path, "pattern"), "pattern", replace.pattern, error)
                continue
            if is_catastrophic(replace.pattern):
                yield _endless(ground, (*path, "pattern"), replace.pattern)
                continue
            try:
                pattern.sub(replace.by, "")
            except (re.error, IndexError) as error:
                yield _regex(ground, (*path, "by"), "by", replace.by, error)


def _regex(
    ground: Ground, path: tuple[str | int, ...], key: str, text: str, error: Exception
) -> Diagnostic:
    reason = error.msg if isinstance(error, re.error) else "it is too deep or its counts too large"
    if isinstance(error, IndexError):
        reason = "it refers to a group that the pattern does not have"
    place = getattr(error, "pos", None)
    where = "" if place is None else f" (at character {place + 1})"
    what, help = (
        ("regular expression", r"write `\` before a character that stands for itself, such as `\(`")
        if key == "pattern"
        else ("replacement", r"name only groups that the pattern has, or write `\\` for a `\`")
    )
    return ground.at_value(
        rules.BAD_REGULAR_EXPRESSION,
        path,
        f"`{key}: {shown(text)}` is no {what}: {reason}{where}",
        help,
    )


def _endless(ground: Ground, path: tuple[str | int, ...], pattern: str) -> Diagnostic:
    return ground.at_value(
        rules.BAD_REGULAR_EXPRESSION,
        path,
        f"`pattern: {shown(pattern)}` can take for ever on a text: it repeats what is a repeat "
        "itself, or alternatives that match the same",
        "repeat once, such as `a+` for `(a+)+`, or write the inner group as `(?>...)`",
    )


def unknown_encoding(ground: Ground) -> Iterator[Diagnostic]:
    """No encoding of texts."""
    name = ground.spec.data.encoding
    if name is None or _is_text_encoding(name):
        return
    near = nearest(name, _ENCODINGS, 0.6)
    yield ground.at_value(
        rules.UNKNOWN_ENCODING,
        ("data", "encoding"),
        f"`encoding: {shown(name)}` is no text encoding that is known",
        f"did you mean `{near}`?" if near else "delete `encoding`: it is found out from the file",
    )


def _is_text_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
        "".encode(name)  # refuses codecs such as hex and zip, which are no encodings of text
    except (LookupError, ValueError):
        return False
    return codecs.lookup(name).name.replace("-", "_") not in _NO_FILE_ENCODINGS


def unmatched_stop_word(ground: Ground) -> Iterator[Diagnostic]:
    """A stop word that is no word, so that it is never found."""
    words = ground.spec.data.clean.stop_words
    for i, word in enumerate(words if isinstance(words, tuple) else ()):
        if not WORD.fullmatch(word):
            yield ground.at_value(
                rules.UNMATCHED_STOP_WORD,
                ("data", "clean", "stop_words", i),
                f"`{shown(word)}` is never removed: a stop word is one whole word, of letters and "
                "digits with at most one `'` inside",
                "delete it, or write a `replace` with it as the pattern",
            )


CHECKS: tuple[Check, ...] = (
    no_data,
    files_and_hub,
    file_key_with_hub,
    file_and_fraction,
    split_leaves_nothing,
    split_key_without_cut,
    stratified_with_group,
    key_of_other_format,
    file_in_two_splits,
    bad_regular_expression,
    unknown_encoding,
    unmatched_stop_word,
)
