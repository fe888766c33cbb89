"""Whether a file holds running text, and nothing else."""

from __future__ import annotations

from pathlib import Path

from specc.data.dialect import DELIMITERS, first_rows, sample_of
from specc.data.encoding import find_encoding
from specc.data.findings import FileProblem
from specc.data.foreign import fast_text_lines
from specc.diagnostics.diagnostic import SpecError
from specc.new.columns import NoGuess, guess_text, profiles
from specc.new.guess import TaskGuess, is_english
from specc.new.table import read_table
from specc.new.write import scalar
from specc.tasks.causal_lm.language import CausalLM

ANY_TEXT = True
_KIND = "causal-lm"


def guess(path: Path, wanted: bool) -> TaskGuess | None:
    """The section for a text file; where it is `wanted`, for the longest texts of a table too."""
    try:
        if path.suffix.lower() in CausalLM.ENDINGS:
            encoding, _ = find_encoding(path, path.name, None)
            sample = sample_of(path, encoding)
            if sample.strip() and (wanted or not _is_table(sample)):
                return _guess((), (sample,), 1)
        return _column(path) if wanted else None
    except (FileProblem, SpecError, NoGuess, OSError, UnicodeError):
        return None


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


def _column(path: Path) -> TaskGuess:
    table = read_table(path)
    known = profiles(table)
    (name, *_), why = guess_text(known)
    return _guess((("text", scalar(name), why),), tuple(known[name].values), table.rows)


def _guess(keys: tuple[tuple[str, str, str], ...], texts: tuple[str, ...], rows: int) -> TaskGuess:
    if is_english(texts):
        model = "distilgpt2", "for English; any decoder on the hub or a folder will do"
    else:
        model = "Qwen/Qwen2.5-0.5B", "it knows many languages; one for yours alone may be better"
    return TaskGuess(_KIND, keys, rows, texts, model=model)
