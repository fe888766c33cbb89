"""What the tags of the sentences are: scheme, types, and how many entities each split has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from specc.data.facts import DataFacts
from specc.data.rows import Rows
from specc.data.stored import StoredColumn
from specc.language.data import SplitName
from specc.tasks.token_classification.language import Scheme, TokenClassification
from specc.tasks.token_classification.tags import (
    bio_tags,
    count_tags,
    find_scheme,
    split_tag,
    to_bio,
    types_of,
)

_TYPES_SHOWN = 6


@dataclass(frozen=True)
class TagSet:
    """What the training sentences show before the cut."""

    scheme: Scheme
    scheme_reason: str
    types: tuple[str, ...]
    types_reason: str

    @property
    def plain(self) -> bool:
        return self.scheme == "plain"

    @property
    def tags(self) -> tuple[str, ...]:
        """The outputs of the model, in id order."""
        return self.types if self.plain else bio_tags(self.types)


@dataclass(frozen=True)
class TagFacts:
    """What was counted of the tags.

    `tags` are the model's outputs in id order; `counts` how often each stands in the training
    split; `entities` how many of each type each split has, in the order of `types` (plain: words
    of each class). `words` are those of each split; `longest` is the longest sentence in words.
    """

    scheme: Scheme
    scheme_reason: str
    types: tuple[str, ...]
    types_reason: str
    tags: tuple[str, ...]
    counts: tuple[int, ...]
    entities: dict[SplitName, tuple[int, ...]]
    words: dict[SplitName, int]
    longest: int

    @property
    def plain(self) -> bool:
        return self.scheme == "plain"

    @property
    def majority(self) -> str:
        """The commonest tag of the training words."""
        return self.tags[self.counts.index(max(self.counts))] if self.counts else self.tags[0]

    def describe(self) -> str:
        shown = ", ".join(self.types[:_TYPES_SHOWN])
        more = ", …" if len(self.types) > _TYPES_SHOWN else ""
        what = "classes of words" if self.plain else "types"
        number = f"{sum(self.entities['train']):,} training entities of " if self._counted else ""
        scheme = "" if self.plain else f"{self.scheme}, "
        return f"{scheme}{number}{len(self.types)} {what}: {shown}{more}"

    @property
    def _counted(self) -> bool:
        return bool(self.entities) and not self.plain

    def payload(self) -> dict[str, Any]:
        return {"problem": self.scheme, "labels": list(self.types)}


def facts_of(facts: DataFacts) -> TagFacts:
    """What was counted of the tags."""
    return cast(TagFacts, facts.task)


class StoredTags(Sequence[Any]):
    """The tags of rows that are too many for lists: read anew whenever somebody goes through."""

    def __init__(self, column: StoredColumn, names: Mapping[str, str]) -> None:
        self._column, self._names = column, names

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, row: Any) -> Any:
        return _named(self._column[row].as_py(), self._names)

    def __iter__(self) -> Iterator[list[str]]:
        for chunk in self._column.iterchunks():
            yield from (_named(tags, self._names) for tags in chunk.to_pylist())


def _named(tags: list[str], names: Mapping[str, str]) -> list[str]:
    return [names.get(tag, tag) for tag in tags] if names else tags


def tags_as_written(task: TokenClassification, rows: Rows) -> Sequence[list[str]]:
    """The tags of each row; names where the data holds their numbers."""
    column = rows.table[task.answers[0]]
    names = {str(i): name for i, name in enumerate(task.tag_names or ())}
    if isinstance(column, StoredColumn):
        return StoredTags(column, names)
    return [_named(tags, names) for tags in column.to_pylist()]


def find_tags(
    task: TokenClassification, splits: Mapping[SplitName, Sequence[Sequence[str]]]
) -> TagSet:
    """Scheme and types, pinned or as the training sentences (for types: all) show them."""
    scheme, reason = find_scheme(count_tags(splits["train"]))
    if task.has_spans:
        scheme, reason = "bio", "spans of characters; the first word of each is marked"
    elif task.scheme:
        scheme, reason = task.scheme, "`task.scheme` says so"
    pinned = pinned_types(task, scheme)
    if pinned:
        return TagSet(scheme, reason, *pinned)
    seen: set[str] = set()
    for sentences in splits.values():
        for tags in sentences:
            seen |= types_of(tags, scheme)
    what = "classes" if scheme == "plain" else "types"
    return TagSet(scheme, reason, tuple(sorted(seen)), f"the {what} of all splits, by the alphabet")


def pinned_types(task: TokenClassification, scheme: Scheme) -> tuple[tuple[str, ...], str] | None:
    """Types that the spec lists, in order, and where."""
    if task.types:
        return task.types, "`task.types` lists them"
    if task.tag_names is None:
        return None
    if scheme == "plain":
        return task.tag_names, "`task.tag_names` lists them"
    names = dict.fromkeys(split_tag(tag)[1] for tag in task.tag_names)
    return tuple(filter(None, names)), "those of `task.tag_names`"


def tag_facts(found: TagSet, splits: Mapping[SplitName, Sequence[Sequence[str]]]) -> TagFacts:
    """Counts for a tag set that has passed the checks."""
    entities: dict[SplitName, tuple[int, ...]] = {}
    counts: Counter[str] = Counter()
    for name, sentences in splits.items():
        begun: Counter[str] = Counter()
        for tags in sentences:
            bio = to_bio(tags, found.scheme)
            counts.update(bio if name == "train" else ())
            begun.update(
                bio if found.plain else (split_tag(tag)[1] for tag in bio if tag[0] == "B")
            )
        entities[name] = tuple(begun[kind] for kind in found.types)
    return TagFacts(
        found.scheme,
        found.scheme_reason,
        found.types,
        found.types_reason,
        found.tags,
        tuple(counts[tag] for tag in found.tags) if counts else (),
        entities,
        {name: sum(map(len, sentences)) for name, sentences in splits.items()},
        max((len(tags) for sentences in splits.values() for tags in sentences), default=0),
    )
