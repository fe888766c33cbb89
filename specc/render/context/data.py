"""The `data` and `clean` names of the templates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specc.data.blocks import BLOCK_SIZE
from specc.data.clean import ENTITY, PATTERN_LIMIT_S, TAG
from specc.data.facts import SplitFacts
from specc.data.rows import joined
from specc.data.stop_words import ENGLISH
from specc.plan.plan import Plan
from specc.render.context.predicting import predicting_names
from specc.render.context.readers import arrow_modules, readers_of
from specc.render.context.sources import source_files
from specc.render.literals import py

_HELD_OUT = ("test", "validation")
_LONGEST_EXAMPLE = 60
"""Characters of a text on a command line."""


def clean_context(plan: Plan) -> dict[str, Any]:
    """Every name under `clean`."""
    clean = plan.spec.clean
    words = ENGLISH if clean.stop_words == "english" else (clean.stop_words or ())
    if isinstance(words, str):
        words = tuple(words.split())
    return {
        "strip_html": clean.strip_html,
        "tag": [f'r"{part}"' for part in TAG] if clean.strip_html else [],
        "entity": f'r"{ENTITY}"' if clean.strip_html else "",
        "unicode": clean.unicode.upper() if clean.unicode else None,
        "lower_case": clean.lower_case,
        "replace": [{"pattern": rule.pattern, "by": rule.by} for rule in clean.replace],
        "stop_words": tuple(word.casefold() for word in words),
        "whitespace": clean.whitespace,
    }


def column_list(plan: Plan, column: str) -> str:
    """The expression for a column as a list of strings."""
    return f"table[{py(column)}].to_pylist()"


def drop_comment(plan: Plan, kinds: Sequence[str]) -> str:
    """The comment above the lines that leave rows out: those of `kinds`, and repeated ones."""
    what = [*kinds, *(["repeated rows"] if plan.spec.data.clean.drop_duplicates else [])]
    total = sum(sum(split.dropped.values()) for split in plan.facts.splits.values())
    seen = "" if plan.facts.hub else f" ({total:,} when this project was made)"
    return f"Rows without use are left out: {' and '.join(what)}{seen}."


def _digests(plan: Plan) -> dict[str, Any]:
    """How data.py walks over all data files."""
    splits = plan.facts.splits.items()
    names = [f"*config.{name}_files" for name, split in splits if split.origin == "files"]
    return (
        {
            "all_files": names[0].removeprefix("*") if len(names) == 1 else f"({', '.join(names)})",
            "has_columns": any(f.format == "parallel" for f in source_files(plan).values()),
            "has_folders": any(file.path.is_dir() for file in source_files(plan).values()),
        }
        if names
        else {"all_files": "()", "has_folders": False, "has_columns": False}
    )


def _file_columns(group: str | None, columns: tuple[str, ...]) -> str:
    """The expression for the columns that have a file, where each has one."""
    if group is None or group in columns:
        return "COLUMNS"
    return f"((*COLUMNS, {py(group)}) if path in config.train_files else COLUMNS)"


def _cut_names(splits: dict[Any, SplitFacts]) -> tuple[str, ...]:
    return tuple(name for name, split in splits.items() if split.origin == "cut" or name == "train")


def data_context(plan: Plan) -> dict[str, Any]:
    """Every name under `data`."""
    spec, facts = plan.spec.data, plan.facts
    scored = tuple(name for name in plan.splits if name != "train")
    return {
        "source_words": "a hub data set" if facts.hub else "files",
        "is_hub": facts.hub,
        "hub_name": spec.hub.name if spec.hub else None,
        "hub_revision": spec.hub.revision if spec.hub else None,
        "columns": plan.spec.task.columns,
        "pattern_limit_s": PATTERN_LIMIT_S,
        "group": plan.spec.group,
        "keeps_objects": bool(plan.spec.task.objects),
        **_reading(plan),
        **_digests(plan),
        **_dropping(plan),
        **_cutting(plan),
        **predicting_names(plan, readers_of(plan), _cuts_groups(plan)),
        "has_test": plan.final_split == "test",
        "checks_files": not facts.hub and not plan.copies_files,
        "final_split": plan.final_split,
        "split_names": plan.splits,
        "scored": scored,
        "scored_words": " and ".join(scored),
        "truncation_side": "left" if spec.truncation == "start" else "right",
        "cuts_start": spec.truncation == "start",
        "reads_special_tokens": plan.spec.reads_special_tokens,
        "truncates": plan.spec.task.WINDOW is None,
        "planned_cut": _planned_cut(plan),
    }


def _planned_cut(plan: Plan) -> str:
    """What the plan expected to be truncated, where it had to estimate it."""
    if plan.lengths is None or plan.lengths.exact:
        return ""
    return f" (planned: about {plan.lengths.share_over(plan.max_length):.0%})"


def _reading(plan: Plan) -> dict[str, Any]:
    """How files become tables."""
    is_hub, readers = plan.facts.hub, readers_of(plan)
    formats = {reader.format for reader in readers}
    return {
        "readers": readers,
        "has_many_readers": len(readers) > 1,
        "sets_block_size": bool(formats & {"csv", "jsonl"}),
        "block_size": BLOCK_SIZE,
        "converts": is_hub or bool(formats & {"json", "jsonl", "parquet"}),
        "has_list_views": any("list_view" in reader.schema for reader in readers),
        "arrow_modules": arrow_modules(readers, is_hub),
    }


def _dropping(plan: Plan) -> dict[str, Any]:
    """Which rows are left out."""
    clean = plan.spec.data.clean
    return {
        "drops": clean.drop_empty or clean.drop_duplicates,
        "drop_empty": clean.drop_empty,
        "drop_duplicates": clean.drop_duplicates,
        "drop_comment": drop_comment(plan, ["empty texts"] if clean.drop_empty else []),
    }


def _cutting(plan: Plan) -> dict[str, Any]:
    """How splits are cut from the training rows, and what that needs of each row."""
    facts = plan.facts
    cuts = any(split.origin == "cut" for split in facts.splits.values())
    cut_names = _cut_names(facts.splits) if cuts else ()
    grouped = _cuts_groups(plan)
    stratified = cuts and facts.stratified and not grouped
    more = "list[int]" if grouped else "list[str]" if stratified else ""
    also = ", and the rows that are kept" if grouped else ", and labels" if stratified else ""
    columns = plan.spec.task.columns
    return {
        "cut_word": "split, " if cuts else "",
        "cuts": cuts,
        "by_position": facts.by_position,
        "uses_groups": grouped,
        "stratified": stratified,
        "cut_names": cut_names,
        "cuts_test": "test" in cut_names,
        "cuts_validation": "validation" in cut_names,
        **{f"{name}_fraction_expression": _fraction(name, cut_names) for name in _HELD_OUT},
        "examples_type": f"tuple[Examples, {more}]" if more else "Examples",
        "examples_doc": f"Clean texts and targets of all files of one split{also}.",
        "gives_more": bool(more),
        "file_names": tuple(name for name in plan.splits if name not in cut_names),
        "file_columns": _file_columns(plan.spec.group if grouped else None, columns),
    }


def _cuts_groups(plan: Plan) -> bool:
    """Whether rows of one group stay together where splits are cut."""
    cuts = any(split.origin == "cut" for split in plan.facts.splits.values())
    return cuts and plan.spec.group is not None


def _fraction(name: str, cut_names: tuple[str, ...]) -> str:
    return f"config.{name}_fraction" if name in cut_names else "0"


def short_rows(plan: Plan, names: Sequence[str], longest: int = _LONGEST_EXAMPLE) -> list[str]:
    """The first row of the final split that is short and plain enough for a command line.

    One text a column; empty where there is none, as with a hub data set.
    """
    split = plan.facts.splits.get(plan.final_split)
    if split is None:
        return []
    columns = [joined(split.table[name].slice(0, 200)).to_pylist() for name in names]
    texts = [[" ".join(text.split()) for text in row] for row in zip(*columns, strict=True)]
    plain = [t for t in texts if all(part.isprintable() and part[:1] != "-" for part in t)]
    return next((t for t in plain if max(map(len, t)) <= longest), [])
