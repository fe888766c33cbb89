"""Whether a file holds running text, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from specc.data.dialect import DELIMITERS, first_rows, sample_of
from specc.data.encoding import find_encoding
from specc.data.findings import FileProblem
from specc.data.foreign import fast_text_lines
from specc.diagnostics.diagnostic import SpecError
from specc.language.data import DataFields
from specc.new.columns import NoGuess, guess_text, profiles
from specc.new.guess import TaskGuess, is_english
from specc.new.table import read_table
from specc.new.write import scalar
from specc.tasks.causal_lm.language import CausalLM

ANY_TEXT = True
_KIND = "causal-lm"
_FEW_PARAGRAPHS = 10


def guess(path: Path, wanted: bool, given: DataFields) -> TaskGuess | None:
    """The section for a text file; where it is `wanted`, for the longest texts of a table too."""
    try:
        if path.is_dir():
            return _folder(path)
        if path.suffix.lower() in CausalLM.ENDINGS:
            encoding, _ = find_encoding(path, path.name, given.encoding)
            sample = sample_of(path, encoding)
            if sample.strip() and (wanted or not _is_table(sample)):
                return replace(_guess((), (sample,), 1), few_files=_documents(sample))
        return _column(path, given) if wanted else _only_column(path, given)
    except (FileProblem, SpecError, NoGuess, OSError, UnicodeError):
        return None


def _folder(path: Path) -> TaskGuess | None:
    """A folder of text files; one of folders is left to classification."""
    files = [f for f in sorted(path.iterdir()) if f.suffix.lower() == ".txt" and f.is_file()]
    if not files:
        return None
    encoding, _ = find_encoding(files[0], files[0].name, None)
    sample = sample_of(files[0], encoding)
    found = _guess((), (sample,), len(files))
    return replace(found, pattern="*.txt", few_files=_documents(sample))


def _documents(sample: str) -> tuple[str, str, str]:
    """What few files are cut into, so that there is something to hold out."""
    unit = "paragraph" if len(re.findall(r"\n\s*\n", sample)) > _FEW_PARAGRAPHS else "line"
    return "documents", unit, "the files are few: what is held out is cut from within them"


def _is_table(sample: str) -> bool:
    """Labelled lines, or such as a delimiter cuts into equally many fields: for another task."""
    if fast_text_lines(sample):
        return True
    for delimiter in DELIMITERS:
        rows = list(first_rows(sample, delimiter, None))
        alike = sum(len(row) == len(rows[0]) for row in rows) if rows else 0
        if rows and len(rows[0]) > 1 and alike >= 0.9 * len(rows):
            return True
    return False


def _column(path: Path, given: DataFields) -> TaskGuess:
    table = read_table(path, given)
    known = profiles(table)
    (name, *_), why = guess_text(known)
    return _guess((("text", scalar(name), why),), tuple(known[name].values), table.rows)


def _only_column(path: Path, given: DataFields) -> TaskGuess | None:
    """The texts of a table that holds nothing else, as corpora of JSON lines do."""
    if path.suffix.lower() not in (".json", ".jsonl", ".parquet"):
        return None
    table = read_table(path, given)
    if len(table.columns) != 1 or table.unread:
        return None
    return _column(path, given)


def _guess(keys: tuple[tuple[str, str, str], ...], texts: tuple[str, ...], rows: int) -> TaskGuess:
    return TaskGuess(_KIND, keys, rows, texts, model=base_for(texts))


def base_for(texts: tuple[str, ...]) -> tuple[str, str]:
    """A base by the language of the texts, and why."""
    if is_english(texts):
        return "distilgpt2", "for English; any decoder on the hub or a folder will do"
    return "Qwen/Qwen2.5-0.5B", "it knows many languages; one for yours alone may be better"
