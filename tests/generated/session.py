"""A program for one project's folder: trains, then answers and evaluates as the command line does.

One process for all of it, because importing the libraries takes longer than two steps of training.
It knows nothing of specc. What predict.py and evaluate.py print goes to `answers.jsonl` and
`again.json`.
"""

from __future__ import annotations

import contextlib
import json
import runpy
import sys
from dataclasses import replace
from pathlib import Path


def printed(program: str, *arguments: str) -> str:
    """What a program of the project prints when it is started with these arguments."""
    said, before = Path("said.txt"), sys.argv
    sys.argv = [program, *arguments]
    with said.open("w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
        runpy.run_path(program, run_name="__main__")
    sys.argv = before
    return said.read_text(encoding="utf-8")


def main(settings: dict[str, object]) -> None:
    """Trains with some settings replaced, then asks the trained model."""
    sys.path.insert(0, ".")
    from config import Config  # type: ignore[import-not-found]
    from train import main as train  # type: ignore[import-not-found]

    train(replace(Config(), **settings))
    lines = Path("outputs/predictions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines[:4]]
    # A single pair fits on the command line, any number of texts does.
    if "words" in rows[0]:
        # Lists of words have no place on a command line. Projects of texts with spans read `text`.
        both = [dict.fromkeys(("words", "text"), row["words"]) for row in rows]
        asked = "".join(json.dumps(row) + "\n" for row in both)
        Path("asked.jsonl").write_text(asked, encoding="utf-8")
        texts = ["--file", "asked.jsonl"]
    elif "context" in rows[0]:
        texts = ["--", rows[0]["question"], rows[0]["context"]]
    else:
        first = rows[0]["text"]
        texts = ["--", *(first if isinstance(first, list) else [row["text"] for row in rows])]
    Path("answers.jsonl").write_text(printed("predict.py", *texts), encoding="utf-8")
    Path("again.json").write_text(printed("evaluate.py"), encoding="utf-8")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
