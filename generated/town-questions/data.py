"""From files to batches: read, clean, split, cut into windows, group by length."""

import hashlib
import json
import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import torch
from tokenizers import Tokenizer

from config import Config
from model import base_folder
from windows import to_windows

FOLDER = Path(__file__).parent
COLUMNS = ("question", "context", "answers")


@dataclass(frozen=True)
class Examples:
    """One split in file order."""

    questions: list[str]
    contexts: list[str]
    answers: list[list[str]]  # those that are accepted; empty: the context holds none
    spans: list[tuple[int, int]]  # characters of the answer to learn, (0, 0) for none

    def __len__(self) -> int:
        return len(self.questions)

    def head(self, count: int | None) -> "Examples":
        """The first `count` examples; all of them where there is no limit."""
        return self.pick(list(range(len(self)))[:count])

    def pick(self, rows: list[int]) -> "Examples":
        """The examples of these rows."""
        columns: tuple[list[Any], ...] = (self.questions, self.contexts, self.answers, self.spans)
        return Examples(*([column[row] for row in rows] for column in columns))


def clean(text: str) -> str:
    """What is done to every text, in training and in predict.py alike."""
    return text


def read_table(path: str, columns: tuple[str, ...] = COLUMNS) -> pa.Table:
    """The questions of a file in SQuAD's nested JSON, a row each."""
    articles = json.loads((FOLDER / path).read_text(encoding="utf-8-sig"))
    articles = articles["data"]
    rows = [
        {
            "id": question.get("id", ""),
            "title": article.get("title", ""),
            "context": paragraph["context"],
            "question": question["question"],
            "answers": [] if question.get("is_impossible") else question.get("answers", []),
        }
        for article in articles
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]
    return pa.table({name: [row[name] for row in rows] for name in columns})


def to_answers(cell: list[dict[str, Any]] | None) -> list[tuple[str, int | None]]:
    """Each answer of a row with its offset, None where the file gives none."""
    return [(answer["text"], answer.get("answer_start")) for answer in cell or []]


def find(context: str, answer: str, near: int) -> int:
    """Where `answer` begins: the occurrence nearest to `near`; -1 where there is none."""
    if context.startswith(answer, near):
        return near
    starts = (match.start() for match in re.finditer(f"(?={re.escape(answer)})", context))
    return min(starts, key=lambda start: abs(start - near), default=-1)


def find_span(context: str, answers: list[tuple[str, int | None]]) -> tuple[int, int]:
    """Characters of the first answer that stands in the context; (0, 0): none does.

    Some files give wrong offsets: the nearest occurrence is taken.
    """
    for answer, offset in answers:
        text = answer.strip()
        start = find(context, text, max(offset or 0, 0)) if text else -1
        if start >= 0:
            return start, start + len(text)
    return 0, 0


def read_examples(paths: tuple[str, ...], config: Config) -> tuple[Examples, list[int]]:
    """Clean texts of one split's files, where the answers stand, and which rows are kept."""
    tables = [read_table(path) for path in paths]
    questions = [clean(text) for table in tables for text in table["question"].to_pylist()]
    raw = [text for table in tables for text in table["context"].to_pylist()]
    said = [to_answers(cell) for table in tables for cell in table["answers"].to_pylist()]
    contexts = [clean(text) for text in raw]
    answers = [[text for answer, _ in row if (text := clean(answer).strip())] for row in said]
    spans = [find_span(*row) for row in zip(contexts, said, strict=True)]
    # Left out: empty texts, answers not in their context (0 when this was made).
    kept = [
        row
        for row in range(len(questions))
        if questions[row] and contexts[row] and (any(spans[row]) or not answers[row])
    ]
    examples = Examples(questions, contexts, answers, spans).pick(kept)
    return examples, kept


def read_groups(paths: tuple[str, ...]) -> list[str]:
    """The group of each row, before any is left out."""
    tables = [read_table(path, ("context",)) for path in paths]
    return [group for table in tables for group in table["context"].to_pylist()]


def cut(groups: list[str], config: Config) -> dict[str, list[int]]:
    """Row numbers by split; rows of one group stay together, so that none is met twice."""
    rng = random.Random(config.split_seed)
    members: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    names = sorted(members)
    rng.shuffle(names)
    names.reverse()  # taken from the end
    wanted = {
        "test": round(len(groups) * config.test_fraction),
        "validation": round(len(groups) * config.validation_fraction),
        "train": len(groups),
    }
    parts: dict[str, list[int]] = {}
    for split, num_rows in wanted.items():
        parts[split] = []
        while names and len(parts[split]) < num_rows:
            parts[split] += members[names.pop()]
        parts[split].sort()
    return parts


def read_splits(config: Config) -> dict[str, Examples]:
    """The splits by name."""
    examples, kept = read_examples(config.train_files, config)
    groups = read_groups(config.train_files)
    parts = cut([groups[row] for row in kept], config)
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
    """Batches of the windows of one split, padded to the longest of the batch.

    A batch is a dictionary: `input_ids` and `attention_mask` (B, T), `is_candidate` (B, T) where
    an answer may start or end (the context, and the first token for no answer), `labels` (B, 2).
    """

    def __init__(self, examples: Examples, tokenizer: Tokenizer, config: Config) -> None:
        self.examples = examples
        self.config = config
        self.pad_id = tokenizer.token_to_id("[PAD]") or 0
        self.windows, self.num_cut = to_windows(
            tokenizer, examples.questions, examples.contexts, examples.spans, config
        )
        self.token_ids = [window.ids for window in self.windows]

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(len(self.token_ids) / self.config.batch_size)

    def length_note(self) -> str:
        """How many windows the questions become, and what is not read."""
        return (
            f"{len(self.examples)} training questions in {len(self.windows)} windows; "
            f"{self.num_cut} questions are cut at {self.config.max_question_length} tokens"
        )

    def epoch(self, epoch: int) -> list[list[int]]:
        """Row numbers of each batch of one epoch: windows of similar length together.

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
        """Every row once, longest windows first: what does not fit in memory fails at once."""
        size = self.config.eval_batch_size
        rows = sorted(range(len(self.token_ids)), key=lambda row: -len(self.token_ids[row]))
        for start in range(0, len(rows), size):
            yield rows[start : start + size], self.batch(rows[start : start + size])

    def batch(self, rows: list[int]) -> dict[str, torch.Tensor]:
        """The tensors of these windows."""
        windows = [self.windows[row] for row in rows]
        num_tokens = torch.tensor([len(window.ids) for window in windows])
        length = int(num_tokens.max())
        input_ids = torch.full((len(rows), length), self.pad_id)
        token_type_ids = torch.zeros_like(input_ids)
        is_candidate = torch.zeros(len(rows), length, dtype=torch.bool)
        is_candidate[:, 0] = True
        for i, window in enumerate(windows):
            input_ids[i, : num_tokens[i]] = torch.tensor(window.ids)
            token_type_ids[i, : num_tokens[i]] = torch.tensor(window.type_ids)
            is_candidate[i, window.first : window.first + len(window.offsets)] = True
        return {
            "input_ids": input_ids,
            "attention_mask": (torch.arange(length) < num_tokens[:, None]).long(),
            "token_type_ids": token_type_ids,
            "is_candidate": is_candidate,
            "labels": torch.tensor([window.labels for window in windows]),
        }
