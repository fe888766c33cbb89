"""Everything that a new spec says, guessed from the data, with the reason of each guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from specc.language.data import DataFields
from specc.language.hardware import Device, Instructions
from specc.new.columns import (
    Profile,
    guess_group,
    guess_label,
    guess_separator,
    guess_text,
    profiles,
)
from specc.new.guess import TaskGuess, guess_task, is_english
from specc.new.machine import cpu_instructions
from specc.new.table import Table, has_columns

ENGLISH_MODEL = "distilbert-base-uncased"
OTHER_MODEL = "bert-base-multilingual-cased"
_FEW_FILES = 20
_TRAIN = re.compile(r"(?<![a-z])train(ing)?(?![a-z])", re.IGNORECASE)
_OTHERS = {
    "validation": ("validation", "valid", "val", "dev", "devel", "development", "eval", "trial"),
    "test": ("test", "testing"),
}


@dataclass(frozen=True)
class Wishes:
    """What the command line or a person said; None is to be guessed.

    `data` is how the files are read, `header` whether the first row names the columns. `keys` are
    those of the task, in YAML; `splits` are files.
    """

    text: tuple[str, ...] | None = None
    label: tuple[str, ...] | None = None
    model: str | None = None
    device: Device | None = None
    name: str | None = None
    data: DataFields = DataFields()
    header: bool | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    splits: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """A spec to be written. `reasons` are by key of the language.

    `columns` are all names of a file without a header. `left_out` are files beside it that could
    be splits but lack a column. `train` are the files to learn from, where it is not the one that
    was looked at; `data` is how they are read.
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
    train: tuple[Path, ...] = ()
    data: DataFields = DataFields()


def with_files(made: Draft, train: tuple[Path, ...], number: int) -> Draft:
    """The draft for so many files; a few of running text are cut within."""
    task = made.task
    if task and task.few_files and 1 < number < _FEW_FILES:
        task = replace(task, keys=(*task.keys, task.few_files))
    return replace(made, train=train or made.train, task=task)


def task_draft(path: Path, guess: TaskGuess, wishes: Wishes) -> Draft:
    """The draft of a task that knows its own files."""
    model, why = guess.model or guess_model([guess.texts])
    device = wishes.device or "cpu"

    def fits(other: Path) -> bool:
        found = guess_task(other, guess.kind, wishes.data)
        return found is not None and [k[:2] for k in found.keys] == [k[:2] for k in guess.keys]

    splits, left_out = files_beside(path, fits, wishes.splits)
    guess = guess.with_said(wishes.keys)
    made = Draft(
        table=Table(path, guess.rows, ()),
        text=(),
        label=(),
        separator=None,
        model=wishes.model or model,
        device=device,
        instructions=cpu_instructions() if device == "cpu" else None,
        name=wishes.name,
        columns=wishes.data.columns,
        splits=splits,
        left_out=left_out,
        group=None,
        reasons={key: reason for key, _, reason in guess.keys}
        | {"model": "as you said" if wishes.model else why},
        task=guess,
        data=wishes.data,
    )
    return with_files(made, (path / guess.pattern,), guess.rows) if guess.pattern else made


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
    text = _without_answer(text, label, known)
    names = None
    if not table.header and wishes.data.columns:
        names = table.names
    elif not table.header:
        text, label, names = _named(table, text, label)
    used = [*text, *label]
    splits, left_out = files_beside(
        table.path, lambda path: has_columns(path, used, names, wishes.data), wishes.splits
    )
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
        data=wishes.data,
    )


def _without_answer(
    text: tuple[str, ...], label: Sequence[str], known: Mapping[str, Profile]
) -> tuple[str, ...]:
    """The texts but one whose values, which come again, each stand beside one label only."""
    if len(text) < 2 or len(label) != 1:
        return text
    answers = known[label[0]].column.values
    kept = tuple(n for n in text if not _decides(known[n].column.values, answers))
    return kept or text


def _decides(values: Sequence[str | list[str]], answers: Sequence[str | list[str]]) -> bool:
    pairs = {(str(value), str(answer)) for value, answer in zip(values, answers, strict=True)}
    different = {value for value, _ in pairs}
    return len(pairs) == len(different) <= len(values) / 5


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
    train: Path, fits: Callable[[Path], bool], said: Mapping[str, Path]
) -> tuple[dict[str, Path], tuple[Path, ...]]:
    """Files named as `train` is, but for another split; those that do not fit are second.

    They lie in its folder, or under its name in a folder beside that of `train`.
    """
    found: dict[str, Path] = dict(said)
    left_out: list[Path] = []
    for split, words in _OTHERS.items():
        for path in (path for word in words for path in _beside(train, word)):
            if split in found or path in found.values():
                continue
            if fits(path):
                found[split] = path
            else:
                left_out.append(path)
    ordered = {split: found[split] for split in _OTHERS if split in found}
    return ordered, tuple(left_out)


def _beside(train: Path, word: str) -> Iterator[Path]:
    """What is named with `word` where `train` has its own, upper and lower case being one."""
    whole = train.absolute()
    if _TRAIN.search(train.name):
        folders, name = [whole.parent], _TRAIN.sub(word, train.name)
        wanted = train.parent
    elif _TRAIN.search(whole.parent.name) and not train.is_dir():
        side = _TRAIN.sub(word, whole.parent.name).lower()
        folders = [
            f for f in _entries(whole.parent.parent) if f.is_dir() and f.name.lower() == side
        ]
        name, wanted = train.name, None
    else:
        return
    for folder in folders:
        for path in _entries(folder):
            if path.name.lower() == name.lower() and path.is_dir() == train.is_dir():
                yield wanted / path.name if wanted is not None else path


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
