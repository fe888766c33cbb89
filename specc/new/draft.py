"""Everything that a new spec says, guessed from the data, with the reason of each guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from specc.new.columns import guess_group, guess_label, guess_separator, guess_text, profiles
from specc.new.guess import TaskGuess, guess_task, is_english
from specc.new.machine import cpu_instructions
from specc.new.table import Table, has_columns
from specc.spec.hardware import Device, Instructions

ENGLISH_MODEL = "distilbert-base-uncased"
OTHER_MODEL = "bert-base-multilingual-cased"
_TRAIN = re.compile(r"(?<![a-z])train(ing)?(?![a-z])", re.IGNORECASE)
_OTHERS = {"validation": ("validation", "valid", "val", "dev", "eval"), "test": ("test",)}


@dataclass(frozen=True)
class Wishes:
    """What the command line or a person said; None is to be guessed."""

    text: tuple[str, ...] | None = None
    label: tuple[str, ...] | None = None
    model: str | None = None
    device: Device | None = None
    name: str | None = None


@dataclass(frozen=True)
class Draft:
    """A spec to be written. `reasons` are by key of the language.

    `columns` are all names of a file without a header. `left_out` are files beside it that could
    be splits but lack a column.
    """

    table: Table
    text: tuple[str, ...]
    label: tuple[str, ...]
    separator: str | None
    model: str
    device: Device
    instructions: Instructions | None
    name: str | None
    columns: tuple[str, ...] | None
    splits: dict[str, Path]
    left_out: tuple[Path, ...]
    group: str | None
    reasons: dict[str, str]
    task: TaskGuess | None = None


def task_draft(path: Path, guess: TaskGuess, wishes: Wishes) -> Draft:
    """The draft of a task that knows its own files."""
    model, why = guess.model or guess_model([guess.texts])
    device = wishes.device or "cpu"

    def fits(other: Path) -> bool:
        found = guess_task(other, guess.kind)
        return found is not None and [k[:2] for k in found.keys] == [k[:2] for k in guess.keys]

    splits, left_out = files_beside(path, fits)
    return Draft(
        table=Table(path, guess.rows, ()),
        text=(),
        label=(),
        separator=None,
        model=wishes.model or model,
        device=device,
        instructions=cpu_instructions() if device == "cpu" else None,
        name=wishes.name,
        columns=None,
        splits=splits,
        left_out=left_out,
        group=None,
        reasons={key: reason for key, _, reason in guess.keys}
        | {"model": "as you said" if wishes.model else why},
        task=guess,
    )


def draft(table: Table, wishes: Wishes) -> Draft:
    """Takes what is wished for and guesses the rest.

    Raises:
        NoGuess: if no column looks like a text, or none like a label.
    """
    known, reasons = profiles(table), dict[str, str]()
    said = "as you said"
    text, reasons["text"] = (
        (wishes.text, said) if wishes.text else guess_text(known, wishes.label or ())
    )
    label, reasons["label"] = (wishes.label, said) if wishes.label else guess_label(known, text)
    separator = guess_separator(known[label[0]]) if len(label) == 1 else None
    model, reasons["model"] = guess_model([known[name].values for name in text])
    if wishes.model:
        model, reasons["model"] = wishes.model, said
    device = wishes.device or "cpu"
    instructions = cpu_instructions() if device == "cpu" else None
    names = None
    if not table.header:
        text, label, names = _named(table, text, label)
    used = [*text, *label]
    splits, left_out = files_beside(table.path, lambda path: has_columns(path, used, names))
    return Draft(
        table=table,
        text=text,
        label=label,
        separator=separator,
        model=model,
        device=device,
        instructions=instructions,
        name=wishes.name,
        columns=names,
        splits=splits,
        left_out=left_out,
        group=guess_group(known, used) if table.header and len(splits) < 2 else None,
        reasons=reasons,
    )


def _named(
    table: Table, text: Sequence[str], label: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Speaking names for the columns that are read of a file without a header."""
    new = {name: f"text_{i}" if len(text) > 1 else "text" for i, name in enumerate(text, 1)}
    new |= {name: f"label_{i}" if len(label) > 1 else "label" for i, name in enumerate(label, 1)}
    names = tuple(new.get(name, name) for name in table.names)
    return tuple(new[name] for name in text), tuple(new[name] for name in label), names


def guess_model(columns: Sequence[Sequence[str]]) -> tuple[str, str]:
    """A base by the language of the texts."""
    if is_english([text for column in columns for text in column[:500]]):
        return ENGLISH_MODEL, "for English texts; any hub id or a folder with weights will do"
    return OTHER_MODEL, "for texts of any language; a base for yours alone may be better"


def files_beside(
    train: Path, fits: Callable[[Path], bool]
) -> tuple[dict[str, Path], tuple[Path, ...]]:
    """Files named as `train` is, but for another split; those that do not fit are second."""
    found: dict[str, Path] = {}
    left_out: list[Path] = []
    if not _TRAIN.search(train.name) or train.is_dir():
        return found, ()
    for split, words in _OTHERS.items():
        for word in words:
            path = train.with_name(_TRAIN.sub(word, train.name))
            if not path.is_file() or split in found:
                continue
            if fits(path):
                found[split] = path
            else:
                left_out.append(path)
    return found, tuple(left_out)
