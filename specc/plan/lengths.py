"""How many tokens the training texts have, by the base's own tokenizer where it is here."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from specc.data.facts import DataFacts
from specc.data.rows import joined, spaced
from specc.diagnostics.diagnostic import Diagnostic, Note, SpecError
from specc.diagnostics.rules import plan as rules
from specc.language.finding import shown
from specc.language.model import Pretrained, Scratch
from specc.language.spec import Spec
from specc.yaml.source import Source

SAMPLE = 20_000
"""Texts that are counted, evenly spaced over the split: the quantiles of more hardly differ."""

AT_ONCE = 1000
"""Texts whose tokens are in memory at a time: they take a hundred times that of the text."""

HEADROOM = 2
"""A limit that comes from an estimate is this many times what it says: a batch is padded to its own
longest text, so room costs little, and identifiers or code have more tokens than words do."""

_PIECES = re.compile(r"[0-9A-Za-z\u00aa-\u024f\u1e00-\u1eff]+|\S")


class UnusableTokenizer(Exception):
    """tokenizer.json cannot be read or used; the message says why, in the library's words."""


@dataclass(frozen=True, slots=True)
class TokenLengths:
    """Tokens a training text (pairs: both texts), special tokens included, ascending.

    `exact` is False where the tokenizer is not here and characters were divided instead.
    `distinct` tokens occur in them; None where they were not counted.
    """

    tokens: tuple[int, ...]
    exact: bool
    distinct: int | None = None

    def share_over(self, limit: int) -> float:
        """Share of the texts with more than `limit` tokens."""
        return sum(length > limit for length in self.tokens) / len(self.tokens)

    def windows(self, limit: int) -> float:
        """Windows a text, where longer ones are read in windows that overlap by about half."""
        windows = sum(max(1, math.ceil(2 * length / limit) - 1) for length in self.tokens)
        return windows / len(self.tokens)

    def quantile(self, share: float) -> int:
        return self.tokens[min(len(self.tokens) - 1, int(share * len(self.tokens)))]

    @property
    def enough(self) -> int:
        """A limit, in steps of 8, that nearly all texts keep; twice an estimate."""
        return 8 * math.ceil(self.quantile(0.995) * (1 if self.exact else HEADROOM) / 8)

    @property
    def longest(self) -> int:
        return self.tokens[-1]


def broken_tokenizer(spec: Spec, source: Source, error: UnusableTokenizer) -> SpecError:
    """What is said of the base's tokenizer.json."""
    diagnostic = Diagnostic(
        rules.BROKEN_TOKENIZER,
        f"the tokenizer.json of `{getattr(spec.model, 'base', '')}` cannot be used",
        source.file,
        source.span("model", "base"),
        "save it again with `tokenizer.save_pretrained(folder)`",
        (Note(f"`{shown(str(error))}`"),),
    )
    return SpecError((diagnostic,))


def letters_per_token(model: Pretrained | Scratch) -> int:
    """How long a token of Latin script is likely to be.

    A small vocabulary holds few whole words, a tiny one little more than the alphabet.
    """
    size = model.tokenizer.vocab_size if isinstance(model, Scratch) else 30_000
    return 1 if size < 500 else 2 if size < 4000 else 3


def _sampled_texts(facts: DataFacts, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    table = facts.splits["train"].table.select(list(columns))
    table = spaced(table, -(-table.num_rows // SAMPLE))
    return list(zip(*(joined(table[name]).to_pylist() for name in columns), strict=True))


def count_tokens(
    facts: DataFacts,
    columns: tuple[str, ...],
    tokenizer: Path | None,
    letters_per_token: int = 3,
    as_read: Callable[[tuple[str, ...]], tuple[str, ...]] = tuple,
) -> TokenLengths:
    """Lengths of (a sample of) the training texts.

    `letters_per_token` is for the estimate: of Latin script, by a vocabulary of usual size.
    `as_read` makes of the columns of a row the text, or the two texts, that the tokenizer gets.

    Raises:
        UnusableTokenizer: if `tokenizer` is broken.
    """
    texts = [as_read(parts) for parts in _sampled_texts(facts, columns)]
    if tokenizer is None:
        estimates = (_estimate(parts, letters_per_token) for parts in texts)
        return TokenLengths(tuple(sorted(estimates)), exact=False)
    from tokenizers import Tokenizer  # `specc check` does not get here

    lengths: list[int] = []
    occurring: set[int] = set()
    inputs = [parts[0] for parts in texts] if len(texts[0]) == 1 else texts
    try:
        encoder = Tokenizer.from_file(str(tokenizer))
        encoder.no_padding()
        encoder.no_truncation()
        for start in range(0, len(inputs), AT_ONCE):
            encoded = encoder.encode_batch_fast(inputs[start : start + AT_ONCE])
            lengths += map(len, encoded)
            occurring.update(token for text in encoded for token in text.ids)
    except Exception as error:  # the library raises nothing narrower
        raise UnusableTokenizer(str(error)) from error
    return TokenLengths(tuple(sorted(lengths)), exact=True, distinct=len(occurring))


def _estimate(parts: tuple[str, ...], letters_per_token: int) -> int:
    """An upper estimate for usual texts.

    A word of Latin letters and digits has a token for every few of them and at least one; each
    other character (punctuation, and every letter of another script) is a token of its own.
    """
    tokens = 2 * len(parts)
    for part in parts:
        tokens += sum(math.ceil(len(p) / letters_per_token) for p in _PIECES.findall(part))
    return tokens
