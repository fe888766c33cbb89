"""From files to blocks of tokens: read, clean, split, tokenize, join, cut into blocks."""

import hashlib
import math
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
from tokenizers import Encoding, Tokenizer, decoders, models, pre_tokenizers, trainers
from torch.nn.utils.rnn import pad_sequence

from config import Config
from model import END_ID

FOLDER = Path(__file__).parent
COLUMNS = ("text",)
PART = 100_000  # characters that are tokenized at a time: tokens take far more memory than text
END = "<|endoftext|>"


@dataclass(frozen=True)
class Examples:
    """The documents of one split in file order; of their blocks, the first `num_blocks` or all."""

    texts: list[str]
    num_blocks: int | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def head(self, count: int | None) -> "Examples":
        """The first `count` blocks; all of them where there is no limit."""
        return replace(self, num_blocks=count)

    def pick(self, rows: list[int]) -> "Examples":
        """The documents of these rows."""
        return Examples([self.texts[row] for row in rows])


def clean(text: str) -> str:
    """What is done to every text, in training and in predict.py alike."""
    return text


def read_table(path: str, columns: tuple[str, ...] = COLUMNS) -> pa.Table:
    """A row a paragraph; empty lines stand between them."""
    text = (FOLDER / path).read_text(encoding="utf-8-sig")
    return pa.table([re.split(r"\n(?:[ \t]*\n)+", text.strip("\n"))], list(columns))


def read_examples(paths: tuple[str, ...], config: Config) -> Examples:
    """Clean documents of all files of one split."""
    table = pa.concat_tables([read_table(path) for path in paths])
    texts = [clean(text) for text in table["text"].to_pylist()]
    # Rows without use are left out: empty texts (0 when this project was made).
    kept = [row for row, text in enumerate(texts) if text]
    texts = [texts[row] for row in kept]
    return Examples(texts)


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


def load_tokenizer(config: Config, texts: list[str], saved: Path) -> Tokenizer:
    """Byte-level BPE of the training texts; a resumed run uses the one it saved."""
    if not saved.exists():
        learn_tokenizer(config, texts, saved)
    tokenizer = Tokenizer.from_file(str(saved))
    # An end token that stands in a text as letters is text.
    tokenizer.encode_special_tokens = True
    return tokenizer


def learn_tokenizer(config: Config, texts: list[str], saved: Path) -> None:
    """Learns from the texts and writes `saved`."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=config.vocab_size,
        special_tokens=[END],  # gets the id END_ID
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((part for text in texts for part in split_lines(text)), trainer)
    saved.parent.mkdir(parents=True, exist_ok=True)
    unfinished = saved.with_suffix(".tmp")
    tokenizer.save(str(unfinished))
    unfinished.replace(saved)  # whole or not there, so that a killed run can be resumed


def encode(tokenizer: Tokenizer, texts: Iterable[str]) -> Iterator[tuple[str, Encoding]]:
    """The texts in parts that end at a line end, each with its tokens; an empty part opens a text."""
    parts = (part for text in texts for part in ("", *split_lines(text)))
    while group := list(islice(parts, 100)):
        yield from zip(group, tokenizer.encode_batch(group, add_special_tokens=False), strict=True)


def split_lines(text: str) -> Iterator[str]:
    """A text in parts of `PART` characters and the rest of a line."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + PART) + 1 or len(text)
        yield text[start:end]
        start = end


def byte_counts(text: str, encoding: Encoding) -> np.ndarray:
    """UTF-8 bytes of each token (T,); those of a character in several tokens go to the first."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    sizes = 1 + (codes > 0x7F) + (codes > 0x7FF) + (codes > 0xFFFF)
    ends = np.maximum.accumulate([end for _, end in encoding.offsets])
    ends[-1] = len(text)
    return np.diff(np.concatenate([[0], np.cumsum(sizes)])[ends], prepend=0)


class Loader:
    """Blocks of one split: its documents as one stream of tokens, with an end token around each.

    Every token of the stream but the first is a target exactly once; only the last block may be
    short. A batch is a dictionary: `input_ids` (B, T), `position_ids` (B, T)
    and `labels` (N,), the tokens that come next, row by row.
    """

    def __init__(self, examples: Examples, tokenizer: Tokenizer, config: Config) -> None:
        self.examples, self.tokenizer, self.config = examples, tokenizer, config
        self.end_id = END_ID
        parts = [
            torch.tensor(encoding.ids if part else [self.end_id], dtype=torch.int32)
            for part, encoding in encode(tokenizer, examples.texts)
        ]
        self.stream = torch.cat([*parts, torch.tensor([self.end_id], dtype=torch.int32)])
        num_blocks = math.ceil((len(self.stream) - 1) / config.block_size)
        self.num_blocks = min(num_blocks, examples.num_blocks or num_blocks)

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(self.num_blocks / self.config.batch_size)

    def length_note(self) -> str:
        """How many tokens there are to predict, and how full the last block is."""
        num_targets = len(self.stream) - 1
        last = num_targets - (self.num_blocks - 1) * self.config.block_size
        return (
            f"{num_targets:,} training tokens in {self.num_blocks:,} blocks of "
            f"{self.config.block_size}; the last one holds {last}"
        )

    @cached_property
    def num_bytes(self) -> np.ndarray:
        """UTF-8 bytes of each target of the stream (S,); an end token has none."""
        counts = [
            byte_counts(part, encoding) if encoding.ids else np.zeros(int(not part), int)
            for part, encoding in encode(self.tokenizer, self.examples.texts)
        ]
        return np.concatenate([*counts, [0]])[1:]

    def targets(self, row: int) -> torch.Tensor:
        """The tokens that block `row` predicts, at most T."""
        size = self.config.block_size
        return self.stream[row * size + 1 : (row + 1) * size + 1].long()

    def epoch(self, epoch: int) -> list[list[int]]:
        """Row numbers of each batch of one epoch.

        A pure function of seed and epoch, so that a resumed run meets the same batches.
        """
        rows = list(range(self.num_blocks))
        random.Random(f"{self.config.seed}-{epoch}").shuffle(rows)
        size = self.config.batch_size
        return [rows[start : start + size] for start in range(0, len(rows), size)]

    def starting_at(self, step: int) -> Iterator[dict[str, torch.Tensor]]:
        """The training batches from optimizer step `step` on, without end."""
        epoch, position = divmod(step, len(self))
        while True:
            for rows in self.epoch(epoch)[position:]:
                yield self.batch(rows)
            epoch, position = epoch + 1, 0

    def in_order(self) -> Iterator[tuple[list[int], dict[str, torch.Tensor]]]:
        """Every block once, in the order of the text."""
        size = self.config.eval_batch_size
        for start in range(0, self.num_blocks, size):
            rows = list(range(start, min(start + size, self.num_blocks)))
            yield rows, self.batch(rows)

    def batch(self, rows: list[int]) -> dict[str, torch.Tensor]:
        """The tensors of these blocks; the one that may be short is the last."""
        size = self.config.block_size
        targets = [self.targets(row) for row in sorted(rows)]
        before = [
            self.stream[row * size :][: len(after)].long()
            for row, after in zip(sorted(rows), targets, strict=True)
        ]
        input_ids = pad_sequence(before, batch_first=True, padding_value=self.end_id)
        return {
            "input_ids": input_ids,
            "position_ids": positions(input_ids, self.end_id),
            "labels": torch.cat(targets),
        }


def positions(input_ids: torch.Tensor, opening: int) -> torch.Tensor:
    """Positions (B, T) that begin anew at each document, at the token that opens it.

    The library keeps tokens apart whose positions do not go on, if it gets no mask and no cache.
    """
    places = torch.arange(input_ids.shape[1]).expand_as(input_ids)
    return places - torch.where(input_ids == opening, places, 0).cummax(1).values
