"""Whether the network has a place for the languages that the spec names."""

from __future__ import annotations

from collections.abc import Iterator

from specc.bases.files import read_object
from specc.bases.languages import CODES, codes_among, codes_on_hub, nearest_code
from specc.diagnostics.diagnostic import Diagnostic
from specc.language.finding import shown
from specc.language.model import Pretrained
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.plan.tokenizer_file import find_tokenizer
from specc.tasks.text_to_text import rules
from specc.tasks.text_to_text.language import task_of
from specc.yaml.source import Source

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
    if names_languages and base is not None:
        yield from _unknown_codes(spec, source, base)


def _unknown_codes(spec: Spec, source: Source, base: Base) -> Iterator[Diagnostic]:
    """SP278 for codes that the tokenizer has no token for."""
    codes, task = _codes_of(spec, base), task_of(spec)
    for key in ("source_language", "target_language"):
        said = getattr(task, key)
        if said is None or not codes or said in codes:
            continue
        meant, some = nearest_code(said, codes), sorted(codes)[:8]
        yield Diagnostic(
            rules.KEY_AND_NETWORK,
            f"`{shown(said)}` is no language of `{base.reference}`: its tokenizer has no such code",
            source.file,
            source.span("task", key),
            f"did you mean `{meant}`?"
            if meant
            else f"write one of its {len(codes)} codes: {', '.join(some)}"
            + (", …" if len(codes) > len(some) else ""),
        )


def _codes_of(spec: Spec, base: Base) -> frozenset[str]:
    """The codes that the base is known to have; empty where they are not known."""
    if base.where == "hub" and (known := codes_on_hub(base.reference)):
        return known
    revision = spec.model.revision if isinstance(spec.model, Pretrained) else None
    file = find_tokenizer(base, revision)
    if file and (there := codes_among(file.added)):
        return there
    settings = read_object(base.folder / "tokenizer_config.json") if base.folder else None
    if not settings or settings.get("language_codes", "m2m100") != "m2m100":
        return frozenset()
    named = CODES.get(str(settings.get("tokenizer_class")).removesuffix("Fast"), frozenset())
    added = settings.get("additional_special_tokens") or settings.get("extra_special_tokens")
    texts = [item for item in added if isinstance(item, str)] if isinstance(added, list) else []
    return named | codes_among(texts) if named else named


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
