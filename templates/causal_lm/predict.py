"""Goes on from texts with the trained model, or scores them.

    python predict.py {{ task.predict_example | doc }}
    python predict.py --file {{ data.new_file | doc }}           {{ data.file_words | doc }}
    python predict.py < start.txt              {{ "standard input, read as a text file" if data.own_is_text else "standard input, one prompt" }}
    python predict.py --score --file new.txt   loss, perplexity and bits per byte of whole texts

Prints one JSON object a prompt, in order. Cleaning and tokenization are those of training.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import torch

from config import Config
from data import FOLDER, Examples, Loader, clean, load_tokenizer, read_table
from evaluate import predict, score
from generate import generate
from model import load_model, pick_device


# {% include "partials/predict_read.py" %}
# {% from "partials/predictor.py" import loaded, opening with context %}
class Predictor:
    """A trained model with all that belongs to it."""

    {{ opening() | trim | indent(4) }}

    def __call__(self, prompts: list[str]) -> Iterator[dict[str, object]]:
        """One continuation a prompt, in order; `ended`: the model closed the document itself."""
        rng = torch.Generator().manual_seed(self.config.seed)
        for prompt in prompts:
            text, ended = generate(self.model, self.tokenizer, clean(prompt), self.config, rng)
            yield {"prompt": prompt, "text": text, "ended": ended}

    def score(self, texts: list[str]) -> dict[str, float]:
        """What evaluate.py says of a split that holds these documents."""
        # {% if data.drop_empty %}
        cleaned = [text for text in map(clean, texts) if text]
        # {% else %}
        cleaned = [clean(text) for text in texts]
        # {% endif %}
        if not any(cleaned):
            raise SystemExit("there is no text to score")
        loader = Loader(
            Examples(cleaned),
            self.tokenizer,
            self.config,
            # {% if not hardware.is_cpu %}
            self.device,
            # {% endif %}
        )
        return score(predict(self.model, loader))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="texts to go on from")
    parser.add_argument("--file", type=Path, default=Path("/dev/stdin"))
    parser.add_argument("--score", action="store_true", help="score the texts instead")
    parser.add_argument("--max-new-tokens", type=int, default=Config.max_new_tokens)
    parser.add_argument("--temperature", type=float, default=Config.temperature)
    parser.add_argument("--top-k", type=int, default=Config.top_k)
    parser.add_argument("--top-p", type=float, default=Config.top_p)
    parser.add_argument("--seed", type=int, default=Config.seed)
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    # {% if not hardware.is_cpu %}
    parser.add_argument("--device", default=Config.device)
    # {% endif %}
    args = parser.parse_args()
    refuse_names(parser, args.texts)
    texts = args.texts or list(read_file(args.file))
    names = ("max_new_tokens", "temperature", "top_k", "top_p", "seed")
    config = replace(Config(), **{name: getattr(args, name) for name in names})
    {{ loaded("config") | trim | indent(4) }}
    for answer in [predictor.score(texts)] if args.score else predictor(texts):
        print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
