"""The weights of a base: which files hold them, and whether these are whole."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc.bases.files import is_pointer, is_regular, read_object

_SAFE, _PICKLED = "model.safetensors", "pytorch_model.bin"
_LONGEST_HEADER = 100_000_000
_WRAPPERS = ("module.", "_orig_mod.", "_fsdp_wrapped_module.", "base_model.model.")
"""What training programs put before the name of every weight."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with the file `name`, and the edit that mends it."""

    message: str
    help: str


def holds_weights(folder: Path) -> bool:
    """Whether there are files of the names under which the library looks for weights."""
    return any((folder / (name + end)).exists() for name in (_SAFE, _PICKLED) for end in _ENDINGS)


_ENDINGS = ("", ".index.json")


def is_pickled(folder: Path) -> bool:
    """Whether the only weights are those of pytorch_model.bin."""
    return not any((folder / (_SAFE + end)).exists() for end in _ENDINGS) and holds_weights(folder)


def damages(folder: Path, *, partly: bool = False) -> Iterator[Damage]:
    """What keeps the weights from being read; `partly`: files may be missing, as in a cache."""
    stem = _PICKLED if is_pickled(folder) else _SAFE
    names = [stem] if (folder / stem).exists() else []
    index = folder / f"{stem}.index.json"
    if not names and index.exists():
        content = read_object(index)
        weights = content.get("weight_map") if content else None
        if not isinstance(weights, dict) or not weights:
            yield Damage(f"{index.name} names no files of weights", _AGAIN)
            return
        names = sorted({str(name) for name in weights.values()})
    for name in names:
        path = folder / name
        if path.exists():
            yield from _damage(path)
        elif not partly:
            yield Damage(
                f"{name} is missing, and {index.name} names it",
                f"put {name} into the folder: copy or download it again",
            )


_AGAIN = "copy or download it again, or save the model again with `model.save_pretrained(folder)`"


def shapes_of(folder: Path) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the tensors in safetensors files; empty where these are not whole."""
    found: dict[str, tuple[int, ...]] = {}
    for path in sorted(folder.glob("*.safetensors")):
        header = _header(path) if is_regular(path) else None
        for name, tensor in header[1].items() if header else ():
            shape = tensor.get("shape") if isinstance(tensor, dict) else None
            if isinstance(shape, list) and all(isinstance(size, int) for size in shape):
                found[name] = tuple(shape)
    return found


def _damage(path: Path) -> Iterator[Damage]:
    if not is_regular(path):
        yield Damage(f"{path.name} is no regular file", _AGAIN)
    elif is_pointer(path):
        yield Damage(
            f"{path.name} is a pointer of Git LFS, without the weights",
            "run `git lfs pull` in the folder of the base",
        )
    elif path.suffix == ".safetensors":
        yield from _damage_of_safetensors(path)
    elif not _is_pickle(path):
        yield Damage(f"{path.name} is cut short, or was never written by torch", _AGAIN)


def _is_pickle(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(2)
    return zipfile.is_zipfile(path) if start == b"PK" else start[:1] == b"\x80"


def _damage_of_safetensors(path: Path) -> Iterator[Damage]:
    size, header = path.stat().st_size, _header(path)
    if header is None:
        yield Damage(f"{path.name} is cut short, or is no safetensors file", _AGAIN)
        return
    start, tensors = header
    ends = [_end_of(tensor) for tensor in tensors.values()]
    if None in ends:
        yield Damage(f"{path.name} has a header that is damaged", _AGAIN)
        return
    whole = start + max((end for end in ends if end is not None), default=0)
    if size != whole:
        yield Damage(f"{path.name} has {size:,} of the {whole:,} bytes of its tensors", _AGAIN)
        return
    for wrapper in _WRAPPERS:
        if tensors and all(name.startswith(wrapper) for name in tensors):
            yield Damage(
                f"every weight in {path.name} has a name that begins with `{wrapper}`, which no "
                "model has",
                "save the model that is wrapped: `model.module.save_pretrained(folder)`"
                if wrapper == "module."
                else "save the model without what wraps it: `model.save_pretrained(folder)`",
            )


def _header(path: Path) -> tuple[int, dict[str, Any]] | None:
    """Where the data begin, and what the file says of each tensor."""
    with path.open("rb") as file:
        first = file.read(8)
        if len(first) < 8:
            return None
        (length,) = struct.unpack("<Q", first)
        if length > min(_LONGEST_HEADER, path.stat().st_size - 8):
            return None
        try:
            tensors = json.loads(file.read(length))
        except (ValueError, RecursionError):
            return None
    if not isinstance(tensors, dict):
        return None
    tensors.pop("__metadata__", None)
    return 8 + length, tensors


def _end_of(tensor: Any) -> int | None:
    """The last byte of a tensor, counted from where the data begin."""
    offsets = tensor.get("data_offsets") if isinstance(tensor, dict) else None
    if not isinstance(offsets, list) or len(offsets) != 2:
        return None
    return offsets[1] if isinstance(offsets[1], int) and offsets[1] >= 0 else None
