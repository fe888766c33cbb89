"""Answers `question` with a span of `context`.

    python predict.py 'a question' 'the text that holds its answer'
    python predict.py --file new.jsonl      JSONL, CSV, TSV with the columns `question` and `context`, or SQuAD's .json
    python predict.py < new.jsonl           standard input, a JSON object a line with these keys

Prints one JSON object a question, in order; `start` and `end` count characters of the context.
Cleaning, tokenization and windows are those of training.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from config import Config
from data import FOLDER, Examples, Loader, clean, load_tokenizer
from evaluate import describe, load_thresholds, predict
from model import load_model

QUESTION, CONTEXT = ("question", "context")


def read_lines(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Question and context of each JSON object."""
    for row in map(json.loads, filter(str.strip, lines)):
        yield row[QUESTION], row[CONTEXT]


def read_file(path: Path) -> Iterator[tuple[str, str]]:
    """The questions in a file with their contexts, one by one."""
    ending = path.suffix.lower()
    with path.open(encoding="utf-8-sig", newline="") as file:
        if ending in (".csv", ".tsv"):
            csv.field_size_limit(sys.maxsize)
            for row in csv.DictReader(
                file, delimiter="\t" if path.suffix.lower() == ".tsv" else ","
            ):
                yield row[QUESTION], row[CONTEXT]
        elif ending in (".jsonl", ".ndjson"):
            yield from read_lines(file)
        elif ending == ".json":
            yield from (
                (asked["question"], paragraph["context"])
                for article in json.load(file)["data"]
                for paragraph in article["paragraphs"]
                for asked in paragraph["qas"]
            )
        else:
            raise SystemExit(f"{path}: say .jsonl, .csv, .tsv, or .json as SQuAD has it")


class Predictor:
    """A trained model with all that belongs to it."""

    def __init__(self, model_dir: Path, config: Config) -> None:
        self.config = config
        self.tokenizer = load_tokenizer(config)
        self.model = load_model(model_dir)
        self.thresholds = load_thresholds(model_dir)

    def __call__(self, pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
        """The answers to each question about its context, in order."""
        questions = [clean(question) for question, _ in pairs]
        contexts = [clean(context) for _, context in pairs]
        loader = Loader(
            Examples(questions, contexts, [[] for _ in pairs], [(0, 0) for _ in pairs]),
            self.tokenizer,
            self.config,
        )
        outcome = predict(self.model, loader, self.thresholds)
        return [describe(outcome, row) for row in range(len(pairs))]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("question", nargs="?", help="the question, in quotes")
    parser.add_argument("context", nargs="?", help="the text that holds the answer, in quotes")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--n-best", type=int, default=Config.n_best, help="answers to list")
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    args = parser.parse_args()
    if args.question is not None and args.context is None:
        parser.error("give a question and a context, each in quotes")
    given = [(args.question, args.context)] if args.question else read_lines(sys.stdin)
    pairs = iter(read_file(args.file) if args.file else given)
    config = replace(Config(), n_best=args.n_best)
    predictor = Predictor(args.model_dir, config)
    while part := list(islice(pairs, 1000)):  # a file of any length, in constant memory
        for (question, _), answer in zip(part, predictor(part), strict=True):
            print(json.dumps({"question": question, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
