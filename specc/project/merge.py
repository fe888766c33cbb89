"""Three-way merge of text by lines: the last render, what a person made of it, the new render."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MINE_MARKER = "<<<<<<< yours"
BASE_MARKER = "||||||| generated before"
SPLIT_MARKER = "======="
THEIRS_MARKER = ">>>>>>> newly generated"


@dataclass(frozen=True, slots=True)
class Merge:
    """The merged text and how many stretches of it hold both versions between markers."""

    text: str
    num_conflicts: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The same place in the three texts; `is_common` where all three agree."""

    base: Sequence[str]
    mine: Sequence[str]
    theirs: Sequence[str]
    is_common: bool


def merge3(base: str, mine: str, theirs: str) -> Merge:
    """`theirs` with the changes from `base` to `mine` made to it.

    A change on one side is taken, the same change on both sides is taken once, and different
    changes of the same lines become a conflict. Changes count as different places if a line that
    all three texts share stands between them.

    An editor or a checkout that turned every line end into CRLF is no change: the lines are
    compared without it, and the result has CRLF again.
    """
    if _is_crlf(mine) and "\r\n" not in base and "\r\n" not in theirs:
        merged = merge3(base, mine.replace("\r\n", "\n"), theirs)
        return Merge(merged.text.replace("\n", "\r\n"), merged.num_conflicts)
    lines: list[str] = []
    num_conflicts = 0
    for stretch in _stretches(_lines(base), _lines(mine), _lines(theirs)):
        resolved = _resolve(stretch)
        if resolved is None:
            num_conflicts += 1
            resolved = _conflict(stretch)
        lines.extend(resolved)
    return Merge("".join(lines), num_conflicts)


def has_conflict_markers(text: str) -> bool:
    """Whether a conflict that `merge3` marked still stands in `text`."""
    lines = {line.rstrip("\r\n") for line in _lines(text)}
    return MINE_MARKER in lines and THEIRS_MARKER in lines


def _is_crlf(text: str) -> bool:
    return "\n" in text and text.count("\r\n") == text.count("\n")


def _lines(text: str) -> list[str]:
    """Lines with their ends. `str.splitlines` would also split at form feeds and the like."""
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _resolve(stretch: _Stretch) -> Sequence[str] | None:
    """The lines to take, or None where both sides changed them differently."""
    if stretch.is_common or stretch.theirs == stretch.base:
        return stretch.mine
    if stretch.mine == stretch.base or stretch.mine == stretch.theirs:
        return stretch.theirs
    return None


def _stretches(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[_Stretch]:
    """Cuts the three texts at the runs of lines that all of them share."""
    at_base = at_mine = at_theirs = 0
    for in_base, in_mine, in_theirs, size in _shared_runs(base, mine, theirs):
        yield _Stretch(
            base[at_base:in_base],
            mine[at_mine:in_mine],
            theirs[at_theirs:in_theirs],
            is_common=False,
        )
        at_base, at_mine, at_theirs = in_base + size, in_mine + size, in_theirs + size
        shared = base[in_base:at_base]
        yield _Stretch(shared, shared, shared, is_common=True)


def _shared_runs(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """(start in base, in mine, in theirs, length) of each shared run; ends with an empty one."""
    with_mine = SequenceMatcher(None, base, mine, autojunk=False).get_matching_blocks()
    with_theirs = SequenceMatcher(None, base, theirs, autojunk=False).get_matching_blocks()
    i = j = 0
    while i < len(with_mine) and j < len(with_theirs):
        m, t = with_mine[i], with_theirs[j]
        start = max(m.a, t.a)
        end = min(m.a + m.size, t.a + t.size)
        if start < end:
            yield start, m.b + start - m.a, t.b + start - t.a, end - start
        if m.a + m.size < t.a + t.size:
            i += 1
        else:
            j += 1
    yield len(base), len(mine), len(theirs), 0


def _conflict(stretch: _Stretch) -> list[str]:
    """Both versions between markers, without the lines at either end on which they agree."""
    mine, theirs = list(stretch.mine), list(stretch.theirs)
    head: list[str] = []
    while mine and theirs and mine[0] == theirs[0]:
        head.append(mine.pop(0))
        theirs.pop(0)
    tail: list[str] = []
    while mine and theirs and mine[-1] == theirs[-1]:
        tail.insert(0, mine.pop())
        theirs.pop()
    newline = "\r\n" if any(line.endswith("\r\n") for line in [*mine, *theirs]) else "\n"
    marked = [MINE_MARKER + newline, *_ended(mine, newline)]
    if stretch.base:
        marked += [BASE_MARKER + newline, *_ended(stretch.base, newline)]
    marked += [SPLIT_MARKER + newline, *_ended(theirs, newline), THEIRS_MARKER + newline]
    return [*head, *marked, *tail]


def _ended(lines: Sequence[str], newline: str) -> list[str]:
    """`lines`, the last one with an end, so that a marker can follow."""
    return [line if line.endswith("\n") else line + newline for line in lines]
