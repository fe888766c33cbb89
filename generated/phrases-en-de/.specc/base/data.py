"""From files to batches: read, clean, split, tokenize, group by length."""

import hashlib
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from config import Config

FOLDER = Path(__file__).parent
COLUMNS = ("en", "de")
SPECIAL = ["<pad>", "</s>", "<unk>"]


@dataclass(frozen=True)
class Examples:
    """One split in file order: what is read, and what is to be written."""

    texts: list[str]
    targets: list[str]

    def __len__(self) -> int:
        return len(self.texts)

    def head(self, count: int | None) -> "Examples":
        """The first `count` examples; all of them where there is no limit."""
        return Examples(self.texts[:count], self.targets[:count])

    def pick(self, rows: list[int]) -> "Examples":
        """The examples of these rows."""
        return Examples([self.texts[row] for row in rows], [self.targets[row] for row in rows])

    def all_texts(self) -> list[str]:
        """Sources and targets: they share a vocabulary."""
        return [*map(as_source, self.texts), *self.targets]


def clean(text: str) -> str:
    """What is done to every text, in training and in predict.py alike."""
    return text


def as_source(text: str) -> str:
    """What is read: it."""
    return text


def read_table(path: str, columns: tuple[str, ...] = COLUMNS) -> pa.Table:
    """A row a line, a file a column."""
    # Only \n ends a line: texts may hold other characters that some call line ends.
    lines = {}
    for column in columns:
        with (FOLDER / f"{path}.{column}").open(encoding="utf-8-sig", newline="\n") as file:
            lines[column] = [line.rstrip("\r\n") for line in file]
    return pa.table(lines)


def read_examples(paths: tuple[str, ...], config: Config) -> Examples:
    """Clean texts and targets of all files of one split."""
    table = pa.concat_tables([read_table(path) for path in paths])
    texts = [clean(text) for text in table["en"].to_pylist()]
    targets = [clean(text) for text in table["de"].to_pylist()]
    # Rows without use are left out: empty texts (0 when this project was made).
    kept = [row for row in range(len(texts)) if texts[row].strip() and targets[row].strip()]
    texts, targets = [texts[row] for row in kept], [targets[row] for row in kept]
    return Examples(texts, targets)


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
        for name in [f"{path}.{column}" for column in COLUMNS]:
            with (FOLDER / name).open("rb") as stream:
                digests[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return digests


def load_tokenizer(config: Config, texts: list[str], saved: Path) -> Tokenizer:
    """The tokenizer trained on the training texts; a resumed run uses the one it saved."""
    if saved.exists():
        return prepare(Tokenizer.from_file(str(saved)), config)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=config.vocab_size,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>",
        pair="$A $B </s>",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("</s>",)],
    )
    saved.parent.mkdir(parents=True, exist_ok=True)
    unfinished = saved.with_suffix(".tmp")
    tokenizer.save(str(unfinished))
    unfinished.replace(saved)  # whole or not there, so that a killed run can be resumed
    return prepare(tokenizer, config)


def prepare(tokenizer: Tokenizer, config: Config) -> Tokenizer:
    """Truncates at `max_length`; padding is left to the batch, whatever the file says."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(config.max_length)
    return tokenizer


def encode(tokenizer: Tokenizer, texts: list[str], max_length: int) -> tuple[list[list[int]], int]:
    """Token ids of each text, and how many texts were truncated."""
    tokenizer.enable_truncation(max_length)
    encodings = tokenizer.encode_batch(texts)
    num_truncated = sum(bool(encoding.overflowing) for encoding in encodings)
    return [encoding.ids for encoding in encodings], num_truncated


def decode(tokenizer: Tokenizer, ids: torch.Tensor) -> list[str]:
    """Token ids (B, T) as texts; their white space is what the model wrote."""
    return tokenizer.decode_batch(ids.tolist())


def padded(rows: list[list[int]], pad_id: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids (B, T) filled up with `pad_id`, and where they are none (B, T)."""
    lengths = torch.tensor([len(row) for row in rows])
    ids = torch.full((len(rows), int(lengths.max())), pad_id)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    return ids, torch.arange(ids.shape[1]) < lengths[:, None]


class Loader:
    """Batches of one split, sources and targets padded to the longest of the batch.

    A batch is a dictionary: `input_ids` and `attention_mask` (B, S), `target_ids` (B, T), and of
    the N tokens of targets that are no padding `positions` (N,) in the flat B * T and `labels` (N,).
    """

    def __init__(self, examples: Examples, tokenizer: Tokenizer, config: Config) -> None:
        self.examples = examples
        self.tokenizer = tokenizer
        self.config = config
        self.pad_id = tokenizer.token_to_id("<pad>") or 0
        sources = [as_source(text) for text in examples.texts]
        self.source_ids, self.num_truncated = encode(tokenizer, sources, config.max_length)
        self.target_ids, self.num_cut = encode(
            tokenizer, examples.targets, config.max_target_length
        )
        # Targets first: the output layer makes a token of theirs the dearer one.
        self.lengths = [
            (len(target), len(source))
            for source, target in zip(self.source_ids, self.target_ids, strict=True)
        ]

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(len(self.lengths) / self.config.batch_size)

    def length_note(self) -> str:
        """How many texts lose tokens to the limits."""
        limit, target_limit = self.config.max_length, self.config.max_target_length
        return (
            f"{self.num_truncated} of {len(self.lengths)} training sources are truncated to {limit} tokens, "
            f"and {self.num_cut} targets to {target_limit} (planned: about 0%)"
        )

    def epoch(self, epoch: int) -> list[list[int]]:
        """Row numbers of each batch of one epoch: pairs of similar length together.

        A pure function of seed and epoch, so that a resumed run meets the same batches.
        """
        rng = random.Random(f"{self.config.seed}-{epoch}")
        rows = list(range(len(self.lengths)))
        rng.shuffle(rows)
        size = self.config.batch_size
        window = self.config.batches_per_window * size
        batches = []
        for start in range(0, len(rows), window):
            part = sorted(rows[start : start + window], key=lambda row: self.lengths[row])
            batches += [part[i : i + size] for i in range(0, len(part), size)]
        rng.shuffle(batches)
        # The longest batch first: what does not fit in memory fails at once.
        longest = max(range(len(batches)), key=lambda i: self.lengths[batches[i][-1]])
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
        """Every row once, longest pairs first: what does not fit in memory fails at once."""
        size = self.config.eval_batch_size
        rows = sorted(
            range(len(self.lengths)), key=lambda row: [-length for length in self.lengths[row]]
        )
        for start in range(0, len(rows), size):
            yield rows[start : start + size], self.batch(rows[start : start + size])

    def sources(self, rows: list[int]) -> dict[str, torch.Tensor]:
        """What is read of these rows."""
        input_ids, is_token = padded([self.source_ids[row] for row in rows], self.pad_id)
        return {"input_ids": input_ids, "attention_mask": is_token.long()}

    def batch(self, rows: list[int]) -> dict[str, torch.Tensor]:
        """The tensors of these rows."""
        target_ids, is_token = padded([self.target_ids[row] for row in rows], self.pad_id)
        targets = {
            "target_ids": target_ids,
            "positions": is_token.flatten().nonzero()[:, 0],
            "labels": target_ids[is_token],
        }
        return self.sources(rows) | targets
