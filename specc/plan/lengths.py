"""How many tokens the training texts have, by the base's own tokenizer where it is here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from specc.data.facts import DataFacts

SAMPLE = 20_000
"""Texts that are counted, evenly spaced over the split: the quantiles of more hardly differ."""


@dataclass(frozen=True, slots=True)
class TokenLengths:
    """Tokens a training text (pairs: both texts), special tokens included, ascending.

    `exact` is False where the tokenizer is not here and characters were divided instead.
    """

    tokens: tuple[int, ...]
    exact: bool

    def share_over(self, limit: int) -> float:
        """Share of the texts with more than `limit` tokens."""
        return sum(length > limit for length in self.tokens) / len(self.tokens)

    def quantile(self, share: float) -> int:
        return self.tokens[min(len(self.tokens) - 1, int(share * len(self.tokens)))]

    @property
    def longest(self) -> int:
        return self.tokens[-1]


def _sampled_texts(facts: DataFacts, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    table = facts.splits["train"].table.select(list(columns))
    stride = -(-table.num_rows // SAMPLE)
    if stride > 1:
        table = table.take(list(range(0, table.num_rows, stride)))
    return list(zip(*(table[name].to_pylist() for name in columns), strict=True))


def count_tokens(
    facts: DataFacts, columns: tuple[str, ...], tokenizer: Path | None
) -> TokenLengths:
    """Lengths of (a sample of) the training texts."""
    texts = _sampled_texts(facts, columns)
    if tokenizer is None:
        return TokenLengths(tuple(sorted(_estimate(parts) for parts in texts)), exact=False)
    from tokenizers import Tokenizer  # `specc check` does not get here

    encoder = Tokenizer.from_file(str(tokenizer))
    encoder.no_padding()
    encoder.no_truncation()
    inputs = [parts[0] for parts in texts] if len(columns) == 1 else texts
    return TokenLengths(
        tuple(sorted(len(e) for e in encoder.encode_batch_fast(inputs))), exact=True
    )


def _estimate(parts: tuple[str, ...]) -> int:
    """An upper estimate: a token is at least 3 characters of Latin script, or 1 of another."""
    other = sum(1 for part in parts for character in part if character > "\u2000")
    latin = sum(map(len, parts)) - other
    return latin // 3 + other + 1 + 2 * len(parts)
