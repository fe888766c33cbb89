"""From a hub data set to blocks of tokens: read, clean, tokenize, join, cut into blocks."""

import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
from huggingface_hub import hf_hub_download
from tokenizers import Encoding, Tokenizer
from torch.nn.utils.rnn import pad_sequence

from config import Config
from distributed import rank, world_size
from model import end_id

FOLDER = Path(__file__).parent
COLUMNS = ("text",)
PART = 100_000  # characters that are tokenized at a time: tokens take far more memory than text


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


def clean(text: str) -> str:
    """What is done to every text, in training and in predict.py alike."""
    return text


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers in their shortest form, true and false as 1 and 0, nothing as the empty text."""
    if pa.types.is_nested(column.type):  # a list of any of Arrow's kinds
        if pa.types.is_boolean(column.type.value_type):
            column = column.cast(pa.list_(pa.int8()))
        return column.cast(pa.list_(pa.string()))
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    return column.cast(pa.string()).fill_null("")


def read_table(split: str, config: Config) -> pa.Table:
    """The rows of one split of the hub's data set."""
    from datasets import load_dataset  # takes a second to import, and only this function needs it

    rows = load_dataset(config.dataset, config.dataset_name, split=split)
    table = rows.select_columns(list(COLUMNS)).with_format("arrow")[:]
    return pa.table({name: as_text(table[name]) for name in COLUMNS})


def read_examples(split: str, config: Config) -> Examples:
    """Clean documents of one split."""
    table = read_table(split, config)
    texts = [clean(text) for text in table["text"].to_pylist()]
    # Rows without use are left out: empty texts.
    kept = [row for row, text in enumerate(texts) if text]
    texts = [texts[row] for row in kept]
    return Examples(texts)


def read_splits(config: Config) -> dict[str, Examples]:
    """The splits by name."""
    return {
        "train": read_examples(config.train_split, config),
        "validation": read_examples(config.validation_split, config),
        "test": read_examples(config.test_split, config),
    }


def load_tokenizer(config: Config, saved: Path | None = None) -> Tokenizer:
    """The tokenizer that the model was pretrained with; `saved`: the copy in the folder of a trained model."""
    path = saved / "tokenizer.json" if saved else hf_hub_download(config.base, "tokenizer.json")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    # An end token that stands in a text as letters is text.
    tokenizer.encode_special_tokens = True
    return tokenizer


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
    short. A batch is a dictionary: `input_ids` (B, T)
    and `labels` (N,), the tokens that come next, row by row.
    """

    def __init__(
        self, examples: Examples, tokenizer: Tokenizer, config: Config, device: torch.device
    ) -> None:
        self.examples, self.tokenizer, self.config = examples, tokenizer, config
        self.device = device
        self.end_id = end_id(config)
        # What the tokenizer puts before a text opens each document; else the end of the one before.
        start_id = (tokenizer.encode("").ids or [self.end_id])[0]
        self.between = [self.end_id, start_id] if start_id != self.end_id else [self.end_id]
        parts = [
            torch.tensor(encoding.ids if part else self.between, dtype=torch.int32)
            for part, encoding in encode(tokenizer, examples.texts)
        ]
        parts.append(torch.tensor([self.end_id], dtype=torch.int32))
        self.stream = torch.cat(parts)[len(self.between) - 1 :]  # no end stands before the first
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
            byte_counts(part, encoding)
            if encoding.ids
            else np.zeros(len(self.between) * (not part), int)
            for part, encoding in encode(self.tokenizer, self.examples.texts)
        ]
        return np.concatenate([*counts, [0]])[len(self.between) :]

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

    def starting_at(self, step: int) -> Iterator[tuple[list[dict[str, torch.Tensor]], int]]:
        """This process's parts of the training batches, from optimizer step `step` on, without end.

        With the number of parts that hold rows of its own. All processes have equally many, because
        they wait for each other; where the rows do not suffice, a part repeats another process's row.
        """
        epoch, position = divmod(step, len(self))
        size = self.config.micro_batch
        while True:
            for rows in self.epoch(epoch)[position:]:
                own = rows[rank() :: world_size()]
                num_parts = math.ceil(math.ceil(len(rows) / world_size()) / size)
                parts = [own[i * size : (i + 1) * size] for i in range(num_parts)]
                batches = [self.batch(part if len(part) else rows[:1]) for part in parts]
                yield batches, sum(len(part) > 0 for part in parts)
            epoch, position = epoch + 1, 0

    def in_order(self) -> Iterator[tuple[list[int], dict[str, torch.Tensor]]]:
        """This process's share of the blocks: every n-th batch, in the order of the text.

        All processes have equally many batches, because they wait for each other; one that has no
        block left is given another's, and no row number.
        """
        size = self.config.eval_batch_size
        for start in range(0, self.num_blocks, world_size() * size):
            rows = list(range(start, min(start + world_size() * size, self.num_blocks)))
            own = rows[rank() * size :][:size]
            yield own, self.batch(own or rows[:1])

    def batch(self, rows: list[int]) -> dict[str, torch.Tensor]:
        """The tensors of these blocks; the one that may be short is the last."""
        size = self.config.block_size
        targets = [self.targets(row) for row in sorted(rows)]
        before = [
            self.stream[row * size :][: len(after)].long()
            for row, after in zip(sorted(rows), targets, strict=True)
        ]
        input_ids = pad_sequence(before, batch_first=True, padding_value=self.end_id)
        batch = {"input_ids": input_ids, "labels": torch.cat(targets)}
        if self.device.type == "cpu":
            return batch
        # A copy from pinned memory waits for nothing: the next batch is made while the GPU computes.
        return {
            name: tensor.pin_memory().to(self.device, non_blocking=True)
            for name, tensor in batch.items()
        }
