"""Whether the network has a place for the languages that the spec names."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.plan.base import Base
from specc.source.source import Source
from specc.spec.spec import Spec
from specc.tasks.text_to_text import rules
from specc.tasks.text_to_text.language import task_of

_CODES = {
    "mbart": "`source_language: en_XX` and `target_language: de_DE`",
    "m2m_100": "the codes of its tokenizer: `eng_Latn` and `deu_Latn` for NLLB, `en` and `de` for "
    "M2M100",
}


def languages_fit(spec: Spec, source: Source, base: Base | None) -> Iterator[Diagnostic]:
    """SP278 for a pretrained base; random weights have no languages, which the spec alone tells."""
    task = task_of(spec)
    family = base.family.name if base and base.family else None
    if family is None:
        return
    given = [k for k in ("source_language", "target_language") if getattr(task, k) is not None]
    names_languages = family in ("mbart", "m2m_100")
    reads = 2 if names_languages else {"marian": 1}.get(family, 0)
    if family == "t5" and task.preset == "translation" and task.prefix is None:
        reads = 2
    if reads == 2 and (len(given) == 1 or (names_languages and not given)):
        lacking = "target_language" if given == ["source_language"] else "source_language"
        example = _CODES[family] if names_languages else "both languages by their English names"
        yield _at(
            source,
            lacking,
            f"{family} needs both languages, and no `{lacking}` is given",
            (f"write {example}"),
        )
    for key in given:
        if reads == 0 or (reads == 1 and (key == "source_language" or task.prefix is not None)):
            yield _at(
                source,
                key,
                f"`{key}` has no effect: {_why(family, task.prefix)}",
                (f"delete `{key}`"),
            )


def _why(family: str, prefix: str | None) -> str:
    if prefix is not None:
        return "the `prefix` is given, and languages would only be put into it"
    return {
        "marian": "a Marian model reads one language, or finds out which",
        "t5": "T5 puts languages into the prefix of `preset: translation` alone",
    }.get(family, f"{family} has no place for a language")


def _at(source: Source, key: str, message: str, help_: str) -> Diagnostic:
    span = source.key_span("task", key)
    return Diagnostic(rules.KEY_AND_NETWORK, message, source.file, span, help_)
