"""Whether the files of a local base belong together: tokenizer, configuration and weights."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specc.bases.files import is_regular, read_object
from specc.bases.weights import shapes_of
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import bases, plan
from specc.plan.base import Base
from specc.plan.tokenizer_file import find_tokenizer
from specc.yaml.source import Source

_VOCABULARIES = (
    *("tokenizer.json", "vocab.*", "*.model", "*.spm", "*.tiktoken", "bpe.codes", "tekken.json"),
    *("*vocab*.txt", "*vocab*.json", "*.tokenizer"),
)
_OF_BYTES = ("byt5", "canine", "perceiver")
"""How the names of tokenizers begin that need no file."""
_EMBEDDINGS = ("word_embeddings.weight", "shared.weight", "wte.weight", "embed_tokens.weight")
_AGAIN = "correct config.json, or save the model again with `model.save_pretrained(folder)`"


def check_local(source: Source, base: Base) -> list[Diagnostic]:
    """SP403, SP412 and SP430, as far as the files tell without torch."""
    if base.folder is None:
        return []
    return [*_tokenizer_is_there(source, base), *_sizes_agree(source, base)]


def _tokenizer_is_there(source: Source, base: Base) -> Iterator[Diagnostic]:
    assert base.folder is not None
    files = (path for name in _VOCABULARIES for path in base.folder.glob(name))
    settings = read_object(base.folder / "tokenizer_config.json") or {}
    named = settings.get("tokenizer_class") or base.config.get("tokenizer_class")
    kind = str(named or base.config.get("model_type", "")).lower()
    if not any(is_regular(path) for path in files) and not kind.startswith(_OF_BYTES):
        yield Diagnostic(
            plan.BROKEN_TOKENIZER,
            f"`{base.reference}` holds no tokenizer: neither tokenizer.json nor a vocabulary",
            source.file,
            source.span("model", "base"),
            "save it there: `tokenizer.save_pretrained(folder)`",
        )
    elif base.tokenizer is not None and find_tokenizer(base, None) is None:
        yield Diagnostic(
            plan.BROKEN_TOKENIZER,
            f"the tokenizer.json of `{base.reference}` cannot be used",
            source.file,
            source.span("model", "base"),
            "save it again with `tokenizer.save_pretrained(folder)`",
        )


def _sizes_agree(source: Source, base: Base) -> Iterator[Diagnostic]:
    """config.json and weights, or tokenizer and embedding, of different sizes."""
    assert base.folder is not None
    span, shapes = source.span("model", "base"), shapes_of(base.folder)
    said, rows = base.config.get("vocab_size"), _rows(shapes)
    if isinstance(said, int) and rows is not None and said != rows:
        yield Diagnostic(
            plan.NO_CONFIG,
            f"config.json in `{base.reference}` has `vocab_size: {said}`, and the embedding in its "
            f"weights has {rows:,} rows",
            source.file,
            span,
            _AGAIN,
        )
        return
    layers = _layers(base, shapes)
    if layers is not None and base.layers is not None and layers != base.layers:
        yield Diagnostic(
            plan.NO_CONFIG,
            f"config.json in `{base.reference}` says {base.layers} layers, and its weights are "
            f"those of {layers}",
            source.file,
            span,
            _AGAIN,
        )
    file = find_tokenizer(base, None)
    if isinstance(said, int) and file is not None and file.size > said:
        yield Diagnostic(
            bases.TOKENIZER_OVER_EMBEDDING,
            f"tokenizer.json in `{base.reference}` has {file.size:,} tokens, and the embedding "
            f"has {said:,} rows (`vocab_size` in config.json)",
            source.file,
            span,
            f"enlarge it with `model.resize_token_embeddings({file.size})` and save the model "
            "again, or restore the tokenizer that it came with",
        )


def _rows(shapes: dict[str, tuple[int, ...]]) -> int | None:
    """Those of the table of tokens."""
    tables = (shape for name, shape in shapes.items() if name.endswith(_EMBEDDINGS))
    return next((shape[0] for shape in tables if len(shape) == 2), None)


def _layers(base: Base, shapes: dict[str, tuple[int, ...]]) -> int | None:
    """How many layers there are weights of; None where these cannot be told."""
    if base.family is None or base.family.network == "encoder-decoder":
        return None
    number = re.compile(rf"(?:^|\.){re.escape(base.family.layers)}\.(\d+)\.")
    found = {int(match[1]) for name in shapes if (match := number.search(name))}
    return len(found) or None
