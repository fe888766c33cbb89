"""Whether a file holds sources and targets: by the names of its columns, or parallel files."""

from __future__ import annotations

import re
from pathlib import Path

from specc.data.encoding import find_encoding
from specc.data.findings import FileProblem
from specc.data.parallel import read_lines
from specc.diagnostics.diagnostic import SpecError
from specc.language.data import DataFields
from specc.new.columns import Profile, profiles
from specc.new.guess import TaskGuess, is_english
from specc.new.table import read_table
from specc.new.write import one_or_list, scalar

_KIND = "text-to-text"
_CODES = """
af ar bg bn ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn
ko lt lv mk ml mn mr ms my nb ne nl nn no pa pl pt ro ru sk sl so sq sr sv sw ta te th tl tr uk ur
uz vi zh
"""
_LANGUAGES = frozenset(_CODES.split())
_SUMMARIES = ("summary", "highlights", "abstract", "tldr")
_ARTICLES = ("document", "article", "text", "body", "dialogue", "content")
_PAIRS = (
    *(("source", "target"), ("src", "tgt"), ("src", "trg"), ("input", "output")),
    *(("source_text", "target_text"), ("input_text", "target_text"), ("original", "simplified")),
    *(("inputs", "targets"), ("prompt", "completion"), ("prompt", "response")),
    *(("prompt", "answer"), ("prompt", "output"), ("instruction", "output")),
    *(("instruction", "response"), ("query", "response"), ("question", "answer")),
)
_OPTIONAL = {"instruction": ("input", "context")}
"""What may stand beside a source, and is empty in many rows."""

_LANGUAGES_BY_NAME = {
    **{"english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it"},
    **{"portuguese": "pt", "dutch": "nl", "russian": "ru", "chinese": "zh", "japanese": "ja"},
    **{"hindi": "hi", "arabic": "ar", "turkish": "tr", "polish": "pl", "korean": "ko"},
}
_BASE = "any encoder-decoder on the hub or a folder will do"


def guess(path: Path, wanted: bool, given: DataFields) -> TaskGuess | None:
    """The section for a table with two such columns, or for a file beside that of a language.

    A table that has a column of labels too is left to classification, unless this is `wanted` or
    it holds instructions.
    """
    try:
        if _language(path.suffix.removeprefix(".")):
            return _parallel(path)
        if path.is_dir():
            return None
        table = read_table(path, given)
        known = profiles(table)
        texts = {n: p for n, p in known.items() if p.could_be_text or _may_be_empty(n, p)}
        found = _columns(texts)
        used = (*found[0], found[1]) if found else ()
        labels = [p for p in known.values() if p.has_label_name and p.name not in used]
    except (FileProblem, SpecError, OSError, UnicodeError):
        return None
    sure = wanted or (found is not None and found[0][0].strip().lower() in _OPTIONAL)
    if found is None or (not sure and any(p.could_be_label for p in labels)):
        return None
    return _guess(*found, known[found[0][0]].values, table.rows)


def _may_be_empty(name: str, profile: Profile) -> bool:
    """An optional source, and short answers: what the names say counts more than the values."""
    names = {name for pair in (*_PAIRS, *_OPTIONAL.values()) for name in pair}
    return name.strip().lower() in names and not profile.column.is_list and bool(profile.values)


def _language(name: str) -> str | None:
    """The code in a name such as en, EN, en_XX, pt-BR."""
    name = _LANGUAGES_BY_NAME.get(name.strip().lower(), name)
    match = re.fullmatch(r"([a-z]{2})([_-][A-Za-z]{2})?", name.strip(), re.IGNORECASE)
    return match[1].lower() if match and match[1].lower() in _LANGUAGES else None


def _columns(known: dict[str, Profile]) -> tuple[tuple[str, ...], str, str | None] | None:
    """Sources, target and preset."""
    lower = {name.strip().lower(): name for name in known}
    languages = [name for name in known if _language(name)]
    if len(languages) == 2:
        return (languages[0],), languages[1], "translation"
    for target in _SUMMARIES:
        for source in _ARTICLES:
            if {source, target} <= set(lower):
                return (lower[source],), lower[target], "summarization"
    for source in _OPTIONAL:
        written = next((t for s, t in _PAIRS if s == source and t in lower), None)
        if source in lower and written:
            more = next((lower[name] for name in _OPTIONAL[source] if name in lower), None)
            return (lower[source], *((more,) if more else ())), lower[written], None
    for source, target in _PAIRS:
        if {source, target} <= set(lower):
            return (lower[source],), lower[target], None
    return None


def _parallel(path: Path) -> TaskGuess | None:
    others = sorted(
        other.suffix[1:]
        for other in path.parent.glob(f"{path.stem}.*")
        if other != path and other.stem == path.stem and _language(other.suffix[1:])
    )
    if not others:
        return None
    encoding, _ = find_encoding(path, path.name, None)
    lines = list(read_lines(path, encoding))
    source = path.suffix[1:]
    return _guess((source,), others[0], "translation", lines, len(lines), "parallel")


def _guess(
    sources: tuple[str, ...],
    target: str,
    preset: str | None,
    texts: list[str] | list[list[str]],
    rows: int,
    format: str | None = None,
) -> TaskGuess:
    where = "the endings" if format else "the names of the columns"
    other_way = "exchange the two for the other direction"
    if len(sources) > 1:
        other_way = "the second one may be empty"
    keys = [
        ("source", one_or_list(sources), f"by {where}; {other_way}"),
        ("target", scalar(target), "what is written"),
    ]
    if preset:
        keys.append(("preset", preset, "metrics, baseline and beams for it"))
    words = tuple(str(text) for text in texts)
    model = base_for(words)
    if preset == "translation":
        pair = f"{_language(sources[0])}-{_language(target)}"
        model = f"Helsinki-NLP/opus-mt-{pair}", f"for these two languages; {_BASE}"
    return TaskGuess(_KIND, tuple(keys), rows, words, model=model, format=format)


def base_for(texts: tuple[str, ...]) -> tuple[str, str]:
    """A base by the language of the sources, and why."""
    if is_english(texts):
        return "t5-small", f"small, and knows English; {_BASE}"
    return "facebook/mbart-large-50", f"knows 50 languages: name yours; {_BASE}"
