"""Goes on from texts with the trained model, or scores them.

    python predict.py 'the beginning of a text'
    python predict.py --file prompts.jsonl     column `text` of CSV, TSV or JSONL; else text, a document a prompt
    python predict.py < start.txt              standard input, read as a text file
    python predict.py --score --file new.txt   loss, perplexity and bits per byte of whole texts

Prints one JSON object a prompt, in order. Cleaning and tokenization are those of training.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.csv
import torch

from config import Config
from data import FOLDER, Examples, Loader, clean, load_tokenizer
from evaluate import predict, score
from generate import generate
from model import load_model


def documents(text: str) -> list[str]:
    """The documents of a plain text, as in training."""
    return [text]


def read_file(path: Path) -> list[str]:
    """The texts in a file: a column of a table, or the documents of a plain text."""
    ending = path.suffix.lower()
    if ending in (".csv", ".tsv"):
        options = pyarrow.csv.ParseOptions(
            delimiter="\t" if ending == ".tsv" else ",", newlines_in_values=True
        )
        return [
            str(text or "")
            for text in pyarrow.csv.read_csv(path, parse_options=options)["text"].to_pylist()
        ]
    if ending in (".jsonl", ".ndjson"):
        lines = path.read_text(encoding="utf-8").split("\n")
        return [str(json.loads(line)["text"] or "") for line in lines if line.strip()]
    return documents(path.read_text(encoding="utf-8"))


class Predictor:
    """A trained model with all that belongs to it."""

    def __init__(self, model_dir: Path, config: Config, device: torch.device) -> None:
        self.config = config
        self.device = device
        self.tokenizer = load_tokenizer(config)
        self.model = load_model(model_dir, device)

    def __call__(self, prompts: list[str]) -> Iterator[dict[str, object]]:
        """One continuation a prompt, in order; `ended`: the model closed the document itself."""
        generator = torch.Generator().manual_seed(self.config.seed)
        self.model.eval()
        for prompt in prompts:
            text, ended = generate(
                self.model, self.tokenizer, clean(prompt), self.config, generator
            )
            yield {"prompt": prompt, "text": text, "ended": ended}

    def score(self, texts: list[str]) -> dict[str, float]:
        """What evaluate.py says of a split that holds these documents."""
        cleaned = [text for text in map(clean, texts) if text]
        if not any(cleaned):
            raise SystemExit("there is no text to score")
        loader = Loader(Examples(cleaned), self.tokenizer, self.config, self.device)
        return score(predict(self.model, loader))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="texts to go on from")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--score", action="store_true", help="score the texts instead")
    parser.add_argument("--max-new-tokens", type=int, default=Config.max_new_tokens)
    parser.add_argument("--temperature", type=float, default=Config.temperature)
    parser.add_argument("--top-k", type=int, default=Config.top_k)
    parser.add_argument("--top-p", type=float, default=Config.top_p)
    parser.add_argument("--seed", type=int, default=Config.seed)
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    parser.add_argument("--device", default=Config.device)
    args = parser.parse_args()
    texts = read_file(args.file) if args.file else args.texts or documents(sys.stdin.read())
    config = replace(
        Config(),
        max_new_tokens=args.max_new_tokens,
        temperature=args.temperature,
        top_k=args.top_k,
        top_p=args.top_p,
        seed=args.seed,
    )
    predictor = Predictor(args.model_dir, config, torch.device(args.device))
    for answer in [predictor.score(texts)] if args.score else predictor(texts):
        print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
