"""{{ task.predict_doc | doc }}

    python predict.py {{ task.predict_example | doc }}
    python predict.py --file {{ data.new_file | doc }}        {{ data.file_words | doc }}
    python predict.py < texts.txt           standard input, {{ task.stdin_words }}

Prints one JSON object a text, in order. Cleaning and tokenization are those of training.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa
import torch

from config import Config
from data import FOLDER, Examples, Loader, clean, load_tokenizer, read_table
from evaluate import load_thresholds, predict
from model import load_model, pick_device


# {% include "partials/predict_read.py" %}
# {% from "partials/predictor.py" import loaded, opening with context %}
class Predictor:
    """A trained model with all that belongs to it."""

    {{ opening() | trim | indent(4) }}

    def __call__(self, texts: list[{{ task.text_type }}]) -> list[dict[str, object]]:
        """One answer a text, in order."""
        # {% if task.is_pair %}
        cleaned = [(clean(first), clean(second)) for first, second in texts]
        # {% else %}
        cleaned = [clean(text) for text in texts]
        # {% endif %}
        unknown = {{ task.unknown_targets }}
        loader = Loader(
            Examples(cleaned, unknown),
            self.tokenizer,
            self.config,
            # {% if not hardware.is_cpu %}
            self.device,
            # {% endif %}
        )
        # {% if task.is_multi_label %}
        outcome = predict(self.model, loader, self.thresholds)
        return [
            {
                "prediction": [name for name, flag in zip(self.config.labels, flags, strict=True) if flag],
                "probabilities": dict(zip(self.config.labels, scores.round(6).tolist(), strict=True)),
            }
            for flags, scores in zip(outcome.predictions, outcome.scores, strict=True)
        ]
        # {% elif task.is_regression %}
        outcome = predict(self.model, loader)
        return [{"prediction": round(float(value), 6)} for value in outcome.predictions]
        # {% else %}
        outcome = predict(self.model, loader)
        return [
            {"prediction": self.config.labels[label], "probability": round(float(share), 6)}
            for label, share in zip(outcome.predictions, outcome.confidence, strict=True)
        ]
        # {% endif %}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    # {% if task.is_pair %}
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="the two texts of one pair")
    # {% else %}
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="texts to predict")
    # {% endif %}
    parser.add_argument("--file", type=Path, default=Path("/dev/stdin"))
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    # {% if not hardware.is_cpu %}
    parser.add_argument("--device", default=Config.device)
    # {% endif %}
    args = parser.parse_args()
    refuse_names(parser, args.texts)
    # {% if task.is_pair %}
    if len(args.texts) not in (0, 2):
        parser.error("give the two texts of a pair, each in quotes")
    texts = iter([tuple(args.texts)] if args.texts else read_file(args.file))
    # {% else %}
    texts = iter(args.texts or read_file(args.file))
    # {% endif %}
    {{ loaded("Config()") | trim | indent(4) }}
    while part := list(islice(texts, 1000)):  # a file of any length, in constant memory
        for text, answer in zip(part, predictor(part), strict=True):
            print(json.dumps({"text": text, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
