"""Goes on from texts with the trained model, or scores them.

    python predict.py 'the beginning of a text'
    python predict.py --file new.txt           plain text, CSV, TSV, JSON or JSONL with column `text`
    python predict.py < start.txt              standard input, read as a text file
    python predict.py --score --file new.txt   loss, perplexity and bits per byte of whole texts

Prints one JSON object a prompt, in order. Cleaning and tokenization are those of training.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import torch

from config import Config
from data import FOLDER, Examples, Loader, clean, load_tokenizer, read_table
from evaluate import predict, score
from generate import generate
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
        if ending in (".txt", ".md", ""):
            for part in read_table(str(path.absolute()), ("text",)).to_batches():
                yield from filter(None, part[0].to_pylist())
            return
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, row in enumerate(rows_of(file, ending), start=1):
                place = f"{path}, row {number}"
                yield as_text(row["text"])
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
        raise ValueError("the ending must be one of .txt, .md, .csv, .tsv, .json, .jsonl, .ndjson")
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

    def __call__(self, prompts: list[str]) -> Iterator[dict[str, object]]:
        """One continuation a prompt, in order; `ended`: the model closed the document itself."""
        rng = torch.Generator().manual_seed(self.config.seed)
        for prompt in prompts:
            text, ended = generate(self.model, self.tokenizer, clean(prompt), self.config, rng)
            yield {"prompt": prompt, "text": text, "ended": ended}

    def score(self, texts: list[str]) -> dict[str, float]:
        """What evaluate.py says of a split that holds these documents."""
        cleaned = [text for text in map(clean, texts) if text]
        if not any(cleaned):
            raise SystemExit("there is no text to score")
        loader = Loader(Examples(cleaned), self.tokenizer, self.config)
        return score(predict(self.model, loader))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="texts to go on from")
    parser.add_argument("--file", type=Path, default=Path("/dev/stdin"))
    parser.add_argument("--score", action="store_true", help="score the texts instead")
    parser.add_argument("--max-new-tokens", type=int, default=Config.max_new_tokens)
    parser.add_argument("--temperature", type=float, default=Config.temperature)
    parser.add_argument("--top-k", type=int, default=Config.top_k)
    parser.add_argument("--top-p", type=float, default=Config.top_p)
    parser.add_argument("--seed", type=int, default=Config.seed)
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    args = parser.parse_args()
    refuse_names(parser, args.texts)
    texts = args.texts or list(read_file(args.file))
    names = ("max_new_tokens", "temperature", "top_k", "top_p", "seed")
    config = replace(Config(), **{name: getattr(args, name) for name in names})
    predictor = Predictor(args.model_dir, config)
    for answer in [predictor.score(texts)] if args.score else predictor(texts):
        print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
