"""Whether the tags can be learned: everything that is wrong with them, with file and sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from specc.data import kernels as pc
from specc.data.arrays import flags
from specc.data.findings import Findings, plural, quoted, shown
from specc.data.rows import Rows
from specc.language.data import SplitName
from specc.tasks.token_classification import rules
from specc.tasks.token_classification.facts import TagSet
from specc.tasks.token_classification.language import TokenClassification
from specc.tasks.token_classification.tags import (
    bad_tags,
    breaks,
    count_tags,
    look_like_others,
    types_of,
)

MOST_BROKEN = 0.05
"""Share of the sentences against the scheme above which the scheme must be another one."""

_LOOKED_AT = 200
"""Rows whose words tell whether they are tags."""

Tags = Sequence[Sequence[str]]


def check_lengths(
    task: TokenClassification, split: SplitName, rows: Rows, findings: Findings
) -> bool:
    """Whether each sentence has a tag for each word."""
    words, tags = (rows.table[name] for name in task.columns)
    wrong = pc.not_equal(pc.list_lengths(words), pc.list_lengths(tags))
    number = pc.count_true(wrong)
    if not number:
        return True
    first = pc.first_true(wrong)
    findings.add(
        rules.DIFFERENT_LENGTHS,
        f"{plural(number, 'sentence')} of `{split}` {_have(number)} not one tag for each word",
        *("data", split),
        help="give each word one tag, `O` where it belongs to nothing",
        notes=[
            f"first at {rows.where(first)}: {plural(len(words[first].as_py()), 'word')}, "
            f"{plural(len(tags[first].as_py()), 'tag')}"
        ],
    )
    return False


def check_meaning(
    task: TokenClassification, found: TagSet, tags: Tags, rows: Rows, findings: Findings
) -> bool:
    """Whether the training tags are what they were taken for, where the spec does not say it."""
    if task.scheme or task.tag_names or not found.plain:
        return True
    if _are_tags(rows.table[task.texts[0]]):
        findings.add(
            rules.NO_TAG,
            "the words of `train` are tags such as `B-PER`, and the tags are none",
            *task.place_of(task.texts[0]),
            help="name the column of the words as `tokens`, and that of the tags as `tags`",
            notes=[f"first at {rows.where(0)}: {shown(' '.join(tags[0]), 60)}"],
        )
        return False
    seen = list(dict.fromkeys(tag for sentence in tags for tag in sentence))
    meant = look_like_others(seen)
    if meant is None:
        return True
    what = "are numbers" if meant == "numbers" else "look like entities and are not of the form"
    form = "" if meant == "numbers" else " `B-PER`"
    first = next((i for i, sentence in enumerate(tags) if set(sentence) - {"O", "o"}), 0)
    findings.add(
        rules.NO_TAG,
        f"the tags of `train`, such as {quoted(seen[:4])}, {what}{form}",
        *task.place_of(task.answers[0]),
        help="list their names in order, `tag_names: [O, B-PER, …]`; if the numbers are classes, "
        "add `scheme: plain` to `task`"
        if meant == "numbers"
        else "write `O`, `B-PER` and `I-PER`; for classes of words, add `scheme: plain` to `task`",
        notes=[f"first at {rows.where(first)}: {shown(' '.join(tags[first]), 60)}"],
    )
    return False


def _are_tags(words: pa.ChunkedArray) -> bool:
    """Whether the words of the first rows look like the tags of entities."""
    return count_tags(words.slice(0, _LOOKED_AT).to_pylist()).prefixed


def check_types(
    task: TokenClassification,
    found: TagSet,
    written: Mapping[SplitName, Tags],
    splits: Mapping[SplitName, Rows],
    findings: Findings,
) -> bool:
    """Whether all tags are tags of the scheme, and the training sentences have what to learn."""
    fit = True
    for split, sentences in written.items():
        seen = list(dict.fromkeys(tag for tags in sentences for tag in tags))
        bad = bad_tags(seen, found.scheme)
        strange = [t for t in seen if types_of([t], found.scheme) - set(found.types)]
        if bad or strange:
            fit = False
            _report_strange(task, found, split, bad or strange, sentences, splits[split], findings)
    if not fit:
        return False
    learned = {tag for tags in written["train"] for tag in tags}
    if not learned:
        return False  # all texts are empty, which has been said
    if len(learned) < 2:
        findings.add(
            rules.NO_ENTITY,
            f"all words of `train` have the tag {quoted(learned)}",
            *task.place_of(task.answers[0]),
            help="name the column that holds the tags",
        )
        return False
    lacking = [name for name in found.types if name not in types_of(learned, found.scheme)]
    if lacking:
        findings.add(
            rules.TYPE_NOT_IN_TRAIN,
            f"no sentence of `train` has the {'class' if found.plain else 'type'} "
            f"{quoted(lacking)}",
            *(("task", "types") if task.types else ("data", "train")),
            help="add sentences of it to `train`, or take it out",
            severity="warning",
        )
    return True


def _report_strange(
    task: TokenClassification,
    found: TagSet,
    split: SplitName,
    strange: Sequence[str],
    sentences: Tags,
    rows: Rows,
    findings: Findings,
) -> None:
    """A tag that is none, or of a type that is not listed."""
    place = next(i for i, tags in enumerate(sentences) if strange[0] in tags)
    notes = [f"first at {rows.where(place)}: {shown(' '.join(sentences[place]), 60)}"]
    if not strange[0].strip():
        findings.add(
            rules.NO_TAG,
            f"`{split}` has words without a tag",
            *task.place_of(task.answers[0]),
            help="give each word a tag, `O` where it belongs to nothing",
            notes=notes,
        )
        return
    if bad_tags(strange, found.scheme):
        findings.add(
            rules.NO_TAG,
            f"`{split}` holds {quoted(strange)}, which is no tag of {found.scheme}",
            *task.place_of(task.answers[0]),
            help="write tags such as `O`, `B-PER` and `I-PER`; for classes of words, add "
            "`scheme: plain` to `task`",
            notes=notes,
        )
        return
    listed = "types" if task.types else "tag_names"
    findings.add(
        rules.UNLISTED_TYPE,
        f"`{split}` holds {quoted(strange)}, which `task.{listed}` does not list",
        *("task", listed),
        help=f"add it to `{listed}`, or take `{listed}` out",
        notes=notes,
    )


def check_sequences(
    found: TagSet, split: SplitName, sentences: Tags, rows: Rows, findings: Findings
) -> bool:
    """Whether few enough sentences contradict the scheme to be repaired."""
    broken = [i for i, tags in enumerate(sentences) if breaks(tags, found.scheme)]
    if not broken:
        return True
    many = len(broken) > MOST_BROKEN * len(sentences)
    first = broken[0]
    where = rows.first(flags(broken, len(rows)))
    findings.add(
        rules.ILLEGAL_SEQUENCE,
        f"{plural(len(broken), 'sentence')} of `{split}` {_have(len(broken))} tags in an order "
        f"that {found.scheme} does not allow",
        *("data", split),
        help="correct them, or say in which scheme the tags are: `scheme: iob1`, for example"
        if many
        else "they are read as the nearest legal order; correct the file to be sure",
        notes=[f"first at {where}: {shown(' '.join(sentences[first]), 60)}"],
        severity="error" if many else "warning",
    )
    return not many


def _have(number: int) -> str:
    return "has" if number == 1 else "have"
