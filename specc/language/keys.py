"""Validation errors about keys → diagnostics: unknown, misplaced, missing."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import shape as rules
from specc.language.finding import Finding, dotted, section_name, shown
from specc.language.vocabulary import (
    FEW,
    FOREIGN,
    Variant,
    example_of,
    listed_words,
    nearest,
    places_of,
    variants_at,
    words_at,
)
from specc.yaml.source import KeyPath


class Meaning:
    """What an unknown key was probably meant to be."""

    def __init__(self, finding: Finding, search: bool = True) -> None:
        self.finding = finding
        self.key = str(finding.location[-1])
        self.section: KeyPath = finding.path[:-1]
        self.variants = variants_at(finding.location[:-1])
        self.own = tuple(dict.fromkeys(k for v in self.variants for k in v.fields()))
        self.near: str | None = None
        self.elsewhere: tuple[KeyPath, ...] = ()
        if search:
            self._search()

    def _search(self) -> None:
        foreign = FOREIGN.get(self.key.lower().replace("-", "_"))
        places = places_of()
        if foreign in self.own:
            self.near = foreign
        elif close := nearest(self.key, self.own, 0.85):
            self.near = close
        elif self.key in places:
            self.elsewhere = places[self.key]
        elif foreign in places:
            self.near, self.elsewhere = foreign, places[foreign]
        elif close := nearest(self.key, self.own):
            self.near = close
        elif close := nearest(self.key, tuple(places), 0.8):
            self.near, self.elsewhere = close, places[close]

    @property
    def name(self) -> str:
        """The key of the language that was meant."""
        return self.near or self.key

    def other_variant(self) -> Variant | None:
        """The alternative of this section that has the key, where this one has not."""
        siblings = variants_at(self.section)
        return next((v for v in siblings if self.name in v.fields()), None)


def unknown_key(meaning: Meaning) -> Diagnostic:
    """A key that the section does not have."""
    finding, section = meaning.finding, section_name(meaning.section)
    place = finding.source.place(finding.path)
    span = place.key or place.value
    where = f"in {section}" if meaning.section else "at the top level"
    if meaning.elsewhere and (variant := meaning.other_variant()):
        return _key_of_variant(meaning, variant)
    if meaning.elsewhere:
        homes = tuple(dotted(path) or "the top level" for path in meaning.elsewhere[:3])
        home = listed_words(homes, "or").replace("`the top level`", "the top level")
        move = f"`{shown(meaning.key)}` belongs in {home}: move it there"
        if meaning.name != meaning.key:
            move = f"did you mean `{meaning.name}`, which belongs in {home}?"
        return finding.report(
            rules.MISPLACED_KEY,
            f"`{shown(meaning.key)}` does not belong {where}",
            move.replace("in the top", "at the top"),
            span=span,
        )
    help = f"{section} has no key of a similar name: delete it"
    if meaning.near:
        help = f"did you mean `{meaning.near}`?"
    elif len(meaning.own) <= FEW:
        help = f"the keys of {section} are {listed_words(meaning.own)}"
    return finding.report(
        rules.UNKNOWN_KEY, f"unknown key `{shown(meaning.key)}` {where}", help, span=span
    )


def _key_of_variant(meaning: Meaning, variant: Variant) -> Diagnostic:
    finding, section = meaning.finding, section_name(meaning.section)
    place = finding.source.place(finding.path)
    siblings = finding.source.place(meaning.section).children
    delete = f"delete `{shown(meaning.key)}`"
    if variant.chosen_by_kind:
        what = f"`kind: {variant.tag}`"
        help = f"{delete}, or choose {what}"
    elif variant.tag == "scratch":
        what = "a model that is trained from scratch"
        change = "replace `base` by `architecture`" if "base" in siblings else "add `architecture`"
        help = f"{delete}, or {change}"
    else:
        what, help = "a model with a pretrained `base`", f"{delete}, or add `base`"
    return finding.report(
        rules.MISPLACED_KEY,
        f"`{shown(meaning.key)}` in {section} is only for {what}",
        help,
        span=place.key or place.value,
    )


def missing_keys(findings: list[Finding]) -> Diagnostic:
    """Keys that one section lacks, in one diagnostic."""
    first = findings[0]
    names = tuple(str(f.location[-1]) for f in findings)
    place = first.source.place(first.path)
    has_kind = names[0] == "kind" and first.path != ("task",)
    examples = tuple(example_of(name) or f"{name}: …" for name in names)
    help = f"write {listed_words(examples)}"
    if has_kind:
        kinds = listed_words(words_at(first.location[:-1]), "or")
        help = f"write `kind:` with one of {kinds}"
    elif names == ("base",):
        help += ", or `architecture: bert` to train from scratch"
    section = section_name(first.path)
    # The root has no key of its own, and to underline the whole file would say nothing.
    span = place.key or place.value if first.path else None
    plural = "keys" if len(names) > 1 else "key"
    message = f"{section} lacks the {plural} {listed_words(names)}"
    return Diagnostic(rules.MISSING_KEY, message, first.source.file, span, help)
