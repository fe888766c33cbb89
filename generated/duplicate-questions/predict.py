"""Predicts one of 2 classes for `question1` and `question2` with the trained model.

    python predict.py 'first text' 'second text'
    python predict.py --file new.csv        CSV, TSV or JSONL with the columns `question1` and `question2`; else one text a line
    python predict.py < texts.txt           standard input, two texts a line with a tab between them

Prints one JSON object a text, in order. Cleaning and tokenization are those of training.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import torch

from config import Config
from data import BLOCK_SIZE, FOLDER, Examples, Loader, clean, load_tokenizer
from evaluate import predict
from model import load_model


def read_csv(path: Path) -> pa.Table:
    """The texts of a CSV or TSV file, read as the training data is."""
    columns = ("question1", "question2")
    return pyarrow.csv.read_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(block_size=BLOCK_SIZE),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter="\t" if path.suffix.lower() == ".tsv" else ",",
            quote_char='"',
            newlines_in_values=True,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=columns,
            column_types=dict.fromkeys(columns, pa.string()),
            strings_can_be_null=False,
        ),
    )


def read_file(path: Path) -> Iterator[tuple[str, str]]:
    """The pairs in a file, one by one."""
    first, second = ("question1", "question2")
    ending = path.suffix.lower()
    if ending in (".csv", ".tsv"):
        table = read_csv(path)
        yield from zip(table[first].to_pylist(), table[second].to_pylist(), strict=True)
    elif ending in (".jsonl", ".ndjson"):
        with path.open(encoding="utf-8") as file:
            for row in map(json.loads, filter(str.strip, file)):
                yield str(row[first] or ""), str(row[second] or "")
    elif ending in (".txt", ""):
        with path.open(encoding="utf-8") as file:
            yield from read_lines(file)
    else:
        raise SystemExit(f"{path}: say .csv, .tsv, .jsonl, or .txt with two texts a line")


def read_lines(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Two texts a line, with a tab between them."""
    for line in lines:
        first, _, second = line.rstrip("\n").partition("\t")
        yield first, second


class Predictor:
    """A trained model with all that belongs to it."""

    def __init__(self, model_dir: Path, config: Config) -> None:
        self.config = config
        self.tokenizer = load_tokenizer(config)
        self.model = load_model(model_dir, config)

    def __call__(self, texts: list[tuple[str, str]]) -> list[dict[str, object]]:
        """One answer a text, in order."""
        cleaned = [(clean(first), clean(second)) for first, second in texts]
        unknown = torch.zeros(len(cleaned), dtype=torch.long)
        loader = Loader(Examples(cleaned, unknown), self.tokenizer, self.config)
        outcome = predict(self.model, loader)
        return [
            {"prediction": self.config.labels[label], "probability": round(float(share), 6)}
            for label, share in zip(outcome.predictions, outcome.confidence, strict=True)
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="the two texts of one pair")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    args = parser.parse_args()
    if len(args.texts) not in (0, 2):
        parser.error("give the two texts of a pair, each in quotes")
    given: Iterable[tuple[str, str]] = [tuple(args.texts)] if args.texts else read_lines(sys.stdin)
    texts = iter(read_file(args.file) if args.file else given)
    predictor = Predictor(args.model_dir, Config())
    while part := list(islice(texts, 1000)):  # a file of any length, in constant memory
        for text, answer in zip(part, predictor(part), strict=True):
            print(json.dumps({"text": text, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
