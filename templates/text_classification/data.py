"""From {{ data.source_words | doc }} to batches: read, clean, {{ data.cut_word }}tokenize, group by length."""

from __future__ import annotations

import hashlib
import html
import json
import math
import random
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
# {% for name in data.arrow_modules %}
{{ name }}
# {% endfor %}
import torch
from huggingface_hub import hf_hub_download
from tokenizers import Tokenizer
from tokenizers import models, normalizers, pre_tokenizers, processors, trainers, decoders

{{ model.tokenizer_import }}

from config import Config
# {% if model.is_package or model.is_folder %}
from model import base_folder
# {% endif %}

FOLDER = Path(__file__).parent
COLUMNS = {{ data.columns | py }}
# {% if data.sets_block_size %}
BLOCK_SIZE = {{ data.block_size | py }}  # bytes parsed at a time; no row may be longer
# {% endif %}
# {% if model.is_scratch %}
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
# {% endif %}
# {% if clean.stop_words %}
STOP_WORDS = frozenset({{ clean.stop_words | py }})
# {% endif %}


@dataclass(frozen=True)
class Examples:
    """One split in file order. {{ task.targets_doc | doc }}"""

    # {% if task.is_pair %}
    texts: list[tuple[str, str]]
    # {% else %}
    texts: list[str]
    # {% endif %}
    targets: torch.Tensor

    def head(self, count: int | None) -> Examples:
        """The first `count` examples; all of them where there is no limit."""
        return Examples(self.texts[:count], self.targets[:count])


def clean(text: str) -> str:
    """What is done to every text, in training and in predict.py alike."""
    # {% if clean.strip_html %}
    text = html.unescape(re.sub(r"<[^>]+>", " ", text))
    # {% endif %}
    # {% if clean.unicode %}
    text = unicodedata.normalize({{ clean.unicode | py }}, text)
    # {% endif %}
    # {% if clean.lower_case %}
    text = text.lower()
    # {% endif %}
    # {% for rule in clean.replace %}
    text = re.sub({{ rule.pattern | py }}, {{ rule.by | py }}, text)
    # {% endfor %}
    # {% if clean.stop_words %}
    text = re.sub(r"\w+(?:'\w+)?", lambda m: "" if m[0].casefold() in STOP_WORDS else m[0], text)
    # {% endif %}
    # {% if clean.whitespace %}
    return " ".join(text.split())
    # {% else %}
    return text
    # {% endif %}


# {% include "partials/read.py" %}
# {% include "partials/targets.py" %}
# {% include "partials/splits.py" %}
# {% include "partials/tokenize.py" %}
class Loader:
    """Batches of one split, padded to the longest text of the batch.

    A batch is a dictionary: `input_ids` and `attention_mask` (B, T), {{ task.batch_doc }}
    """

    def __init__(
        self,
        examples: Examples,
        tokenizer: {{ model.tokenizer_class }},
        config: Config,
        # {% if not hardware.is_cpu %}
        device: torch.device,
        # {% endif %}
    ) -> None:
        self.examples = examples
        self.config = config
        # {% if not hardware.is_cpu %}
        self.device = device
        # {% endif %}
        self.pad_id = {{ model.pad_id_call }} or 0
        # {% if model.uses_type_ids and task.is_pair %}
        self.token_ids, self.type_ids, self.num_truncated = encode(tokenizer, examples.texts)
        # {% else %}
        self.token_ids, self.num_truncated = encode(tokenizer, examples.texts)
        # {% endif %}
        # {% if model.caches_features %}
        self.features: torch.Tensor | None = None  # (N, H), set once the encoder has run
        # {% endif %}

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(len(self.token_ids) / self.config.batch_size)

    def truncation_note(self) -> str:
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
        lengths = [len(self.token_ids[batch[-1]]) for batch in batches]
        longest = lengths.index(max(lengths))
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
        # {% if model.caches_features %}
        if self.features is not None:
            return {"features": self.features[rows], "labels": self.examples.targets[rows]}
        # {% endif %}
        num_tokens = torch.tensor([len(self.token_ids[row]) for row in rows])
        length = int(num_tokens.max())
        input_ids = torch.full((len(rows), length), self.pad_id)
        for i, row in enumerate(rows):
            input_ids[i, : num_tokens[i]] = torch.tensor(self.token_ids[row])
        # {% if model.uses_type_ids and task.is_pair %}
        token_type_ids = torch.zeros_like(input_ids)
        for i, row in enumerate(rows):
            token_type_ids[i, : num_tokens[i]] = torch.tensor(self.type_ids[row])
        # {% endif %}
        batch = {
            "input_ids": input_ids,
            "attention_mask": (torch.arange(length) < num_tokens[:, None]).long(),
            # {% if model.uses_type_ids and task.is_pair %}
            "token_type_ids": token_type_ids,
            # {% endif %}
            "labels": self.examples.targets[rows],
        }
        # {% if hardware.is_cpu %}
        return batch
        # {% else %}
        return {name: tensor.to(self.device) for name, tensor in batch.items()}
        # {% endif %}
