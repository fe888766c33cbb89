"""The base's tokenizer.json, and what it says of itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc import __version__
from specc.bases.files import cached_folder, is_regular
from specc.cache import keep, recall
from specc.plan.base import Base


@dataclass(frozen=True)
class TokenizerFile:
    """`digest` is that of its bytes.

    `special` are the names of special tokens; `unknown` is the id of the token for what it does not
    know, and `drops`: what it does not know leaves no token at all. `size` is one more than the
    highest id that a text can be given, and `added` are the names of tokens beside the vocabulary.
    """

    path: Path
    digest: str
    special: tuple[str, ...]
    unknown: int | None
    drops: bool
    size: int = 0
    added: tuple[str, ...] = ()


def find_tokenizer(base: Base, revision: str | None) -> TokenizerFile | None:
    """That of a local base, or of one that the hub's cache holds; None where there is none.

    Only findings may depend on the cache: a plan is the same on every machine.
    """
    path = base.tokenizer or (_cached(base.reference, revision) if base.where == "hub" else None)
    if path is None:
        return None
    try:
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        key = f"tokenizer-ids-{hashlib.sha256(f'{__version__} {digest}'.encode()).hexdigest()}"
        said = recall(key)
        if said is None:
            said = _describe(json.loads(content))
            keep(key, said)
        return TokenizerFile(
            path,
            digest,
            tuple(said["special"]),
            unknown=said["unknown"],
            drops=said["drops"],
            size=said["size"],
            added=tuple(said["added"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # the plan tells what is wrong with the file


def _cached(name: str, revision: str | None) -> Path | None:
    folder = cached_folder(name, revision)
    path = folder / "tokenizer.json" if folder else None
    return path if path and is_regular(path) else None


def _describe(content: dict[str, Any]) -> dict[str, Any]:
    model, added = content["model"], content.get("added_tokens") or []
    unknown = model.get("unk_id")
    if unknown is None and (name := model.get("unk_token")) is not None:
        vocabulary = model.get("vocab") or {}
        there = {token["content"]: token["id"] for token in added}
        unknown = vocabulary.get(name, there.get(name)) if isinstance(vocabulary, dict) else None
    bytes_known = model.get("byte_fallback") or _knows_bytes(model.get("vocab"))
    return {
        "special": [token["content"] for token in added if token.get("special")],
        "unknown": unknown,
        "drops": unknown is None and not bytes_known,
        "size": _size(model.get("vocab"), added),
        "added": [token["content"] for token in added],
    }


def _knows_bytes(vocabulary: Any) -> bool:
    """Whether it holds the letters by which byte-level BPE writes all 256 bytes."""
    printed = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    letters = [chr(code) for code in printed] + [chr(0x100 + n) for n in range(256 - len(printed))]
    return isinstance(vocabulary, dict) and all(letter in vocabulary for letter in letters)


def _size(vocabulary: Any, added: list[dict[str, Any]]) -> int:
    """One more than the highest id; a mask is never given to a text, and may have no row."""
    ids = [token["id"] for token in added if token["content"] not in ("<mask>", "[MASK]")]
    masks = {"<mask>", "[MASK]"}
    if isinstance(vocabulary, dict):
        ids += [number for name, number in vocabulary.items() if name not in masks]
    elif isinstance(vocabulary, list):
        ids.append(len(vocabulary) - 1)
    return 1 + max((number for number in ids if isinstance(number, int)), default=-1)
