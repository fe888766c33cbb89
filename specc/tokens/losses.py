"""Counts what a tokenizer loses of texts: what it does not know, and what it cannot write."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from specc import __version__
from specc.cache import keep, recall
from specc.plan.tokenizer_file import TokenizerFile

_SHOWN = 5
_LONGEST_SHOWN = 12


@dataclass
class Losses:
    """Of `texts` texts, `losing` lose some of their `characters` (white space is not counted).

    `lost` characters in all, of which `examples` are the most common. Of texts that are written,
    `breaks` lose line breaks, and `spaces` other white space.
    """

    texts: int = 0
    losing: int = 0
    characters: int = 0
    lost: int = 0
    breaks: int = 0
    spaces: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def share_of_texts(self) -> float:
        return self.losing / max(1, self.texts)

    @property
    def share(self) -> float:
        return self.lost / max(1, self.characters)


def count_losses(
    file: TokenizerFile, texts: list[str], written: bool, reads_special: bool
) -> Losses:
    """What is lost when the texts are read, or (`written`) could never be written.

    Raises:
        Exception: of the tokenizers library, which has no narrower one, if it cannot use the file.
    """
    version = importlib.metadata.version("tokenizers")
    question = [__version__, version, file.digest, written, reads_special, texts]
    key = f"losses-{hashlib.sha256(json.dumps(question).encode()).hexdigest()}"
    known = recall(key)
    if known is None:
        known = asdict(_count(file, texts, written, reads_special))
        keep(key, known)
    return Losses(**known)


def _count(file: TokenizerFile, texts: list[str], written: bool, reads_special: bool) -> Losses:
    from tokenizers import Tokenizer  # takes a while, and the answer may be known

    tokenizer = Tokenizer.from_file(str(file.path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    # Names of special tokens in the texts are told for themselves.
    tokenizer.encode_special_tokens = written or not reads_special
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    losses, parts = Losses(len(texts)), Counter[str]()
    decoded = tokenizer.decode_batch([e.ids for e in encodings]) if written else texts
    for text, encoding, back in zip(texts, encodings, decoded, strict=True):
        gone = Counter(_unwritten(text, back) if written else _unread(file, text, encoding))
        losses.characters += sum(not letter.isspace() for letter in text)
        losses.lost += sum(len(part) * number for part, number in gone.items())
        losses.losing += bool(gone)
        if written:
            losses.breaks += back.count("\n") < text.replace("\r\n", "\n").count("\n")
            losses.spaces += _indented(back) != _indented(text)
        parts.update(part[:_LONGEST_SHOWN] for part in gone)
    losses.examples = [part for part, _ in parts.most_common(_SHOWN)]
    return losses


def _unread(file: TokenizerFile, text: str, encoding: Any) -> Iterator[str]:
    """Parts that become the unknown token, and letters of which no token is made."""
    if file.unknown is not None and file.unknown in encoding.ids:
        for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
            if token == file.unknown and (part := "".join(text[start:end].split())):
                yield part
    if file.drops:
        covered = {place for start, end in encoding.offsets for place in range(start, end)}
        for place, letter in enumerate(text):
            if place not in covered and unicodedata.category(letter)[0] in "LNPS":
                yield letter


def _unwritten(text: str, back: str) -> Iterator[str]:
    """Characters that do not come back, whatever their Unicode form."""
    if text == back:
        return
    wanted = Counter(unicodedata.normalize("NFKC", text))
    wanted.subtract(unicodedata.normalize("NFKC", back))
    for letter, number in wanted.items():
        if not letter.isspace() and unicodedata.category(letter)[0] != "C":
            yield from [letter] * max(0, number)


def _indented(text: str) -> list[str]:
    """The white space of a text without its line breaks, run by run; single spaces are left out."""
    runs, run = [], ""
    for letter in text + "x":
        if letter.isspace() and letter not in "\r\n":
            run += letter
        else:
            runs += [run] if len(run) > 1 or "\t" in run else []
            run = ""
    return runs
