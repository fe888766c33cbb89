"""Prints the first examples of a split as the project's own data.py makes them; run in its folder."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import torch

from config import Config
from data import Loader, load_tokenizer, read_splits

SPLIT = {{ inspection.split | py }}
COUNT = {{ inspection.count | py }}


def text_of(tokenizer: {{ model.tokenizer_class }}, token: int) -> str:
    """A token for a person: its characters, or its name where it is only a part of one."""
    text = tokenizer.decode([token], skip_special_tokens=False)
    # {% if model.tokenizer_file %}
    name = tokenizer.id_to_token(token)
    # {% else %}
    name = tokenizer.convert_ids_to_tokens(token)
    # {% endif %}
    return str(name) if not text or "\ufffd" in text or str(name).startswith("##") else text


# {% include task.inspect %}
def main() -> None:
    config = Config()
    splits = read_splits(config)
    # {% if model.is_scratch %}
    with tempfile.TemporaryDirectory() as folder:
        tokenizer = load_tokenizer(config, {{ task.corpus }}, Path(folder) / "tokenizer.json")
    # {% else %}
    tokenizer = load_tokenizer(config)
    # {% endif %}
    # {% if hardware.is_cpu %}
    loader = Loader(splits[SPLIT], tokenizer, config)
    # {% else %}
    loader = Loader(splits[SPLIT], tokenizer, config, torch.device("cpu"))
    # {% endif %}
    lengths = sorted({{ task.sequence_lengths }})
    first = loader.batch(loader.epoch(0)[0])
    shown = range(min(COUNT, len(lengths)))
    described: dict[str, Any] = {
        "split": SPLIT,
        "rows": len(splits[SPLIT]),
        "sequences": len(lengths),
        "lengths": {
            "median": lengths[len(lengths) // 2],
            "p95": lengths[int(0.95 * (len(lengths) - 1))],
            "longest": lengths[-1],
        },
        "note": loader.length_note(),
        "first_batch": {name: list(tensor.shape) for name, tensor in first.items()},
        "examples": [view(loader, tokenizer, row) for row in shown],
    }
    print("inspected " + json.dumps(described))


main()
