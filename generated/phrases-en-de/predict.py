"""Writes the translation of new sources with the trained model.

    python predict.py 'a text' 'another text'
    python predict.py --file new.csv        CSV, TSV or JSONL with the column `en`; else one text a line
    python predict.py < texts.txt           standard input, one text a line

Prints one JSON object a text, in order. Cleaning and tokenization are those of training; the flags
are those of `config.py`: `--temperature` above 0 samples, 0 searches with `--num-beams`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import torch

from config import Config
from data import FOLDER, Examples, Loader, clean, load_tokenizer
from evaluate import write
from model import load_model


def read_csv(path: Path) -> pa.Table:
    """The texts of a CSV or TSV file, read as the training data is."""
    columns = ("en",)
    return pyarrow.csv.read_csv(
        path,
        parse_options=pyarrow.csv.ParseOptions(
            delimiter="\t" if path.suffix.lower() == ".tsv" else ",", newlines_in_values=True
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=columns,
            column_types=dict.fromkeys(columns, pa.string()),
            strings_can_be_null=False,
        ),
    )


def read_file(path: Path) -> Iterator[str]:
    """The texts in a file, one by one."""
    column = "en"
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
        self.tokenizer = load_tokenizer(config, [], model_dir / "tokenizer.json")
        self.model = load_model(model_dir)

    def __call__(self, texts: list[str]) -> list[dict[str, object]]:
        """One answer a text, in order."""
        cleaned = [clean(text) for text in texts]
        loader = Loader(Examples(cleaned, [""] * len(cleaned)), self.tokenizer, self.config)
        written = write(self.model, loader, list(range(len(cleaned))))
        return [{"prediction": text} for text in written]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="texts to read")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    for name in (
        "max_new_tokens",
        "num_beams",
        "length_penalty",
        "no_repeat_ngram_size",
        "temperature",
        "top_k",
        "top_p",
    ):
        kind = type(getattr(Config, name))
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, default=getattr(Config, name))
    parser.add_argument("--seed", type=int, default=Config.seed, help="of sampling")
    args = parser.parse_args()
    given: Iterable[str] = args.texts or (line.rstrip("\n") for line in sys.stdin)
    texts = iter(read_file(args.file) if args.file else given)
    torch.manual_seed(args.seed)
    settings = {
        name: getattr(args, name)
        for name in (
            "max_new_tokens",
            "num_beams",
            "length_penalty",
            "no_repeat_ngram_size",
            "temperature",
            "top_k",
            "top_p",
            "seed",
        )
    }
    config = replace(Config(), **settings)
    predictor = Predictor(args.model_dir, config)
    while part := list(islice(texts, 1000)):  # a file of any length, in constant memory
        for text, answer in zip(part, predictor(part), strict=True):
            print(json.dumps({"text": text, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
