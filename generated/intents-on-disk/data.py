"""From files to batches: read, clean, split, tokenize, group by length."""

import hashlib
import math
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import torch
from tokenizers import Tokenizer

from config import Config
from model import base_folder
from store import (
    Column,
    Part,
    Ragged,
    Table,
    coded,
    digest,
    groups,
    lists_of,
    picked,
    shuffled,
    slices,
    stored,
    untruncated,
)

FOLDER = Path(__file__).parent
COLUMNS = ("message", "intent")
# Rows and tokens are stored; if one of these files or settings changes, they are made anew.
CODE = ("data.py", "store.py")
SETTINGS: tuple[str, ...] = ("max_length", "labels")
ROWS = pa.schema({"texts": pa.string(), "targets": pa.int64(), "strata": pa.string()})
TOKENS = pa.schema({"token_ids": pa.list_(pa.int32())})
BLOCK_SIZE = 1048576  # bytes parsed at a time; no row may be longer


@dataclass(frozen=True)
class Examples:
    """One split in file order. Targets are class ids (N,)."""

    texts: Sequence[str]
    targets: torch.Tensor
    key: str = ""  # that the rows are stored under, if they are

    def __len__(self) -> int:
        return len(self.texts)

    def head(self, count: int | None) -> "Examples":
        """The first `count` examples; all of them where there is no limit."""
        return Examples(self.texts[:count], self.targets[:count], self.key)

    def pick(self, rows: np.ndarray) -> "Examples":
        """The examples of these rows."""
        return Examples(
            picked(self.texts, rows), self.targets[rows], self.key and digest(self.key, rows)
        )


def clean(text: str) -> str:
    """What is done to every text, in training and in predict.py alike."""
    return " ".join(text.split())


def read_table(path: str, columns: tuple[str, ...] = COLUMNS) -> Iterator[pa.RecordBatch]:
    """The rows of a CSV file; every asked column as text."""
    yield from pyarrow.csv.open_csv(
        FOLDER / path,
        read_options=pyarrow.csv.ReadOptions(block_size=BLOCK_SIZE),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=",", quote_char='"', newlines_in_values=True
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=columns,
            column_types=dict.fromkeys(columns, pa.string()),
            strings_can_be_null=False,
        ),
    )


def to_targets(labels: list[str], config: Config) -> torch.Tensor:
    """Class ids (N,), long."""
    ids = {name: index for index, name in enumerate(config.labels)}
    return torch.tensor([ids[label] for label in labels])


def to_rows(table: pa.RecordBatch, config: Config) -> pa.RecordBatch:
    """Clean texts and targets of some rows."""
    texts = [clean(text) for text in table["message"].to_pylist()]
    labels = table["intent"].to_pylist()
    # Rows without use are left out: empty texts (0 when this project was made).
    kept = [row for row, text in enumerate(texts) if text]
    texts, labels = [texts[row] for row in kept], [labels[row] for row in kept]
    columns: dict[str, Any] = {"texts": texts, "targets": to_targets(labels, config).tolist()}
    columns["strata"] = labels
    return pa.record_batch([columns[name] for name in ROWS.names], schema=ROWS)


def read_examples(paths: tuple[str, ...], config: Config) -> tuple[Examples, Column]:
    """The clean examples of one split, read where they are stored, and the labels."""
    table, key = read_rows(paths, config)
    examples = Examples(table.column("texts"), torch.from_numpy(table.numbers("targets")), key)
    return examples, table.column("strata")


def rows_key(content: object, config: Config) -> str:
    """What rows and tokens are made of: data, settings and code, but no path."""
    settings = [getattr(config, name) for name in SETTINGS]
    return digest([digest(FOLDER / name) for name in CODE], settings, content)


def read_rows(paths: tuple[str, ...], config: Config) -> tuple[Table, str]:
    """The clean rows of all files of one split, and the key that they are stored under."""
    digests = file_digests(config)
    key = rows_key([digests[path] for path in paths], config)
    tables = (table for path in paths for table in read_table(path))
    parts: Iterator[Part] = (
        (to_rows(part, config), {}) for table in tables for part in slices(table)
    )
    return stored(FOLDER / config.cache_dir, key, ROWS, lambda: parts), key


def cut(labels: Column, config: Config) -> dict[str, np.ndarray]:
    """Row numbers by split; every class keeps its share."""
    rng = random.Random(config.split_seed)
    parts: dict[str, list[np.ndarray]] = {"train": [], "validation": [], "test": []}
    names, codes = coded(labels)
    by_class = np.argsort(codes, kind="stable")
    for members in np.split(by_class, np.cumsum(np.bincount(codes, minlength=len(names)))[:-1]):
        rows = shuffled(members, rng)
        num_test = round(len(rows) * config.test_fraction)
        num_held_out = num_test + round(len(rows) * config.validation_fraction)
        parts["test"].append(rows[:num_test])
        parts["validation"].append(rows[num_test:num_held_out])
        parts["train"].append(rows[num_held_out:])
    return {name: np.sort(np.concatenate(rows)) for name, rows in parts.items()}


def read_splits(config: Config) -> dict[str, Examples]:
    """The splits by name."""
    examples, labels = read_examples(config.train_files, config)
    parts = cut(labels, config)
    return {name: examples.pick(parts[name]) for name in ("train", "validation", "test")}


@cache
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
    """Truncates at `max_length`; padding is left to the batch, whatever the file says."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(config.max_length)
    return tokenizer


def encode(tokenizer: Tokenizer, texts: list[str]) -> tuple[list[list[int]], int]:
    """Token ids of each text, and how many texts were truncated."""
    encodings = tokenizer.encode_batch(texts)
    num_truncated = sum(bool(encoding.overflowing) for encoding in encodings)
    return [encoding.ids for encoding in encodings], num_truncated


def tokens_key(examples: Examples, tokenizer: Tokenizer) -> str:
    """The key of what the tokenizer makes of examples; none for examples that are stored nowhere."""
    return examples.key and digest(examples.key, len(examples), untruncated(tokenizer.to_str()))


def tokenized(examples: Examples, tokenizer: Tokenizer, config: Config) -> Table:
    """Token ids of each text, in the order of the examples."""

    def parts() -> Iterator[Part]:
        for texts in groups(examples.texts):
            ids, num_truncated = encode(tokenizer, texts)
            columns = [lists_of(ids)]
            yield pa.record_batch(columns, schema=TOKENS), {"truncated": num_truncated}

    os.environ["RAYON_NUM_THREADS"] = str(config.tokenizer_threads)
    return stored(FOLDER / config.cache_dir, tokens_key(examples, tokenizer), TOKENS, parts)


class Loader:
    """Batches of one split, padded to the longest text of the batch.

    A batch is a dictionary: `input_ids` and `attention_mask` (B, T), `labels` (B,).
    """

    def __init__(self, examples: Examples, tokenizer: Tokenizer, config: Config) -> None:
        self.examples = examples
        self.config = config
        self.pad_id = tokenizer.token_to_id("[PAD]") or 0
        tokens = tokenized(examples, tokenizer, config)
        self.token_ids = Ragged(tokens.chunks("token_ids"))
        self.num_truncated = tokens.counts["truncated"]

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(len(self.token_ids) / self.config.batch_size)

    def length_note(self) -> str:
        """How many texts lose tokens to `max_length`."""
        return f"{self.num_truncated} of {len(self.token_ids)} training texts are truncated"

    def epoch(self, epoch: int) -> list[np.ndarray]:
        """Row numbers of each batch of one epoch: texts of similar length together.

        A pure function of seed and epoch, so that a resumed run meets the same batches.
        """
        rng = random.Random(f"{self.config.seed}-{epoch}")
        lengths = self.token_ids.lengths
        rows = shuffled(np.arange(len(lengths)), rng)
        size = self.config.batch_size
        window = self.config.batches_per_window * size
        for start in range(0, len(rows), window):
            part = rows[start : start + window]
            part[:] = part[np.argsort(lengths[part], kind="stable")]
        batches = [rows[i : i + size] for i in range(0, len(rows), size)]
        rng.shuffle(batches)
        # The longest batch first: what does not fit in memory fails at once.
        longest = int(np.argmax([lengths[batch[-1]] for batch in batches]))
        batches[0], batches[longest] = batches[longest], batches[0]
        return batches

    def starting_at(self, step: int) -> Iterator[dict[str, torch.Tensor]]:
        """The training batches from optimizer step `step` on, without end."""
        epoch, position = divmod(step, len(self))
        while True:
            for rows in self.epoch(epoch)[position:]:
                yield self.batch(rows)
            epoch, position = epoch + 1, 0

    def in_order(self) -> Iterator[tuple[np.ndarray, dict[str, torch.Tensor]]]:
        """Every row once, longest texts first: what does not fit in memory fails at once."""
        size = self.config.eval_batch_size
        rows = np.argsort(-self.token_ids.lengths, kind="stable")
        for start in range(0, len(rows), size):
            yield rows[start : start + size], self.batch(rows[start : start + size])

    def batch(self, rows: Sequence[int] | np.ndarray) -> dict[str, torch.Tensor]:
        """The tensors of these rows."""
        num_tokens = torch.tensor([len(self.token_ids[row]) for row in rows])
        length = int(num_tokens.max())
        input_ids = torch.full((len(rows), length), self.pad_id)
        for i, row in enumerate(rows):
            input_ids[i, : num_tokens[i]] = torch.tensor(self.token_ids[row])
        return {
            "input_ids": input_ids,
            "attention_mask": (torch.arange(length) < num_tokens[:, None]).long(),
            "labels": self.examples.targets[rows],
        }
