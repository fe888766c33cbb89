"""Pydantic's validation errors → diagnostics in the words of the language.

Each error is told by its machine-readable `type` and `ctx`. Nothing of its English text is used,
and nothing of Python or Pydantic reaches the reader.
"""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import shape as rules
from specc.language import limits, values
from specc.language.finding import Finding
from specc.language.keys import Meaning, missing_keys, unknown_key
from specc.yaml.compose import MOST_FINDINGS
from specc.yaml.source import KeyPath, Source
from specc.yaml.text import Lines

KEY_ERRORS = frozenset({"extra_forbidden", "missing", "union_tag_not_found", "invalid_key"})
"""What is said about keys; everything else is said about values."""

HANDLERS: dict[str, Callable[[Finding], Diagnostic]] = {
    "int_type": values.not_a_number,
    "int_from_float": values.not_a_number,
    "int_parsing": values.not_a_number,
    "int_parsing_size": values.not_a_number,
    "float_type": values.not_a_number,
    "float_parsing": values.not_a_number,
    "string_type": values.not_text,
    "string_unicode": values.not_text,
    "bool_type": values.not_bool,
    "tuple_type": values.not_a_list,
    "model_type": values.not_a_mapping,
    "model_attributes_type": values.not_a_mapping,
    "dict_type": values.not_a_mapping,
    "greater_than": limits.too_small,
    "greater_than_equal": limits.too_small,
    "less_than": limits.too_large,
    "less_than_equal": limits.too_large,
    "finite_number": values.not_finite,
    "literal_error": limits.unknown_choice,
    "union_tag_invalid": limits.unknown_choice,
    "too_short": limits.wrong_length,
    "too_long": limits.wrong_length,
    "string_too_short": limits.wrong_length,
    "string_too_long": limits.wrong_length,
    "value_error": limits.wrong_form,
    "string_pattern_mismatch": limits.wrong_pattern,
    "unknown_gpu": limits.unknown_gpu,
}
"""How each error about a value is worded."""

_SEARCHED = 100
"""Unknown keys for which the nearest name is looked up: a hostile file may hold 100,000."""


def shape_diagnostics(source: Source, error: ValidationError) -> tuple[Diagnostic, ...]:
    """One diagnostic for each mistake; what follows from another mistake is left out."""
    findings = _findings(source, error)
    extra = [f for f in findings if f.kind in ("extra_forbidden", "invalid_key")]
    meanings = [Meaning(f, search=i < _SEARCHED) for i, f in enumerate(extra)]
    meanings = _without_consequences(meanings)
    missing = [f for f in findings if f.kind in ("missing", "union_tag_not_found")]
    wanted = {(*path, m.name) for m in meanings for path in (m.section, *m.elsewhere)}
    diagnostics = [unknown_key(m) for m in meanings]
    diagnostics += _missing(missing, wanted)
    for finding in findings:
        if finding.kind not in KEY_ERRORS:
            diagnostics.append(HANDLERS.get(finding.kind, unmapped)(finding))
    return tuple(dict.fromkeys(sorted(diagnostics, key=Diagnostic.sort_key)))


def _findings(source: Source, error: ValidationError) -> list[Finding]:
    lines = Lines(source.text)
    findings = []
    for detail in error.errors(include_url=False)[:MOST_FINDINGS]:
        kind, location = detail["type"], detail["loc"]
        if kind == "union_tag_not_found":
            location = (*location, "kind")
        findings.append(
            Finding(source, lines, kind, location, detail.get("ctx", {}), detail["input"])
        )
    bad_kinds = {f.path[:-1] for f in findings if f.path[-1:] == ("kind",)}
    return [f for f in findings if not (_follows_from_kind(f, bad_kinds) or _only_looks_short(f))]


def _only_looks_short(finding: Finding) -> bool:
    """Whether a list is called too short only because its bad entries were not counted."""
    value = finding.value
    return (
        finding.kind == "too_short"
        and isinstance(value, list | tuple)
        and len(value) >= finding.context["min_length"]
    )


def _follows_from_kind(finding: Finding, bad_kinds: set[KeyPath]) -> bool:
    """Whether another kind, when it is corrected, may bring other keys with it."""
    section = finding.path if finding.kind == "missing" else finding.path[:-1]
    return section in bad_kinds and finding.path[-1:] != ("kind",)


def _without_consequences(meanings: list[Meaning]) -> list[Meaning]:
    """Leave out the sizes of a model whose `architecture` is misspelt."""
    misspelt = {m.section for m in meanings if m.near == "architecture" and not m.elsewhere}
    return [
        m for m in meanings if m.section not in misspelt or not (m.elsewhere and m.other_variant())
    ]


def _missing(findings: list[Finding], wanted: set[KeyPath]) -> list[Diagnostic]:
    """Group by section, without what an unknown or misplaced key was probably meant to be."""
    sections: dict[KeyPath, list[Finding]] = {}
    diagnostics = []
    for finding in findings:
        name = finding.location[-1]
        if isinstance(name, int):
            diagnostics.append(limits.wrong_length(finding))
            continue
        meant_scratch = name == "base" and any(
            key[:-1] == finding.path and key[-1] not in ("freeze", "revision") for key in wanted
        )
        if (*finding.path, name) not in wanted and not meant_scratch:
            sections.setdefault(finding.path, []).append(finding)
    return diagnostics + [missing_keys(group) for group in sections.values()]


def unmapped(finding: Finding) -> Diagnostic:
    """A kind of error that has no words of its own; a test proves that none is left."""
    return finding.report(
        rules.WRONG_FORM, f"{finding.subject} is not a value that this key takes", None
    )
