"""Finds the entities of a text (item, person, place, time) with the trained model.

    python predict.py 'a text' 'another text'
    python predict.py --file new.jsonl      JSON or JSONL with column `text`; .txt: one text per line
    python predict.py < texts.txt           standard input, one text a line

Prints one JSON object a text, in order. A text is split into words at spaces and signs; cleaning
and tokenization are those of training.
"""

import argparse
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import torch

from config import Config
from data import FOLDER, Examples, Loader, clean, load_tokenizer, word_places
from evaluate import entities, predict
from model import load_model


def refuse_names(parser: argparse.ArgumentParser, texts: list[str]) -> None:
    """Refuse the name of a file in place of a text."""
    try:
        names = [text for text in texts if Path(text).is_file()]
    except (OSError, ValueError):  # too long for a name
        return
    if names:
        parser.error(f"{names[0]} is a file: write --file {names[0]}")


def read_file(path: Path) -> Iterator[str | list[str]]:
    """The texts or lists of words in a file, one by one, as training reads them."""
    ending, place = path.suffix.lower(), str(path)
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            if ending in (".txt", ""):
                yield from (line.rstrip("\r\n") for line in file)
                return
            for number, row in enumerate(rows_of(file, ending), start=1):
                place = f"{path}, row {number}"
                yield as_text(row["text"])
    except (LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
        raise SystemExit(f"{place} cannot be read: {error}") from None


def rows_of(file: TextIO, ending: str) -> Iterator[Any]:
    """The rows of JSON: a list, or an object per line."""
    if ending not in (".json", ".jsonl", ".ndjson"):
        raise ValueError("the ending must be one of .json, .jsonl, .ndjson, .txt")
    is_list = file.readline().lstrip()[:1] == "["
    file.seek(0)
    yield from json.load(file) if is_list else map(json.loads, filter(str.strip, file))


def as_text(raw: Any) -> Any:
    """A value as training has it: numbers in their shortest form, true as 1, nothing as the empty text."""
    if isinstance(raw, list):
        return [as_text(word) for word in raw]
    return str(int(raw)) if isinstance(raw, int) else pa.scalar(raw).cast(pa.string()).as_py() or ""


class Predictor:
    """A trained model with all that belongs to it."""

    def __init__(self, model_dir: Path, config: Config, device: torch.device) -> None:
        self.config = config
        self.device = device
        self.model = load_model(model_dir, device)
        self.tokenizer = load_tokenizer(config, model_dir)

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
            answer["entities"] = []
            for kind, first, last in sorted(entities(tags), key=lambda entity: entity[1]):
                entity: dict[str, Any] = {
                    "type": kind,
                    "text": " ".join(sentences[i][first : last + 1]),
                }
                if places[i]:
                    start, end = places[i][first][0], places[i][last][1]
                    entity |= {"text": texts[i][start:end], "start": start, "end": end}
                entity |= {
                    "words": [first, last + 1],
                    "probability": round(min(shares[first : last + 1]), 4),
                }
                answer["entities"].append(entity)
            answers.append(answer)
        return answers


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="texts to tag")
    parser.add_argument("--file", type=Path, default=Path("/dev/stdin"))
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    parser.add_argument("--device", default=Config.device)
    args = parser.parse_args()
    refuse_names(parser, args.texts)
    texts = iter(args.texts or read_file(args.file))
    predictor = Predictor(args.model_dir, Config(), torch.device(args.device))
    while part := list(islice(texts, 1000)):  # a file of any length, in constant memory
        for text, answer in zip(part, predictor(part), strict=True):
            print(json.dumps({"text": text, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
