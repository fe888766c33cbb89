"""From files to batches: read, clean, split, tokenize, group by length."""

import hashlib
import html
import math
import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import regex
import torch
from tokenizers import Tokenizer

from config import Config
from model import base_folder

FOLDER = Path(__file__).parent
COLUMNS = ("message", "intent")
BLOCK_SIZE = 16777216  # bytes parsed at a time; no row may be longer
TAG = re.compile(
    r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[!?][a-z\[][^>]*>|</?[a-z][\w:-]*(?:\s+(?:"
    r"[^\s\"'<>/=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>]+)|checked|disabled|hidden))*\s*/?>"
)
STOP_WORDS = frozenset(("please", "thanks", "hello", "hi"))


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

    def pick(self, rows: list[int]) -> "Examples":
        """The examples of these rows."""
        return Examples([self.texts[row] for row in rows], self.targets[rows])


def clean(text: str) -> str:
    """What is done to every text, in training and in predict.py alike."""
    text = re.sub(r"&#?\w+;", lambda found: html.unescape(found[0]), TAG.sub(" ", text))
    text = unicodedata.normalize("NFKC", text)
    text = text.lower()
    try:
        text = regex.sub("\\d+", "0", text, timeout=2)
    except TimeoutError:
        raise SystemExit(f"a pattern takes more than 2 s on the text {text[:60]!r}") from None
    text = re.sub(r"\w+(?:'\w+)?", lambda m: "" if m[0].casefold() in STOP_WORDS else m[0], text)
    return " ".join(text.split())


def read_table(path: str, columns: tuple[str, ...] = COLUMNS) -> pa.Table:
    """The rows of a CSV file; every asked column as text."""
    return pyarrow.csv.read_csv(
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


def read_examples(paths: tuple[str, ...], config: Config) -> tuple[Examples, list[str]]:
    """Clean texts and targets of all files of one split, and labels."""
    table = pa.concat_tables([read_table(path) for path in paths])
    texts = [clean(text) for text in table["message"].to_pylist()]
    labels = table["intent"].to_pylist()
    # Rows without use are left out: empty texts and repeated rows (0 when this project was made).
    first: dict[object, int] = {}
    for row, (text, label) in enumerate(zip(texts, labels, strict=True)):
        first.setdefault((text, label), row)
    kept = [row for row in first.values() if texts[row]]
    texts, labels = [texts[row] for row in kept], [labels[row] for row in kept]
    return Examples(texts, to_targets(labels, config)), labels


def cut(labels: list[str], config: Config) -> dict[str, list[int]]:
    """Row numbers by split; every class keeps its share."""
    rng = random.Random(config.split_seed)
    parts: dict[str, list[int]] = {"train": [], "validation": [], "test": []}
    for label in sorted(set(labels)):
        rows = [row for row, other in enumerate(labels) if other == label]
        rng.shuffle(rows)
        num_test = round(len(rows) * config.test_fraction)
        num_held_out = num_test + round(len(rows) * config.validation_fraction)
        parts["test"] += rows[:num_test]
        parts["validation"] += rows[num_test:num_held_out]
        parts["train"] += rows[num_held_out:]
    return {name: sorted(rows) for name, rows in parts.items()}


def read_splits(config: Config) -> dict[str, Examples]:
    """The splits by name."""
    examples, labels = read_examples(config.train_files, config)
    parts = cut(labels, config)
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
    """Truncates at `max_length`; padding is left to the batch, whatever the file says."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(config.max_length, direction="left")
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

    def __init__(self, examples: Examples, tokenizer: Tokenizer, config: Config) -> None:
        self.examples = examples
        self.config = config
        self.pad_id = tokenizer.token_to_id("[PAD]") or 0
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
        return {
            "input_ids": input_ids,
            "attention_mask": (torch.arange(length) < num_tokens[:, None]).long(),
            "labels": self.examples.targets[rows],
        }
