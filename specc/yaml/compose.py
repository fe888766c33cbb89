"""YAML events → a plain value and the tree of its places, without recursion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from yaml import events

from specc.diagnostics.diagnostic import Diagnostic, Note, Rule, Span
from specc.diagnostics.rules import yaml as rules
from specc.yaml.scalars import Scalar, TooLong, resolve
from specc.yaml.source import Place
from specc.yaml.text import Lines

DEEPEST = 64
"""How many lists and mappings may stand inside one another."""

MOST_FINDINGS = 1000
"""Reading and checking stop there: a file of 1 MB can hold 190,000 mistakes."""

_Role = Literal["scalar", "collection", "alias"]


class Stop(Exception):
    """Reading cannot go on; the reason is among the composer's findings."""


@dataclass
class _Open:
    """A list or mapping whose end has not come yet. `key` is the key whose value comes next."""

    value: list[Any] | dict[str, Any]
    start: int
    end: int
    flow: bool
    children: dict[str | int, Place] = field(default_factory=dict)
    key: str | None = None
    key_span: Span | None = None
    wants_key: bool = False


def _start(event: events.Event) -> int:
    assert event.start_mark is not None  # only events that are made by hand have none
    return event.start_mark.index


def _end(event: events.Event) -> int:
    assert event.end_mark is not None
    return event.end_mark.index


class Composer:
    """Builds one document; findings that leave the rest readable are collected and passed over."""

    def __init__(self, file: str, text: str, lines: Lines) -> None:
        self.file = file
        self.text = text
        self.lines = lines
        self.found: list[Diagnostic] = []
        self.value: Any = None
        self.root: Place | None = None
        self._stack: list[_Open] = []
        self._documents = 0

    def feed(self, stream: Iterable[events.Event]) -> None:
        """Take in all events.

        Raises:
            Stop: if the file nests too deep or holds several documents.
        """
        for event in stream:
            if isinstance(event, events.DocumentStartEvent):
                self._document(event)
            elif isinstance(event, events.AliasEvent):
                self._alias(event)
            elif isinstance(event, events.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, events.CollectionStartEvent):
                self._open(event)
            elif isinstance(event, events.CollectionEndEvent):
                self._close(event)

    def report(self, rule: Rule, span: Span, message: str, help: str, *notes: Note) -> None:
        """Collect a finding.

        Raises:
            Stop: if there are so many that the rest would only keep the reader waiting.
        """
        self.found.append(Diagnostic(rule, message, self.file, span, help, notes))
        if len(self.found) == MOST_FINDINGS:
            raise Stop

    def _span(self, event: events.Event) -> Span:
        return self.lines.span(_start(event), _end(event))

    def _document(self, event: events.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self.report(
                rules.SEVERAL_DOCUMENTS,
                self._span(event),
                "a second document starts here, and a spec is one",
                "delete one of the two, or move it to a file of its own",
            )
            raise Stop

    def _alias(self, event: events.AliasEvent) -> None:
        self.report(
            rules.ANCHOR_OR_ALIAS,
            self._span(event),
            f"`*{event.anchor}` refers to a value elsewhere, which specs do not do",
            f'write the value itself; if it is a text, put it in quotes: `"*{event.anchor}"`',
        )
        self._take(None, _start(event), _end(event), role="alias")

    def _decorations(self, event: events.NodeEvent, tag: str | None) -> None:
        start = _start(event)
        if event.anchor is not None:
            self.report(
                rules.ANCHOR_OR_ALIAS,
                self.lines.span(start, start + len(event.anchor) + 1),
                f"`&{event.anchor}` names a value, which specs do not do",
                f"delete `&{event.anchor}`; if it is part of a text, put the text in quotes",
            )
        if tag is not None:
            shown = self.text[start : _end(event)].split(maxsplit=1)[0]
            self.report(
                rules.EXPLICIT_TAG,
                self.lines.span(start, start + len(shown)),
                f"`{shown}` is a tag, which specs do not use",
                f"delete `{shown}`; if it is part of a text, put the text in quotes",
            )

    def _scalar(self, event: events.ScalarEvent) -> None:
        self._decorations(event, event.tag)
        value: Scalar = event.value
        if event.style in (None, ""):
            try:
                value = resolve(event.value)
            except TooLong:
                digits = len(event.value.lstrip("+-"))
                self.report(
                    rules.NUMBER_TOO_LONG,
                    self._span(event),
                    f"a number of {digits} digits is too long, 300 is the limit",
                    "shorten it, or put it in quotes if it is a text",
                )
        elif any(c == "\0" or "\ud800" <= c <= "\udfff" for c in event.value):
            self.report(
                rules.FORBIDDEN_CHARACTER,
                self._span(event),
                "the text holds, by an escape, a character that no text of a spec may hold",
                "delete the escape",
            )
        self._take(value, _start(event), _end(event))

    def _open(self, event: events.CollectionStartEvent) -> None:
        self._decorations(event, event.tag)
        if len(self._stack) == DEEPEST:
            self.report(
                rules.NESTED_TOO_DEEP,
                self._span(event),
                f"lists and mappings stand more than {DEEPEST} deep in one another",
                "check the brackets; the language needs five levels",
            )
            raise Stop
        is_mapping = isinstance(event, events.MappingStartEvent)
        self._stack.append(
            _Open(
                value={} if is_mapping else [],
                start=_start(event),
                end=_end(event),
                flow=bool(event.flow_style),
                wants_key=is_mapping,
            )
        )

    def _close(self, event: events.CollectionEndEvent) -> None:
        done = self._stack.pop()
        end = _end(event) if done.flow else done.end
        self._take(done.value, done.start, end, done.children, role="collection")

    def _take(
        self,
        value: Any,
        start: int,
        end: int,
        children: dict[str | int, Place] | None = None,
        role: _Role = "scalar",
    ) -> None:
        """Put a finished value where it belongs: the root, a list, a key or a key's value."""
        span = self.lines.span(start, end)
        if not self._stack:
            self.value, self.root = value, Place(span, None, children or {})
            return
        parent = self._stack[-1]
        parent.end = max(parent.end, end)
        if isinstance(parent.value, list):
            parent.children[len(parent.value)] = Place(span, None, children or {})
            parent.value.append(value)
        elif parent.wants_key:
            parent.wants_key = False
            parent.key_span = span
            scalar = role == "scalar"
            parent.key = self._key(value, span, start, end, parent) if scalar else None
            if role == "collection":
                self._bad_key(span, "a list or a mapping", "write a plain word")
        else:
            parent.wants_key = True
            if parent.key is not None:
                parent.children[parent.key] = Place(span, parent.key_span, children or {})
                parent.value[parent.key] = value

    def _key(self, value: Scalar, span: Span, start: int, end: int, parent: _Open) -> str | None:
        """The key, or None if its value is to be passed over."""
        shown = self.text[start:end]
        if not isinstance(value, str):
            if shown:
                self._bad_key(span, f"`{shown}`", f'put it in quotes: `"{shown}"`')
            else:
                self._bad_key(span, "empty", "write a key before the `:`")
            return None
        if value == "<<" and shown == "<<":
            self.report(
                rules.ANCHOR_OR_ALIAS,
                span,
                "`<<` merges another mapping into this one, which specs do not do",
                "write the keys themselves",
            )
            return None
        if value in parent.children:
            first = parent.children[value].key
            self.report(
                rules.DUPLICATE_KEY,
                span,
                f"the key `{value}` stands twice in one mapping",
                "delete one of the two",
                Note(f"`{value}` was first given here", first),
            )
            return None
        return value

    def _bad_key(self, span: Span, what: str, help: str) -> None:
        self.report(rules.KEY_NOT_TEXT, span, f"a key is {what}, and not a text", help)
