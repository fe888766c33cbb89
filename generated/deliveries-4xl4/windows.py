"""Sentences as the model reads them: whole where they fit, in overlapping windows where they do not."""

from collections.abc import Iterator
from dataclasses import dataclass

from tokenizers import Tokenizer

from config import Config


@dataclass(frozen=True)
class Window:
    """As much of a sentence as the model reads at a time: mostly all of it.

    `positions` are the tokens of the window that carry a tag, `words` the words it is the tag of.
    """

    row: int
    token_ids: list[int]
    positions: list[int]
    words: list[int]


def encode(tokenizer: Tokenizer, sentences: list[list[str]]) -> list[list[list[int]]]:
    """Token ids of each word; the unknown token where the tokenizer leaves nothing of a word."""
    unknown = tokenizer.token_to_id("[UNK]") or 0
    encodings = tokenizer.encode_batch(sentences, is_pretokenized=True, add_special_tokens=False)
    encoded = []
    for words, encoding in zip(sentences, encodings, strict=True):
        pieces: list[list[int]] = [[] for _ in words]
        for token, word in zip(encoding.ids, encoding.word_ids, strict=True):
            pieces[word or 0].append(token)  # without special tokens, each has its word
        encoded.append([ids or [unknown] for ids in pieces])
    return encoded


def windows_of(lengths: list[int], size: int) -> Iterator[tuple[range, range]]:
    """Windows of at most `size` tokens over words of these lengths: words read, words answered for.

    Neighbours share up to a quarter of their tokens and each answers for its half of them, so that
    every word is read with what stands on both sides of it.
    """
    first = answered = 0
    while answered < len(lengths):
        last, tokens = first, 0
        while last < len(lengths) and tokens + lengths[last] <= size:
            tokens, last = tokens + lengths[last], last + 1
        shared, tokens = last, 0
        while last < len(lengths) and tokens + lengths[shared - 1] <= size // 4:
            tokens, shared = tokens + lengths[shared - 1], shared - 1
        end = (shared + last + 1) // 2
        yield range(first, last), range(answered, end)
        first, answered = shared, end


def cut_windows(tokenizer: Tokenizer, sentences: list[list[str]], config: Config) -> list[Window]:
    """The windows of all sentences, in order. Of a very long word, the first tokens stand for it."""
    start, *_, end = tokenizer.encode("").ids
    size = config.max_length - 2
    windows = []
    for row, whole in enumerate(encode(tokenizer, sentences)):
        pieces = [ids[: size // 2] for ids in whole]
        for read, answered in windows_of([len(ids) for ids in pieces], size):
            token_ids = [start]
            positions: list[int] = []
            words: list[int] = []
            for word in read:
                carrying = 1 if word in answered else 0
                positions += range(len(token_ids), len(token_ids) + carrying)
                words += [word] * carrying
                token_ids += pieces[word]
            windows.append(Window(row, [*token_ids, end], positions, words))
    return windows
