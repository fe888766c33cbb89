"""Checks of texts and lists wherever they stand: secrets, and names that stand twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_data as rules
from specc.diagnostics.secrets import SECRET
from specc.language.finding import dotted, shown
from specc.language.ground import Check, Ground
from specc.yaml.source import Key, KeyPath, Place, Source
from specc.yaml.text import Lines

_LISTS_OF_NAMES: tuple[KeyPath, ...] = (
    ("model", "freeze"),
    ("data",),
    ("data", "train"),
    ("data", "validation"),
    ("data", "test"),
    ("data", "columns"),
    ("data", "clean", "stop_words"),
    ("evaluation", "metrics"),
)


def secrets(source: Source) -> Iterator[Diagnostic]:
    """Values and keys that look like tokens; works on any source, of whatever shape."""
    todo: list[tuple[KeyPath, object, Place]] = [((), source.value, source.root)]
    while todo:
        path, value, place = todo.pop()
        if isinstance(value, str) and SECRET.search(value):
            yield Diagnostic(
                rules.SECRET_IN_SPEC,
                f"`{shown(dotted(path))}` looks like an access token",
                source.file,
                place.value,
                "delete it here and revoke it; tokens come from the environment, such as HF_TOKEN",
            )
        items: Iterable[tuple[Key, object]] = value.items() if isinstance(value, dict) else ()
        if isinstance(value, list):
            items = enumerate(value)
        for key, child in items:
            todo.append(((*path, key), child, place.children[key]))


def secrets_in_comments(source: Source) -> Iterator[Diagnostic]:
    """Tokens that stand in the file and in none of its values: a build would copy them."""
    told = {diagnostic.span.line for diagnostic in secrets(source) if diagnostic.span}
    lines = Lines(source.text)
    for match in SECRET.finditer(source.text):
        span = lines.span(*match.span())
        if span.line not in told:
            yield Diagnostic(
                rules.SECRET_IN_SPEC,
                "what stands here looks like an access token",
                source.file,
                span,
                "delete it here and revoke it; tokens come from the environment, such as HF_TOKEN",
            )


def duplicate_names(ground: Ground) -> Iterator[Diagnostic]:
    """Entries that stand twice in a list of names."""
    of_task = (("task", key) for key in ground.source.value["task"])
    for path in (*of_task, *_LISTS_OF_NAMES):
        entries = ground.written(*path)
        if not isinstance(entries, list):
            continue
        first: dict[str, int] = {}
        for i, entry in enumerate(entries):
            if isinstance(entry, str) and first.setdefault(entry, i) != i:
                yield ground.at_value(
                    rules.DUPLICATE_NAME,
                    (*path, i),
                    f"`{shown(entry)}` stands twice in `{path[-1]}`",
                    "delete one of the two",
                    ground.note("it first stands here", *path, first[entry]),
                )


CHECKS: tuple[Check, ...] = (duplicate_names,)
