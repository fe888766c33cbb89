"""Whether a regular expression can take for ever on a text that it does not match.

A repeat inside a repeat does, where one text can be divided between them in many ways, as can a
repeat of alternatives that match the same: the number of ways doubles with each character.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

_parser: Any = import_module("re._parser")
_compiler: Any = import_module("re._compiler")

_SAMPLE = tuple(map(chr, (*range(128), 0xE9, 0x3B1, 0x430, 0x4E00, 0x2028)))
"""Characters that tell sets apart."""

_UNBOUNDED = 50
"""Repeats of at least so many are counted as endless."""

_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
_ZERO_WIDTH = ("AT", "ASSERT", "ASSERT_NOT")

Chars = frozenset[str]
Node = tuple[Any, Any]


def is_catastrophic(pattern: str) -> bool:
    """Whether it holds such a repeat; the pattern must be a valid one."""
    parsed = _parser.parse(pattern)
    return any(_is_ambiguous(body, parsed.state.flags) for body in _endless_bodies(parsed))


def _endless_bodies(items: Sequence[Node]) -> Iterator[Sequence[Node]]:
    """What is repeated without end, at any depth; atomic groups and possessive repeats are safe."""
    for node in items:
        name = str(node[0])
        for inner in _children(node):
            if name in _REPEATS and node[1][1] >= _UNBOUNDED:
                yield inner
            yield from _endless_bodies(inner)


def _children(node: Node) -> list[Sequence[Node]]:
    name, argument = str(node[0]), node[1]
    if name in _REPEATS:
        return [argument[2]]
    if name == "SUBPATTERN":
        return [argument[3]]
    if name == "BRANCH":
        return list(argument[1])
    if name in ("ASSERT", "ASSERT_NOT"):
        return [argument[1]]
    return []


def _is_ambiguous(body: Sequence[Node], flags: int) -> bool:
    """Whether some text is one round of `body` and also several, or one round in two ways."""
    sequence = _flat(body)
    for node in sequence:
        if str(node[0]) == "BRANCH" and _overlap(node[1][1], flags):
            return True
    for place, node in enumerate(sequence):
        if str(node[0]) not in _REPEATS or node[1][1] < _UNBOUNDED:
            continue
        chars = _all_chars(node[1][2], flags)
        others = [*sequence[:place], *sequence[place + 1 :]]
        if chars and all(_can_be_within(other, chars, flags) for other in others):
            return True
    return False


def _flat(items: Sequence[Node]) -> list[Node]:
    """Without the groups around parts, and without what has no width."""
    found: list[Node] = []
    for node in items:
        if str(node[0]) == "SUBPATTERN":
            found += _flat(node[1][3])
        elif str(node[0]) not in _ZERO_WIDTH:
            found.append(node)
    return found


def _overlap(branches: Sequence[Sequence[Node]], flags: int) -> bool:
    """Whether two alternatives, each of one character or a repeat of it, match the same."""
    if sum(not branch for branch in branches) > 1:
        return True
    seen: set[str] = set()
    for branch in branches:
        items = _flat(branch)
        chars = _all_chars(items, flags) if len(items) == 1 else frozenset()
        if seen & chars:
            return True
        seen |= chars
    return False


def _can_be_within(node: Node, chars: Chars, flags: int) -> bool:
    """Whether the node can be empty, or match characters of `chars` alone."""
    name = str(node[0])
    if name in (*_REPEATS, "POSSESSIVE_REPEAT"):
        return node[1][0] == 0 or all(_can_be_within(n, chars, flags) for n in _flat(node[1][2]))
    if name == "BRANCH":
        return any(
            all(_can_be_within(n, chars, flags) for n in _flat(branch)) for branch in node[1][1]
        )
    if name == "ATOMIC_GROUP":
        return all(_can_be_within(n, chars, flags) for n in _flat(node[1]))
    return bool(_one_char(node, flags) & chars)


def _all_chars(items: Sequence[Node], flags: int) -> Chars:
    """The characters that a single node, or a repeat or choice of such, can match; else none."""
    sequence = _flat(items)
    if len(sequence) != 1:
        return frozenset()
    name, argument = str(sequence[0][0]), sequence[0][1]
    if name in _REPEATS:
        return _all_chars(argument[2], flags)
    if name == "BRANCH":
        return frozenset().union(*(_all_chars(branch, flags) for branch in argument[1]))
    return _one_char(sequence[0], flags)


def _one_char(node: Node, flags: int) -> Chars:
    if str(node[0]) not in ("LITERAL", "NOT_LITERAL", "IN", "ANY", "CATEGORY"):
        return frozenset()
    state = _parser.State()
    state.flags, state.str = flags, ""
    regex = _compiler.compile(_parser.SubPattern(state, [node]), flags)
    return frozenset(char for char in _SAMPLE if regex.fullmatch(char))
