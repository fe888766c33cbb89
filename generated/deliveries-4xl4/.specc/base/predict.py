"""Finds the entities of a text (item, person, place, time) with the trained model.

    python predict.py 'a text' 'another text'
    python predict.py --file new.jsonl      JSONL with lists of words in `words`, or with texts in `text`
    python predict.py --file new.txt        one text a line
    python predict.py < texts.txt           standard input, one text a line

Prints one JSON object a text, in order. A text is split into words at spaces and signs; cleaning
and tokenization are those of training.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from config import Config
from data import FOLDER, Examples, Loader, clean, load_tokenizer, word_places
from evaluate import entities, predict
from model import load_model


def read_file(path: Path) -> Iterator[str | list[str]]:
    """The texts or lists of words in a file, one by one."""
    with path.open(encoding="utf-8") as file:
        if path.suffix.lower() not in (".jsonl", ".ndjson"):
            yield from (line.rstrip("\n") for line in file)
            return
        for row in map(json.loads, filter(str.strip, file)):
            yield row["text"] if "text" in row else row["words"]


class Predictor:
    """A trained model with all that belongs to it."""

    def __init__(self, model_dir: Path, config: Config, device: torch.device) -> None:
        self.config = config
        self.device = device
        self.tokenizer = load_tokenizer(config)
        self.model = load_model(model_dir, device)

    def tags(self, sentences: list[list[str]]) -> list[tuple[list[int], list[float]]]:
        """Tag id and its probability for each word; none for a sentence without words."""
        cleaned = [[clean(word) for word in words] for words in sentences if words]
        if not cleaned:
            return [([], [])] * len(sentences)
        unknown = [[0] * len(words) for words in cleaned]
        loader = Loader(Examples(cleaned, unknown), self.tokenizer, self.config, self.device)
        outcome = predict(self.model, loader)
        found = zip(outcome.predictions, outcome.confidence, strict=True)
        return [
            tuple(part.tolist() for part in next(found)) if words else ([], [])
            for words in sentences
        ]

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
            answer["entities"] = [
                {
                    "type": kind,
                    "text": texts[i][places[i][first][0] : places[i][last][1]]
                    if places[i]
                    else " ".join(sentences[i][first : last + 1]),
                    **(
                        {"start": places[i][first][0], "end": places[i][last][1]}
                        if places[i]
                        else {}
                    ),
                    "words": [first, last + 1],
                    "probability": round(min(shares[first : last + 1]), 4),
                }
                for kind, first, last in sorted(entities(tags), key=lambda entity: entity[1])
            ]
            answers.append(answer)
        return answers


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="texts to tag")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    parser.add_argument("--device", default=Config.device)
    args = parser.parse_args()
    lines: Iterable[str | list[str]] = args.texts or (line.rstrip("\n") for line in sys.stdin)
    texts = iter(read_file(args.file) if args.file else lines)
    predictor = Predictor(args.model_dir, Config(), torch.device(args.device))
    while part := list(islice(texts, 1000)):  # a file of any length, in constant memory
        for text, answer in zip(part, predictor(part), strict=True):
            print(json.dumps({"text": text, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
