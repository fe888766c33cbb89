"""{{ task.predict_doc | doc }}

    python predict.py {{ task.predict_example | doc }}
    python predict.py --file {{ data.new_file | doc }}      {{ data.file_words | doc }}
    python predict.py < texts.txt           standard input, one text a line

Prints one JSON object a text, in order. A text is split into words at spaces and signs; cleaning
and tokenization are those of training.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import torch

from config import Config
from data import FOLDER, Examples, Loader, clean, load_tokenizer, read_table, word_places
from evaluate import entities, predict
from model import load_model, pick_device


# {% include "partials/predict_read.py" %}
# {% from "partials/predictor.py" import loaded, opening with context %}
class Predictor:
    """A trained model with all that belongs to it."""

    {{ opening() | trim | indent(4) }}

    def tags(self, sentences: list[list[str]]) -> list[tuple[list[int], list[float]]]:
        """Tag id and its probability for each word; none for a sentence without words."""
        cleaned = [[clean(word) for word in words] for words in sentences if words]
        if not cleaned:
            return [([], [])] * len(sentences)
        unknown = [[0] * len(words) for words in cleaned]
        loader = Loader(
            Examples(cleaned, unknown),
            self.tokenizer,
            self.config,
            # {% if not hardware.is_cpu %}
            self.device,
            # {% endif %}
        )
        outcome = predict(self.model, loader)
        found = zip(outcome.predictions, outcome.confidence, strict=True)
        return [tuple(part.tolist() for part in next(found)) if words else ([], []) for words in sentences]

    def __call__(self, texts: list[str | list[str]]) -> list[dict[str, Any]]:
        """One answer a text or list of words, in order."""
        places = [word_places(text) if isinstance(text, str) else [] for text in texts]
        sentences = [
            [text[start:end] for start, end in places[i]] if isinstance(text, str) else text
            for i, text in enumerate(texts)
        ]
        answers = []
        for i, (tags, shares) in enumerate(self.tags(sentences)):
            named = [self.config.labels[tag] for tag in tags]
            answer: dict[str, Any] = {"words": sentences[i], "prediction": named}
            # {% if task.is_plain %}
            answer["probability"] = [round(share, 4) for share in shares]
            # {% else %}
            answer["entities"] = []
            for kind, first, last in sorted(entities(tags), key=lambda entity: entity[1]):
                entity: dict[str, Any] = {"type": kind, "text": " ".join(sentences[i][first : last + 1])}
                if places[i]:
                    start, end = places[i][first][0], places[i][last][1]
                    entity |= {"text": texts[i][start:end], "start": start, "end": end}
                entity |= {"words": [first, last + 1], "probability": round(min(shares[first : last + 1]), 4)}
                answer["entities"].append(entity)
            # {% endif %}
            answers.append(answer)
        return answers


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="texts to tag")
    parser.add_argument("--file", type=Path, default=Path("/dev/stdin"))
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    # {% if not hardware.is_cpu %}
    parser.add_argument("--device", default=Config.device)
    # {% endif %}
    args = parser.parse_args()
    refuse_names(parser, args.texts)
    texts = iter(args.texts or read_file(args.file))
    {{ loaded("Config()") | trim | indent(4) }}
    while part := list(islice(texts, 1000)):  # a file of any length, in constant memory
        for text, answer in zip(part, predictor(part), strict=True):
            print(json.dumps({"text": text, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
