"""Sentences as the model reads them: whole where they fit, in overlapping windows where they do not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

{{ model.tokenizer_import }}

from config import Config
from store import Ragged, Table


@dataclass(frozen=True)
class Window:
    """As much of a sentence as the model reads at a time: mostly all of it.

    `positions` are the tokens of the window that carry a tag, `words` the words it is the tag of.
    """

    row: int
    token_ids: {{ data.ids_type }}
    positions: list[int]
    words: list[int]


# {% if data.on_disk %}
class Windows(Sequence[Window]):
    """Windows that lie in a mapped file."""

    def __init__(self, table: Table) -> None:
        self.rows = table.numbers("rows")
        self.token_ids = Ragged(table.chunks("token_ids"))
        self.positions = Ragged(table.chunks("positions"))
        self.words = Ragged(table.chunks("words"))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: Any) -> Any:
        positions, words = self.positions[i].tolist(), self.words[i].tolist()
        return Window(int(self.rows[i]), self.token_ids[i], positions, words)


# {% endif %}
# {% if model.tokenizer_file %}
def encode(tokenizer: Tokenizer, sentences: list[list[str]]) -> list[list[list[int]]]:
    """Token ids of each word; the unknown token where the tokenizer leaves nothing of a word."""
    unknown = tokenizer.token_to_id({{ task.unknown | py }}) or 0
    encodings = tokenizer.encode_batch(sentences, is_pretokenized=True, add_special_tokens=False)
    encoded = []
    for words, encoding in zip(sentences, encodings, strict=True):
        pieces: list[list[int]] = [[] for _ in words]
        for token, word in zip(encoding.ids, encoding.word_ids, strict=True):
            pieces[word or 0].append(token)  # without special tokens, each has its word
        encoded.append([ids or [unknown] for ids in pieces])
    return encoded


# {% else %}
def encode(
    tokenizer: PreTrainedTokenizerBase, sentences: list[list[str]]
) -> list[list[list[int]]]:
    """Token ids of each word; the unknown token where the tokenizer leaves nothing of a word."""
    encoding = tokenizer(sentences, is_split_into_words=True, add_special_tokens=False)
    encoded = []
    for row, words in enumerate(sentences):
        pieces: list[list[int]] = [[] for _ in words]
        for token, word in zip(encoding["input_ids"][row], encoding.word_ids(row), strict=True):
            pieces[word].append(token)
        encoded.append([ids or [tokenizer.unk_token_id or 0] for ids in pieces])
    return encoded


# {% endif %}
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


def cut_windows(
    tokenizer: {{ model.tokenizer_class }}, sentences: list[list[str]], config: Config
) -> list[Window]:
    """The windows of all sentences, in order. Of a very long word, the first tokens stand for it."""
    # {% if model.tokenizer_file %}
    start, *_, end = tokenizer.encode("").ids
    # {% else %}
    start, *_, end = tokenizer("")["input_ids"]
    # {% endif %}
    size = config.max_length - 2
    windows = []
    for row, whole in enumerate(encode(tokenizer, sentences)):
        pieces = [ids[: size // 2] for ids in whole]
        for read, answered in windows_of([len(ids) for ids in pieces], size):
            token_ids = [start]
            positions: list[int] = []
            words: list[int] = []
            for word in read:
                # {% if task.labels_all %}
                carrying = len(pieces[word]) if word in answered else 0
                # {% else %}
                carrying = 1 if word in answered else 0
                # {% endif %}
                positions += range(len(token_ids), len(token_ids) + carrying)
                words += [word] * carrying
                token_ids += pieces[word]
            windows.append(Window(row, [*token_ids, end], positions, words))
    return windows
