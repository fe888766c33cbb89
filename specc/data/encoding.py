"""Which encoding a file of text is in."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Literal

from specc.data.findings import FileProblem, shown
from specc.diagnostics.rules import data_files as rules

EncodingSource = Literal["declared", "BOM", "guessed", "utf-8"]

_CHUNK = 1 << 20
_SAMPLE = 1 << 22
_GOOD_PER_BAD = 10
"""Characters beyond ASCII that UTF-8 reads, per bad byte, above which the file is UTF-8."""
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_SIGN_IN_WORD = re.compile(rb"(?<=[a-zA-Z\xc0-\xff])[\xb3\xb9\xba\xbe\xbf\x9f](?=[a-z\xc0-\xff])")
_KANA = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]")

# The longer marks come first: the one of UTF-32 starts with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def find_encoding(path: Path, name: str, declared: str | None) -> tuple[str, EncodingSource]:
    """The codec that reads all of `path`, and how it was found out.

    A declared UTF-8 becomes `utf-8-sig` where the file starts with a byte order mark.

    Raises:
        FileProblem: if the declared encoding cannot read the file, or if it is UTF-8 with a few
            bad bytes.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    mark = next((codec for bom, codec in _MARKS if head.startswith(bom)), None)
    if declared:
        codec = codecs.lookup(declared).name
        codec = "utf-8-sig" if codec == "utf-8" and mark == "utf-8-sig" else codec
        if bad := _first_bad_byte(path, codec):
            raise _wrong(path, name, declared, bad, head)
        return codec, "declared"
    if mark and not _first_bad_byte(path, mark):
        return mark, "BOM"
    if not _first_bad_byte(path, "utf-8") and not _many_zeros(head):
        return "utf-8", "utf-8"
    _refuse_damaged_utf8(path, name, head)
    guess = _guess(head)
    return "latin-1" if _first_bad_byte(path, guess) else guess, "guessed"


def _first_bad_byte(path: Path, codec: str) -> int | None:
    """1-based position of the first byte that `codec` cannot read."""
    decoder = codecs.getincrementaldecoder(codec)()
    done = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return done - held + error.start + 1
            except UnicodeError:  # UTF-16 or UTF-32 without the mark that says the byte order
                return 1
            if not chunk:
                return None
            done += len(chunk)


def _wrong(path: Path, name: str, declared: str, bad: int, head: bytes) -> FileProblem:
    with path.open("rb") as file:
        before = file.read(bad)
    line = before[:-1].count(b"\n") + 1
    is_utf8 = not _first_bad_byte(path, "utf-8")
    guess = "utf-8" if is_utf8 else _guess(head)
    return FileProblem(
        rules.WRONG_ENCODING,
        f"`{name}` is not {declared}: byte {bad:,} (line {line:,}) is {before[-1:].hex()}",
        f"leave out `encoding`, or write `encoding: {guess}`",
    )


def _refuse_damaged_utf8(path: Path, name: str, head: bytes) -> None:
    """Refuse UTF-8 with a few bad bytes: in any other encoding all the rest would be garbled."""
    text = head.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(letter > "\x7f" for letter in text) - bad
    position = _first_bad_byte(path, "utf-8")
    if not position or _many_zeros(head) or good == 0 or good < _GOOD_PER_BAD * bad:
        return
    with path.open("rb") as file:
        before = file.read(position)
    line = before.count(b"\n") + 1
    raise FileProblem(
        rules.WRONG_ENCODING,
        f"`{name}` is UTF-8 except for a bad byte: byte {position:,} "
        f"(line {line:,}) is {before[-1:].hex()}",
        "correct that place in the file and save it as UTF-8",
        [f"before it stands {shown(before[-60:-1].decode('utf-8', 'ignore'))}"],
    )


def guessed_sample(path: Path, encoding: str) -> str:
    """The first line with a letter beyond ASCII, as `encoding` reads it.

    Where there is none, the first line. Of a folder, its first text file with such a letter.
    """
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if file.is_file()]
        samples = (guessed_sample(file, encoding) for file in files)
        return next((sample for sample in samples if not sample.isascii()), "")
    start = ""
    with path.open(encoding=encoding, errors="replace") as file:
        for line in file:
            if not line.isascii():
                first = next(i for i, letter in enumerate(line) if letter > "\x7f")
                return line[max(0, first - 20) : first + 40].strip()
            start = start or line[:60].strip()
    return start


def _guess(head: bytes) -> str:
    """The likeliest encoding of bytes that are not UTF-8.

    UTF-16 has a zero byte beside each ASCII character. Double-byte text comes in runs of high bytes
    of even length; in Western text high bytes stand alone, in Cyrillic text words of any length
    are made of them.
    """
    if _many_zeros(head):
        return "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"
    runs = [len(run) for run in _HIGH_RUN.findall(head)]
    if not runs:
        return "cp1252"
    high = sum(runs)
    if 2 * len(_KANA.findall(head)) > high // 5 and _decodes(head, "cp932"):
        return "cp932"
    if _share(head, rb"[\xa4-\xc6](?:[\x40-\x7e]|[\xa1-\xfe])") > 0.9 and (
        sum(run % 2 == 0 for run in runs) < 0.8 * len(runs) and _decodes(head, "big5")
    ):
        return "big5"
    if _share(head, rb"[\xb0-\xc8][\xa1-\xfe]") > 0.95 and _decodes(head, "cp949"):
        return "cp949"
    if sum(run % 2 == 0 for run in runs) >= 0.8 * len(runs) and _decodes(head, "gb18030"):
        return "gb18030"
    if high >= 3 * len(runs) and _share(head, rb"[\xc0-\xdf]") > 0.75:
        return "koi8-r"
    if high >= 3 * len(runs) and _decodes(head, "cp1251"):
        return "cp1251"
    if _is_central_european(head) and _decodes(head, "cp1250"):
        return "cp1250"
    return "cp1252" if _decodes(head, "cp1252") else "latin-1"


def _is_central_european(head: bytes) -> bool:
    """Whether signs that are none of a Western word stand inside words, or Czech letters do.

    Polish and Romanian letters lie where Western encodings have superscripts, fractions and
    currencies; the Czech ones together with letters that no Western language has beside them.
    """
    high = sum(map(len, _HIGH_RUN.findall(head)))
    odd = len(_SIGN_IN_WORD.findall(head))
    carons = sum(head.count(byte) for byte in (b"\x9a", b"\x9e", b"\x9d"))
    czech = sum(head.count(byte) for byte in (b"\xec", b"\xe8", b"\xf8", b"\xf9"))
    return odd > 0.05 * high or (carons > 0.05 * high and carons + czech > 0.25 * high)


def _share(head: bytes, pattern: bytes) -> float:
    """The share of all high bytes that stand in matches of `pattern`."""
    high = sum(map(len, _HIGH_RUN.findall(head)))
    matched = sum(sum(byte > 0x7F for byte in found) for found in re.findall(pattern, head))
    return matched / max(1, high)


def _many_zeros(head: bytes) -> bool:
    return head[:4096].count(0) > len(head[:4096]) // 5


def _decodes(head: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return False
    return True
