"""Writes the translation of new sources with the trained model.

    python predict.py 'a text' 'another text'
    python predict.py --file new.en        lines of text, CSV, TSV, JSON or JSONL with column `en`; .txt: one text per line
    python predict.py < texts.txt           standard input, one text a line

Prints one JSON object a text, in order. Cleaning and tokenization are those of training; the flags
are those of `config.py`: `--temperature` above 0 samples, 0 searches with `--num-beams`.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import torch

from config import Config
from data import FOLDER, Examples, Loader, clean, load_tokenizer, read_table
from evaluate import write
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
        if ending == ".en":
            for part in read_table(str(path.absolute().with_suffix("")), ("en",)).to_batches():
                yield from part[0].to_pylist()
            return
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            if ending in (".txt", ""):
                yield from (line.rstrip("\r\n") for line in file)
                return
            for number, row in enumerate(rows_of(file, ending), start=1):
                place = f"{path}, row {number}"
                yield as_text(row["en"])
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
    if ending not in (".json", ".jsonl", ".ndjson"):
        raise ValueError("the ending must be one of .en, .csv, .tsv, .json, .jsonl, .ndjson, .txt")
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
        self.tokenizer = load_tokenizer(config, [], model_dir / "tokenizer.json")

    def __call__(self, texts: list[str]) -> list[dict[str, object]]:
        """One answer a text, in order."""
        cleaned = [clean(text) for text in texts]
        loader = Loader(Examples(cleaned, [""] * len(cleaned)), self.tokenizer, self.config)
        written = write(self.model, loader, list(range(len(cleaned))))
        return [{"prediction": text} for text in written]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="texts to read")
    parser.add_argument("--file", type=Path, default=Path("/dev/stdin"))
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    names = (
        "max_new_tokens",
        "num_beams",
        "length_penalty",
        "no_repeat_ngram_size",
        "temperature",
        "top_k",
        "top_p",
    )
    for name in names:
        kind = type(getattr(Config, name))
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, default=getattr(Config, name))
    parser.add_argument("--seed", type=int, default=Config.seed, help="of sampling")
    args = parser.parse_args()
    refuse_names(parser, args.texts)
    texts = iter(args.texts or read_file(args.file))
    torch.manual_seed(args.seed)
    settings = {name: getattr(args, name) for name in (*names, "seed")}
    config = replace(Config(), **settings)
    predictor = Predictor(args.model_dir, config)
    while part := list(islice(texts, 1000)):  # a file of any length, in constant memory
        for text, answer in zip(part, predictor(part), strict=True):
            print(json.dumps({"text": text, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
