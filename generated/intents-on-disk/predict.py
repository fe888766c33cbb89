"""Predicts one of 8 classes for `message` with the trained model.

    python predict.py 'a text' 'another text'
    python predict.py --file new.csv        CSV, JSON or JSONL with column `message`; .txt: one text per line
    python predict.py < texts.txt           standard input, one text a line

Prints one JSON object a text, in order. Cleaning and tokenization are those of training.
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
from data import FOLDER, Examples, Loader, clean, load_tokenizer, read_table
from evaluate import predict
from model import load_model


def refuse_names(parser: argparse.ArgumentParser, texts: list[str]) -> None:
    """Refuse the name of a file in place of a text."""
    try:
        names = [text for text in texts if Path(text).is_file()]
    except (OSError, ValueError):  # too long for a name
        return
    if names:
        parser.error(f"{names[0]} is a file: write --file {names[0]}")


def read_file(path: Path) -> Iterator[str]:
    """The texts in a file, one by one, as training reads them."""
    ending, place = path.suffix.lower(), str(path)
    try:
        if ending == ".csv":
            for part in read_table(str(path.absolute()), ("message",)):
                yield from part[0].to_pylist()
            return
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            if ending in (".txt", ""):
                yield from (line.rstrip("\r\n") for line in file)
                return
            for number, row in enumerate(rows_of(file, ending), start=1):
                place = f"{path}, row {number}"
                yield as_text(row["message"])
    except (LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
        raise SystemExit(f"{place} cannot be read: {error}") from None


def rows_of(file: TextIO, ending: str) -> Iterator[Any]:
    """The rows of JSON: a list, or an object per line."""
    if ending not in (".json", ".jsonl", ".ndjson"):
        raise ValueError("the ending must be one of .csv, .json, .jsonl, .ndjson, .txt")
    is_list = file.readline().lstrip()[:1] == "["
    file.seek(0)
    yield from json.load(file) if is_list else map(json.loads, filter(str.strip, file))


def as_text(raw: Any) -> str:
    """A value as training has it: numbers in their shortest form, true as 1, nothing as the empty text."""
    return str(int(raw)) if isinstance(raw, int) else pa.scalar(raw).cast(pa.string()).as_py() or ""


class Predictor:
    """A trained model with all that belongs to it."""

    def __init__(self, model_dir: Path, config: Config) -> None:
        self.config = config
        self.model = load_model(model_dir)
        self.tokenizer = load_tokenizer(config, model_dir)

    def __call__(self, texts: list[str]) -> list[dict[str, object]]:
        """One answer a text, in order."""
        cleaned = [clean(text) for text in texts]
        unknown = torch.zeros(len(cleaned), dtype=torch.long)
        loader = Loader(Examples(cleaned, unknown), self.tokenizer, self.config)
        outcome = predict(self.model, loader)
        return [
            {"prediction": self.config.labels[label], "probability": round(float(share), 6)}
            for label, share in zip(outcome.predictions, outcome.confidence, strict=True)
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="texts to predict")
    parser.add_argument("--file", type=Path, default=Path("/dev/stdin"))
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    args = parser.parse_args()
    refuse_names(parser, args.texts)
    texts = iter(args.texts or read_file(args.file))
    predictor = Predictor(args.model_dir, Config())
    while part := list(islice(texts, 1000)):  # a file of any length, in constant memory
        for text, answer in zip(part, predictor(part), strict=True):
            print(json.dumps({"text": text, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
