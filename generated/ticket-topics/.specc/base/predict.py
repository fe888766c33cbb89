"""Predicts which of 5 labels fit `ticket` with the trained model.

    python predict.py 'a text' 'another text'
    python predict.py --file new.csv        CSV, TSV or JSONL with the column `ticket`; else one text a line
    python predict.py < texts.txt           standard input, one text a line

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
from evaluate import load_thresholds, predict
from model import load_model


def read_csv(path: Path) -> pa.Table:
    """The texts of a CSV or TSV file, read as the training data is."""
    columns = ("ticket",)
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


def read_file(path: Path) -> Iterator[str]:
    """The texts in a file, one by one."""
    column = "ticket"
    ending = path.suffix.lower()
    if ending in (".csv", ".tsv"):
        yield from read_csv(path)[column].to_pylist()
    elif ending in (".jsonl", ".ndjson"):
        with path.open(encoding="utf-8") as file:
            yield from (str(json.loads(line)[column] or "") for line in file if line.strip())
    elif ending in (".txt", ""):
        with path.open(encoding="utf-8") as file:
            yield from (line.rstrip("\n") for line in file)
    else:
        raise SystemExit(f"{path}: say .csv, .tsv, .jsonl, or .txt with one text a line")


class Predictor:
    """A trained model with all that belongs to it."""

    def __init__(self, model_dir: Path, config: Config) -> None:
        self.config = config
        self.tokenizer = load_tokenizer(config)
        self.model = load_model(model_dir)
        self.thresholds = load_thresholds(model_dir)

    def __call__(self, texts: list[str]) -> list[dict[str, object]]:
        """One answer a text, in order."""
        cleaned = [clean(text) for text in texts]
        unknown = torch.zeros(len(cleaned), len(self.config.labels))
        loader = Loader(Examples(cleaned, unknown), self.tokenizer, self.config)
        outcome = predict(self.model, loader, self.thresholds)
        return [
            {
                "prediction": [
                    name for name, flag in zip(self.config.labels, flags, strict=True) if flag
                ],
                "probabilities": dict(
                    zip(self.config.labels, scores.round(6).tolist(), strict=True)
                ),
            }
            for flags, scores in zip(outcome.predictions, outcome.scores, strict=True)
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="texts to predict")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    args = parser.parse_args()
    given: Iterable[str] = args.texts or (line.rstrip("\n") for line in sys.stdin)
    texts = iter(read_file(args.file) if args.file else given)
    predictor = Predictor(args.model_dir, Config())
    while part := list(islice(texts, 1000)):  # a file of any length, in constant memory
        for text, answer in zip(part, predictor(part), strict=True):
            print(json.dumps({"text": text, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
