"""A draft as the text of a spec, with a comment beside each guess."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from specc.diagnostics.wording import visible
from specc.new.draft import Draft
from specc.plan.known import KNOWN_CONFIGS

_PLAIN = re.compile(r"[A-Za-z_./][A-Za-z0-9_./-]*")
_WORDS_OF_YAML = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan"}
_OPUS = "Helsinki-NLP/opus-mt-"
_COMMENT_COLUMN = 34


def spec_text(draft: Draft, spec: Path) -> str:
    """The spec that is to stand at `spec`; its paths start from there."""
    lines = ["# yaml-language-server: $schema=schema.json"] if _has_schema(spec) else []
    lines += [f"# Guessed by `specc new {visible(draft.table.path.name)}`; `specc plan` shows all."]
    if draft.name:
        lines.append(f"name: {draft.name}")
    lines += _task(draft)
    lines.append(_commented(f"model: {_model(draft.model)}", draft.reasons["model"]))
    lines += _data(draft, spec.parent)
    lines += _hardware(draft)
    return "\n".join(lines) + "\n"


def _model(name: str) -> str:
    """The base; one of the many that OPUS-MT has for pairs of languages with its architecture."""
    if name.startswith(_OPUS) and name not in KNOWN_CONFIGS:
        return f"{{base: {scalar(name)}, architecture: marian}}"
    return scalar(name)


def _has_schema(spec: Path) -> bool:
    return (spec.parent / "schema.json").is_file()


def _task(draft: Draft) -> list[str]:
    if draft.task:
        keys = [_commented(f"  {key}: {value}", why) for key, value, why in draft.task.keys]
        return ["task:", f"  kind: {draft.task.kind}", *keys]
    lines = ["task:", "  kind: text-classification"]
    lines.append(_commented(f"  text: {one_or_list(draft.text)}", draft.reasons["text"]))
    lines.append(_commented(f"  label: {one_or_list(draft.label)}", draft.reasons["label"]))
    if draft.separator:
        line = f"  separator: {_quoted(draft.separator)}"
        lines.append(_commented(line, "stands between the labels of one text"))
    return lines


def _data(draft: Draft, folder: Path) -> list[str]:
    format = draft.data.format or (draft.task.format if draft.task else None)
    train = draft.train or (draft.table.path,)
    splits = {"train": train} | {split: (path,) for split, path in draft.splits.items()}
    lines = ["data:"]
    for split, paths in splits.items():
        named = [p.with_suffix("") if format == "parallel" else p for p in paths]
        shown = [_path(path, folder) for path in named]
        lines.append(f"  {split}: " + (shown[0] if len(shown) == 1 else f"[{', '.join(shown)}]"))
    if format:
        lines.append(f"  format: {format}")
    for key in ("delimiter", "encoding"):
        if value := getattr(draft.data, key):
            said = scalar(value) if key == "encoding" else _quoted(value)
            lines.append(_commented(f"  {key}: {said}", "as you said"))
    for path in draft.left_out:
        lines.append(f"  # {visible(path.name)} is left out: it lacks a column of the task")
    if draft.columns:
        line = f"  columns: {one_or_list(draft.columns)}"
        lines.append(_commented(line, "the file has no header"))
    cut = [split for split in ("validation", "test") if split not in draft.splits]
    if draft.group:
        where = f"  # split: {{group: {scalar(draft.group)}}}"
        lines.append(_commented(where, "would keep what belongs together in one split"))
    elif "validation" in cut:
        what = "validation and test are" if "test" in cut else "validation is"
        lines.append(f"  # {what} cut from `train`, a tenth each; `split` changes that")
    return lines


def _hardware(draft: Draft) -> list[str]:
    if not draft.instructions:
        return [_commented(f"hardware: {draft.device}", "the machine that trains")]
    return [
        "hardware:",
        _commented(f"  device: {draft.device}", "the machine that trains; cuda, mps or auto"),
        _commented(f"  instructions: {draft.instructions}", "what this machine's CPU offers"),
    ]


def _commented(line: str, comment: str) -> str:
    return f"{line:<{_COMMENT_COLUMN}}  # {visible(comment)}"


def _path(path: Path, folder: Path) -> str:
    """As seen from the spec's folder."""
    return scalar(Path(os.path.relpath(path, folder)).as_posix())


def one_or_list(names: Sequence[str]) -> str:
    return scalar(names[0]) if len(names) == 1 else f"[{', '.join(map(scalar, names))}]"


def scalar(text: str) -> str:
    """The text in YAML, in quotes where it could be taken for something else."""
    is_plain = _PLAIN.fullmatch(text) and text.lower().lstrip(".") not in _WORDS_OF_YAML
    return text if is_plain else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + "".join(map(_quoted_character, text)) + '"'


def _quoted_character(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08x}"
