"""Helps of diagnostics as edits of the spec: what their backquotes say is done to its values.

An edit is read from a help where it says `delete`, `write`, `set`, `add` or `did you mean`, and is
done at the place of the finding. What names no exact value, and what is done to the data, is left
out.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import yaml

from specc.diagnostics.diagnostic import Diagnostic, Span
from specc.yaml.source import Key, KeyPath, Place, Source

QUOTED = re.compile(
    r"`(?P<text>[^`]+)`(?: (?:in|to) `(?P<section>[\w.]+)`| for `(?P<wrong>[^`]+)`)?"
)
VERBS = {
    "delete": "delete",
    "leave out": "delete",
    "take out": "delete",
    "write": "write",
    "set": "write",
    "add": "write",
    "did you mean": "mean",
    "put it in quotes:": "write",
    "drop the quotes:": "write",
    "such as": "write",
}
JOINTS = (" and ", ", and ", ", ", " or ", ", or ", "; or ", " or, ")
BOTH = re.compile(r"(?: instead)?,? and (?:delete |write )?")
"""Between edits that are done together."""

CONDITION = " on a GPU that has it"
"""Behind an edit that needs another one."""

BELONGS = re.compile(r", which belongs in `(?P<section>[\w.]+)`")
"""Behind a key that is meant, and has to move."""

INSTEAD = (" instead", ", instead")
"""Behind an edit that takes the place of the key that is pointed at."""

VAGUE = re.compile(r"…|\.\.\.|<|^/$|:$|^\\$|^kind: [\w-]+$")
"""Values that stand for others: the user has to choose them, or what goes with them."""


@dataclass(frozen=True)
class Edit:
    """One way to follow a help.

    `section` is where it says that the key belongs, `wrong` what is written instead of the right.
    """

    verb: str
    text: str
    section: str = ""
    instead: bool = False
    wrong: str = ""

    @property
    def pairs(self) -> dict[str, Any] | None:
        """The keys and values of `key: value`; None for a value alone."""
        given = _loaded(f"{{{self.text}}}") if re.match(r"[\w.]+: ", self.text) else None
        return given if isinstance(given, dict) else None


def edits_of(finding: Diagnostic) -> list[list[Edit]]:
    """The alternatives of a help, each a list of edits that are done together."""
    help = finding.help or ""
    alternatives: list[list[Edit]] = []
    verb, end, chain, key = "", 0, 0, ""
    for match in QUOTED.finditer(help):
        gap, end = help[end : match.start()], match.end()
        said = next((v for w, v in VERBS.items() if f" {gap}".endswith(f" {w} ")), "")
        is_joined = gap in JOINTS or bool(BOTH.fullmatch(gap))
        verb = said or (verb if is_joined else "")
        if (said or " or " in gap) and not BOTH.fullmatch(gap):
            chain = len(alternatives)
        key = "" if said else key
        rest = help[end:]
        edit = Edit(verb, match["text"], match["section"] or "", rest.startswith(INSTEAD))
        if match["wrong"] and gap.endswith("such as "):
            continue  # an example, and not what stands in the spec
        edit = replace(edit, wrong=match["wrong"] or "")
        if rest.startswith(" in double quotes"):
            edit = replace(edit, text=f'"{edit.text}"')
        if found := BELONGS.match(rest):
            edit = replace(edit, section=found["section"])
        if edit.pairs:
            key = next(iter(edit.pairs))
        elif key and verb == "write":
            edit = replace(edit, text=f"{key}: {edit.text}")
        of_data = (
            finding.code.startswith("SP3") and verb == "write" and not (edit.pairs or edit.wrong)
        )
        if not verb or of_data or VAGUE.search(edit.text) or rest.startswith(CONDITION):
            continue
        if BOTH.fullmatch(gap):
            alternatives[chain:] = [[*(e for edits in alternatives[chain:] for e in edits), edit]]
        else:
            alternatives.append([edit])
    return alternatives


def path_of(source: Source, span: Span) -> tuple[KeyPath, bool]:
    """The innermost value that holds `span`, and whether its key is what is pointed at."""
    best: tuple[KeyPath, bool] = ((), False)
    for path, place in places(source.root):
        if place.key is not None and holds(place.key, span):
            best = (path, True)
        elif holds(place.value, span):
            best = (path, False)
    return best


def places(place: Place, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Place]]:
    """All places, parents first."""
    yield path, place
    for key, child in place.children.items():
        yield from places(child, (*path, key))


def holds(outer: Span, inner: Span) -> bool:
    start, end = (outer.line, outer.column), (outer.end_line, outer.end_column)
    return start <= (inner.line, inner.column) and (inner.end_line, inner.end_column) <= end


def results(source: Source, finding: Diagnostic, edits: list[Edit]) -> Iterator[Any]:
    """The values of the spec that the edits may lead to: a key may belong into several sections."""
    path, at_key = path_of(source, finding.span) if finding.span else ((), False)
    value = source.value
    for edit in edits:
        value = _corrected(value, edit) if edit.wrong else value
    yield from _all_done(value, path, at_key, [edit for edit in edits if not edit.wrong])


def _all_done(value: Any, path: KeyPath, at_key: bool, edits: list[Edit]) -> Iterator[Any]:
    if not edits:
        yield value
        return
    for changed in _done(value, path, at_key, edits[0]):
        yield from _all_done(changed, path, at_key, edits[1:])


def _done(value: Any, path: KeyPath, at_key: bool, edit: Edit) -> Iterator[Any]:
    pairs = edit.pairs
    if edit.verb == "delete":
        name = next(iter(pairs)) if pairs else edit.text
        for where in _homes(value, path, edit.section, name, only_present=True):
            yield _changed(value, where, lambda held, key: held.pop(key))
        for where in _listed(value, name):
            yield _changed(value, where, lambda held, key: held.pop(key))
    elif pairs and "kind" in pairs and len(pairs) > 1:
        yield _changed(value, ("task",), lambda held, key: held.__setitem__(key, pairs))
    elif edit.instead and path:
        yield _renamed(value, path, *(next(iter(pairs.items())) if pairs else (edit.text,)))
    elif pairs:
        name, item = next(iter(pairs.items()))
        for where in _homes(value, path, edit.section, name, only_present=False):
            yield _changed(value, where, lambda held, key: held.__setitem__(key, item))
    elif at_key and edit.verb == "mean":
        yield _meant(value, path, edit)
    elif path:
        item = edit.text if edit.verb == "mean" else _loaded(edit.text)
        yield _changed(value, path, lambda held, key: held.__setitem__(key, item))


def _corrected(value: Any, edit: Edit) -> Any:
    """With the right name wherever the wrong one stands."""
    if isinstance(value, dict):
        return {key: _corrected(item, edit) for key, item in value.items()}
    if isinstance(value, list):
        return [_corrected(item, edit) for item in value]
    return edit.text if value == edit.wrong else value


def _meant(value: Any, path: KeyPath, edit: Edit) -> Any:
    """The key by its right name, and in its section where it has to move."""
    if not edit.section:
        return _renamed(value, path, edit.text)
    item = _at(value, path)
    moved = _changed(value, path, lambda held, key: held.pop(key))
    where = (*edit.section.split("."), edit.text)
    return _changed(moved, where, lambda held, key: held.__setitem__(key, item))


def _loaded(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _homes(
    value: Any, path: KeyPath, section: str, key: str, *, only_present: bool
) -> Iterator[KeyPath]:
    """Where `key` stands: near the finding first; then where it could be written."""
    *parents, name = str(key).split(".")
    if section:
        yield (*section.split("."), *parents, name)
        return
    if parents:
        for where in [w for w in _mappings(value) if _has(value, w, parents[0])] or [()]:
            yield (*where, *parents, name)
        return
    near = [path[:length] for length in range(len(path), -1, -1)]
    near = [where for where in near if _is_there(value, where)]
    held = [where for where in near if _has(value, where, name)]
    elsewhere = [where for where in _mappings(value) if _has(value, where, name)]
    for where in dict.fromkeys(held + elsewhere):
        yield (*where, name)
    if not only_present:
        for where in [*near, *(w for w in _mappings(value) if w not in near)]:
            if not isinstance(_at(value, where), list) and not _has(value, where, name):
                yield (*where, name)


def _mappings(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    if isinstance(value, dict):
        yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in pairs:
        if isinstance(item, dict | list):
            yield from _mappings(item, (*path, key))


def _listed(value: Any, item: str) -> Iterator[KeyPath]:
    """Where `item` stands in a list."""
    for where in _mappings(value):
        for key, held in _at(value, where).items():
            if isinstance(held, list) and item in held:
                yield (*where, key, held.index(item))


def _at(value: Any, path: KeyPath) -> Any:
    for key in path:
        value = value[key]
    return value


def _is_there(value: Any, path: KeyPath) -> bool:
    try:
        _at(value, path)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _has(value: Any, path: KeyPath, key: Key) -> bool:
    held = _at(value, path)
    return isinstance(held, dict) and key in held


def _changed(value: Any, path: KeyPath, change: Any) -> Any:
    """A copy with one change; sections on the way that are not there are made."""
    value = copy.deepcopy(value)
    held = value
    for key in path[:-1]:
        if isinstance(held, dict) and not isinstance(held.get(key), dict | list):
            short = {"model": "base", "data": "train"}.get(str(key))
            held[key] = {short: held[key]} if short and key in held else {}
        held = held[key]
    change(held, path[-1])
    return value


def _renamed(value: Any, path: KeyPath, name: str, *given: Any) -> Any:
    value = copy.deepcopy(value)
    held = _at(value, path[:-1])
    changed = {path[-1]: (name, *(given or (held[path[-1]],)))}
    items = [changed.get(key, (key, item)) for key, item in held.items()]
    held.clear()
    held.update(items)
    return value
