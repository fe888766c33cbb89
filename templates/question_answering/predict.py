"""{{ task.predict_doc | doc }}

    python predict.py {{ task.predict_example | doc }}
    python predict.py --file {{ data.new_file | doc }}      {{ data.file_words | doc }}
    python predict.py < new.jsonl           standard input, a JSON object a line with these keys

Prints one JSON object a question, in order; `start` and `end` count characters of the context{{ task.offset_words }}.
Cleaning, tokenization and windows are those of training.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import torch

from config import Config
from data import FOLDER, Examples, Loader, clean, load_tokenizer, read_table
from evaluate import describe, load_thresholds, predict
from model import load_model, pick_device

# {% include "partials/predict_read.py" %}
# {% from "partials/predictor.py" import loaded, opening with context %}
class Predictor:
    """A trained model with all that belongs to it."""

    {{ opening() | trim | indent(4) }}

    def __call__(self, pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
        """The answers to each question about its context, in order."""
        questions = [clean(question) for question, _ in pairs]
        contexts = [clean(context) for _, context in pairs]
        loader = Loader(
            Examples(questions, contexts, [[] for _ in pairs], [(0, 0) for _ in pairs]),
            self.tokenizer,
            self.config,
            # {% if not hardware.is_cpu %}
            self.device,
            # {% endif %}
        )
        # {% if task.unanswerable %}
        outcome = predict(self.model, loader, self.thresholds)
        # {% else %}
        outcome = predict(self.model, loader)
        # {% endif %}
        return [describe(outcome, row) for row in range(len(pairs))]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("question", nargs="?", help="the question, in quotes")
    parser.add_argument("context", nargs="?", help="the text that holds the answer, in quotes")
    parser.add_argument("--file", type=Path, default=Path("/dev/stdin"))
    parser.add_argument("--n-best", type=int, default=Config.n_best, help="answers to list")
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    # {% if not hardware.is_cpu %}
    parser.add_argument("--device", default=Config.device)
    # {% endif %}
    args = parser.parse_args()
    refuse_names(parser, [args.question or ""])
    if args.question is not None and args.context is None:
        parser.error("give a question and a context, each in quotes")
    pairs = iter([(args.question, args.context)] if args.question else read_file(args.file))
    config = replace(Config(), n_best=args.n_best)
    {{ loaded("config") | trim | indent(4) }}
    while part := list(islice(pairs, 1000)):  # a file of any length, in constant memory
        for (question, _), answer in zip(part, predictor(part), strict=True):
            print(json.dumps({"question": question, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
