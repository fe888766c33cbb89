"""Answers `question` with a span of `context`.

    python predict.py 'a question' 'the text that holds its answer'
    python predict.py --file new.json      SQuAD's JSON, CSV, TSV, JSON or JSONL with columns `question` and `context`
    python predict.py < new.jsonl           standard input, a JSON object a line with these keys

Prints one JSON object a question, in order; `start` and `end` count characters of the context.
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

from config import Config
from data import FOLDER, Examples, Loader, clean, load_tokenizer, read_table
from evaluate import describe, load_thresholds, predict
from model import load_model


def refuse_names(parser: argparse.ArgumentParser, texts: list[str]) -> None:
    """Refuse the name of a file in place of a text."""
    try:
        names = [text for text in texts if Path(text).is_file()]
    except (OSError, ValueError):  # too long for a name
        return
    if names:
        parser.error(f"{names[0]} is a file: write --file {names[0]}")


def read_file(path: Path) -> Iterator[tuple[str, str]]:
    """The pairs of texts in a file, one by one, as training reads them."""
    ending, place = path.suffix.lower(), str(path)
    try:
        if ending == ".json":
            for part in read_table(str(path.absolute()), ("question", "context")).to_batches():
                yield from zip(part[0].to_pylist(), part[1].to_pylist(), strict=True)
            return
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, row in enumerate(rows_of(file, ending), start=1):
                place = f"{path}, row {number}"
                yield as_text(row["question"]), as_text(row["context"])
    except (csv.Error, LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
        raise SystemExit(f"{place} cannot be read: {error}") from None


def rows_of(file: TextIO, ending: str) -> Iterator[Any]:
    """The rows of JSON or a table."""
    if ending in (".csv", ".tsv"):
        csv.field_size_limit(sys.maxsize)
        rows = csv.reader(file, delimiter="\t" if ending == ".tsv" else ",")
        names = next(rows, [])
        yield from (dict(zip(names, row, strict=True)) for row in rows if row)
        return
    if ending not in (".json", ".jsonl", ".ndjson", ""):
        raise ValueError("the ending must be one of .json, .csv, .tsv, .jsonl, .ndjson")
    first = file.readline()
    is_list = first.lstrip()[:1] == "["
    lines = filter(str.strip, chain([first], file))
    yield from json.loads(first + file.read()) if is_list else map(json.loads, lines)


def as_text(raw: Any) -> str:
    """A value as training has it: numbers in their shortest form, true as 1, nothing as the empty text."""
    return str(int(raw)) if isinstance(raw, int) else pa.scalar(raw).cast(pa.string()).as_py() or ""


class Predictor:
    """A trained model with all that belongs to it."""

    def __init__(self, model_dir: Path, config: Config) -> None:
        self.config = config
        self.model = load_model(model_dir)
        self.tokenizer = load_tokenizer(config, model_dir)
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
    parser.add_argument("--file", type=Path, default=Path("/dev/stdin"))
    parser.add_argument("--n-best", type=int, default=Config.n_best, help="answers to list")
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    args = parser.parse_args()
    refuse_names(parser, [args.question or ""])
    if args.question is not None and args.context is None:
        parser.error("give a question and a context, each in quotes")
    pairs = iter([(args.question, args.context)] if args.question else read_file(args.file))
    config = replace(Config(), n_best=args.n_best)
    predictor = Predictor(args.model_dir, config)
    while part := list(islice(pairs, 1000)):  # a file of any length, in constant memory
        for (question, _), answer in zip(part, predictor(part), strict=True):
            print(json.dumps({"question": question, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
