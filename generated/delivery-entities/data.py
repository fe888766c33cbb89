"""From files to batches: read, clean, split, group by length."""

import hashlib
import json
import math
import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import torch
from tokenizers import Tokenizer

from config import Config
from model import base_folder
from windows import cut_windows

FOLDER = Path(__file__).parent
COLUMNS = ("text", "entities")
# Scripts without spaces between words, as the Unicode names of their letters begin.
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "MYANMAR", "KHMER")


@dataclass(frozen=True)
class Examples:
    """One split in file order: the words of each sentence, and the tag id of each word."""

    words: list[list[str]]
    tags: list[list[int]]

    def __len__(self) -> int:
        return len(self.words)

    def head(self, count: int | None) -> "Examples":
        """The first `count` sentences; all of them where there is no limit."""
        return Examples(self.words[:count], self.tags[:count])

    def pick(self, rows: list[int]) -> "Examples":
        """The sentences of these rows."""
        return Examples([self.words[row] for row in rows], [self.tags[row] for row in rows])


def clean(text: str) -> str:
    """What is done to every text, in training and in predict.py alike."""
    return text


@cache
def kind_of(character: str) -> str:
    """`m` joins what is before it, `w` joins its like, `1` is a word by itself, a space is none."""
    if unicodedata.category(character)[0] == "M" or character in "\u200c\u200d":
        return "m"  # accents, vowel signs, joiners
    if character.isspace():
        return " "
    is_unspaced = unicodedata.name(character, "").startswith(UNSPACED)
    return "w" if (character.isalnum() or character == "_") and not is_unspaced else "1"


def word_places(text: str) -> list[tuple[int, int]]:
    """Start and end of each word: letters and digits, or one letter without spaces, or one sign."""
    kinds = "".join(map(kind_of, text))
    return [match.span() for match in re.finditer("[wm]+|1m*", kinds)]


def column(item: dict[str, Any], name: str) -> Any:
    """A column of a row: the words of the text, or the BIO tags that the spans give them."""
    places = word_places(item[COLUMNS[0]])
    if name == COLUMNS[0]:
        return [item[name][start:end] for start, end in places]
    if name != COLUMNS[1]:
        return str(item[name])
    tags = ["O"] * len(places)
    for first, last, kind in sorted(map(span_of, item.get(name) or [])):
        met = [i for i, (start, end) in enumerate(places) if start < last and end > first]
        for position, i in enumerate([i for i in met if tags[i] == "O"]):
            tags[i] = f"{'I' if position else 'B'}-{kind}"
    return tags


def span_of(span: Any) -> tuple[int, int, str]:
    """Start, end and type of a span as the files write it."""
    return span[0], span[1], span[2]


def read_table(path: str) -> pa.Table:
    """The words of each text, and the tags that its spans give them."""
    text = (FOLDER / path).read_text(encoding="utf-8-sig")
    items = [json.loads(line) for line in text.split("\n") if line.strip()]
    return pa.table({name: [column(item, name) for item in items] for name in COLUMNS})


def read_examples(paths: tuple[str, ...], config: Config) -> Examples:
    """Clean words and tags of all files of one split."""
    table = pa.concat_tables([read_table(path) for path in paths])
    words = [[clean(word) for word in row or []] for row in table[COLUMNS[0]].to_pylist()]
    tags = [row or [] for row in table[COLUMNS[1]].to_pylist()]
    # Rows without use are left out: empty texts (0 when this project was made).
    kept = [row for row, sentence in enumerate(words) if " ".join(sentence)]
    words, tags = [words[row] for row in kept], [tags[row] for row in kept]
    ids = {tag: index for index, tag in enumerate(config.labels)}
    tag_ids = [[ids[tag] for tag in row] for row in tags]
    return Examples(words, tag_ids)


def cut(num_rows: int, config: Config) -> dict[str, list[int]]:
    """Row numbers by split, at random."""
    rng = random.Random(config.split_seed)
    rows = list(range(num_rows))
    rng.shuffle(rows)
    num_test = round(num_rows * config.test_fraction)
    num_held_out = num_test + round(num_rows * config.validation_fraction)
    return {
        "train": sorted(rows[num_held_out:]),
        "validation": sorted(rows[num_test:num_held_out]),
        "test": sorted(rows[:num_test]),
    }


def read_splits(config: Config) -> dict[str, Examples]:
    """The splits by name."""
    examples = read_examples(config.train_files, config)
    parts = cut(len(examples), config)
    return {name: examples.pick(parts[name]) for name in ("train", "validation", "test")}


def file_digests(config: Config) -> dict[str, str]:
    """The sha256 of each data file, for the record of a run."""
    digests = {}
    for path in config.train_files:
        with (FOLDER / path).open("rb") as stream:
            digests[path] = hashlib.file_digest(stream, "sha256").hexdigest()
    return digests


def load_tokenizer(config: Config, saved: Path | None = None) -> Tokenizer:
    """The tokenizer that the encoder was pretrained with; `saved`: the copy in the folder of a trained model."""
    folder = saved or base_folder(config)
    return prepare(Tokenizer.from_file(str(folder / "tokenizer.json")), config)


def prepare(tokenizer: Tokenizer, config: Config) -> Tokenizer:
    """Leaves windows of `max_length` and padding to those who make windows and batches."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class Loader:
    """Batches of one split, padded to the longest window of the batch.

    A batch is a dictionary: `input_ids` and `attention_mask` (B, T); `positions` (L,), the tokens
    that carry a tag, counted over the whole batch (B x T); `labels` (L,), their tag ids.
    """

    def __init__(self, examples: Examples, tokenizer: Tokenizer, config: Config) -> None:
        self.examples = examples
        self.config = config
        self.pad_id = tokenizer.token_to_id("[PAD]") or 0
        self.windows = cut_windows(tokenizer, examples.words, config)
        self.token_ids = [window.token_ids for window in self.windows]

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(len(self.windows) / self.config.batch_size)

    def length_note(self) -> str:
        """How many windows the sentences need."""
        return f"{len(self.windows)} windows of {len(self.examples)} training sentences"

    def epoch(self, epoch: int) -> list[list[int]]:
        """Row numbers of each batch of one epoch: sentences of similar length together.

        A pure function of seed and epoch, so that a resumed run meets the same batches.
        """
        rng = random.Random(f"{self.config.seed}-{epoch}")
        rows = list(range(len(self.token_ids)))
        rng.shuffle(rows)
        size = self.config.batch_size
        window = self.config.batches_per_window * size
        batches = []
        for start in range(0, len(rows), window):
            part = sorted(rows[start : start + window], key=lambda row: len(self.token_ids[row]))
            batches += [part[i : i + size] for i in range(0, len(part), size)]
        rng.shuffle(batches)
        # The longest batch first: what does not fit in memory fails at once.
        longest = max(range(len(batches)), key=lambda i: len(self.token_ids[batches[i][-1]]))
        batches[0], batches[longest] = batches[longest], batches[0]
        return batches

    def starting_at(self, step: int) -> Iterator[dict[str, torch.Tensor]]:
        """The training batches from optimizer step `step` on, without end."""
        epoch, position = divmod(step, len(self))
        while True:
            for rows in self.epoch(epoch)[position:]:
                yield self.batch(rows)
            epoch, position = epoch + 1, 0

    def in_order(self) -> Iterator[tuple[list[int], dict[str, torch.Tensor]]]:
        """Every row once, longest sentences first: what does not fit in memory fails at once."""
        size = self.config.eval_batch_size
        rows = sorted(range(len(self.token_ids)), key=lambda row: -len(self.token_ids[row]))
        for start in range(0, len(rows), size):
            yield rows[start : start + size], self.batch(rows[start : start + size])

    def batch(self, rows: list[int]) -> dict[str, torch.Tensor]:
        """The tensors of these windows."""
        windows = [self.windows[row] for row in rows]
        num_tokens = torch.tensor([len(window.token_ids) for window in windows])
        length = int(num_tokens.max())
        input_ids = torch.full((len(rows), length), self.pad_id)
        for i, window in enumerate(windows):
            input_ids[i, : num_tokens[i]] = torch.tensor(window.token_ids)
        positions = [i * length + p for i, window in enumerate(windows) for p in window.positions]
        tags = self.examples.tags
        return {
            "input_ids": input_ids,
            "attention_mask": (torch.arange(length) < num_tokens[:, None]).long(),
            "positions": torch.tensor(positions),
            "labels": torch.tensor(
                [tags[window.row][word] for window in windows for word in window.words]
            ),
        }
