"""From a hub data set to batches: read, clean, tokenize, group by length."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import torch
from huggingface_hub import hf_hub_download
from tokenizers import Tokenizer

from config import Config

FOLDER = Path(__file__).parent
COLUMNS = ("sentence", "label")


@dataclass(frozen=True)
class Examples:
    """One split in file order. Targets are class ids (N,)."""

    texts: list[str]
    targets: torch.Tensor

    def __len__(self) -> int:
        return len(self.texts)

    def head(self, count: int | None) -> "Examples":
        """The first `count` examples; all of them where there is no limit."""
        return Examples(self.texts[:count], self.targets[:count])


def clean(text: str) -> str:
    """What is done to every text, in training and in predict.py alike."""
    return " ".join(text.split())


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

    rows = load_dataset(config.dataset, split=split)
    table = rows.select_columns(list(COLUMNS)).with_format("arrow")[:]
    return pa.table({name: as_text(table[name]) for name in COLUMNS})


def to_targets(labels: list[str], config: Config) -> torch.Tensor:
    """Class ids (N,), long."""
    ids = {name: index for index, name in enumerate(config.labels)}
    # A hub column of class labels holds their numbers.
    ids = {str(index): index for index in range(len(config.labels))} | ids
    return torch.tensor([ids[label] for label in labels])


def read_examples(split: str, config: Config) -> Examples:
    """Clean texts and targets of one split."""
    table = read_table(split, config)
    texts = [clean(text) for text in table["sentence"].to_pylist()]
    labels = table["label"].to_pylist()
    # Rows without use are left out: empty texts.
    kept = [row for row, text in enumerate(texts) if text]
    texts, labels = [texts[row] for row in kept], [labels[row] for row in kept]
    return Examples(texts, to_targets(labels, config))


def read_splits(config: Config) -> dict[str, Examples]:
    """The splits by name."""
    return {
        "train": read_examples(config.train_split, config),
        "validation": read_examples(config.validation_split, config),
    }


def load_tokenizer(config: Config, saved: Path | None = None) -> Tokenizer:
    """The tokenizer that the encoder was pretrained with; `saved`: the copy in the folder of a trained model."""
    path = saved / "tokenizer.json" if saved else hf_hub_download(config.base, "tokenizer.json")
    return prepare(Tokenizer.from_file(str(path)), config)


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


class Loader:
    """Batches of one split, padded to the longest text of the batch.

    A batch is a dictionary: `input_ids` and `attention_mask` (B, T), `labels` (B,).
    """

    def __init__(
        self, examples: Examples, tokenizer: Tokenizer, config: Config, device: torch.device
    ) -> None:
        self.examples = examples
        self.config = config
        self.device = device
        self.pad_id = tokenizer.token_to_id("<pad>") or 0
        self.token_ids, self.num_truncated = encode(tokenizer, examples.texts)

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(len(self.token_ids) / self.config.batch_size)

    def length_note(self) -> str:
        """How many texts lose tokens to `max_length`."""
        return f"{self.num_truncated} of {len(self.token_ids)} training texts are truncated"

    def epoch(self, epoch: int) -> list[list[int]]:
        """Row numbers of each batch of one epoch: texts of similar length together.

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
        """Every row once, longest texts first: what does not fit in memory fails at once."""
        size = self.config.eval_batch_size
        rows = sorted(range(len(self.token_ids)), key=lambda row: -len(self.token_ids[row]))
        for start in range(0, len(rows), size):
            yield rows[start : start + size], self.batch(rows[start : start + size])

    def batch(self, rows: list[int]) -> dict[str, torch.Tensor]:
        """The tensors of these rows."""
        num_tokens = torch.tensor([len(self.token_ids[row]) for row in rows])
        length = int(num_tokens.max())
        input_ids = torch.full((len(rows), length), self.pad_id)
        for i, row in enumerate(rows):
            input_ids[i, : num_tokens[i]] = torch.tensor(self.token_ids[row])
        batch = {
            "input_ids": input_ids,
            "attention_mask": (torch.arange(length) < num_tokens[:, None]).long(),
            "labels": self.examples.targets[rows],
        }
        return {name: tensor.to(self.device) for name, tensor in batch.items()}
