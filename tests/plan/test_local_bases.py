"""What a folder with a model lacks is told by `check`: it hangs on nothing and needs no torch."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specc.diagnostics.diagnostic import SpecError
from specc.pipeline import check

SPEC = "task: {kind: text-classification, text: text, label: label}\nmodel: ./base\ndata: d.csv\n"
CONFIG = {
    "model_type": "bert",
    "vocab_size": 40,
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "max_position_embeddings": 32,
}
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"


def safetensors(shapes: dict[str, list[int]]) -> bytes:
    """A file with tensors of nought."""
    header: dict[str, Any] = {}
    end = 0
    for name, (rows, columns) in shapes.items():
        start, end = end, end + 4 * rows * columns
        header[name] = {"dtype": "F32", "shape": [rows, columns], "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(end)


def weights(rows: int = 40, layers: int = 2, prefix: str = "bert.") -> bytes:
    names = {f"{prefix}embeddings.word_embeddings.weight": [rows, 8]}
    for i in range(layers):
        names[f"{prefix}encoder.layer.{i}.output.dense.weight"] = [8, 16]
    return safetensors(names)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder in which nothing is missing."""
    (tmp_path / "s.yaml").write_text(SPEC)
    rows = "".join(f"some words {i},{'ab'[i % 2]}\n" for i in range(60))
    (tmp_path / "d.csv").write_text("text,label\n" + rows)
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "model.safetensors").write_bytes(weights())
    (folder / "vocab.txt").write_text("[UNK]\nwords\n")
    return folder


def told(base: Path) -> str:
    """The errors of `check`, as code and message; empty where it has none."""
    try:
        check(base.parent / "s.yaml")
    except SpecError as error:
        return "\n".join(f"{d.code} {d.message}" for d in error.diagnostics)
    return ""


def with_config(**changes: Any) -> Callable[[Path], None]:
    return lambda base: put(base, "config.json", json.dumps(CONFIG | changes))


def put(base: Path, name: str, content: str | bytes) -> None:
    (base / name).write_bytes(content.encode() if isinstance(content, str) else content)


def pipe(base: Path, name: str) -> None:
    (base / name).unlink(missing_ok=True)
    os.mkfifo(base / name)


def sharded(base: Path) -> None:
    (base / "model.safetensors").unlink()
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    put(base, "model.safetensors.index.json", json.dumps(index))
    put(base, "model-1.safetensors", weights())


def adapter(base: Path) -> None:
    (base / "model.safetensors").rename(base / "adapter_model.safetensors")
    put(base, "adapter_config.json", '{"base_model_name_or_path": "bert-base-uncased"}')


FAULTS: dict[str, tuple[Callable[[Path], Any], str, str]] = {
    "config is a pipe": (lambda b: pipe(b, "config.json"), "SP403", "no readable config.json"),
    "config is deep": (lambda b: put(b, "config.json", "[" * 100_000), "SP403", "no readable"),
    "vast": (with_config(hidden_size=10**30), "SP403", "hidden_size"),
    "no type": (with_config(model_type=None), "SP433", "no `model_type`"),
    "unknown type": (with_config(model_type="ourbert"), "SP433", "ourbert"),
    "weights are a pipe": (lambda b: pipe(b, "model.safetensors"), "SP431", "no regular file"),
    "pointer": (lambda b: put(b, "model.safetensors", LFS), "SP431", "Git LFS"),
    "garbage": (lambda b: put(b, "model.safetensors", b"\xff" * 999), "SP431", "no safetensors"),
    "cut": (lambda b: put(b, "model.safetensors", weights()[:-9]), "SP431", "of the"),
    "shard": (sharded, "SP431", "model-2.safetensors is missing"),
    "wrapped": (
        lambda b: put(b, "model.safetensors", weights(prefix="module.bert.")),
        "SP431",
        "`module.`",
    ),
    "adapter": (adapter, "SP432", "an adapter for `bert-base-uncased`"),
    "rows": (lambda b: put(b, "model.safetensors", weights(rows=36)), "SP403", "36 rows"),
    "layers": (lambda b: put(b, "model.safetensors", weights(layers=3)), "SP403", "those of 3"),
    "no tokenizer": (lambda b: (b / "vocab.txt").unlink(), "SP412", "holds no tokenizer"),
    "tokenizer is a pipe": (lambda b: pipe(b, "vocab.txt"), "SP412", "holds no tokenizer"),
    "broken tokenizer": (lambda b: put(b, "tokenizer.json", "{"), "SP412", "cannot be used"),
}


def test_a_whole_folder_is_fine(base: Path) -> None:
    assert told(base) == ""


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_told(name: str, base: Path) -> None:
    damage, code, words = FAULTS[name]
    damage(base)
    said = told(base)
    assert said.startswith(code), said
    assert words in said


def test_tokenizer_of_bytes_needs_no_file(base: Path) -> None:
    (base / "vocab.txt").unlink()
    put(base, "tokenizer_config.json", '{"tokenizer_class": "ByT5Tokenizer"}')
    assert told(base) == ""


def test_all_shards_are_read(base: Path) -> None:
    sharded(base)
    put(base, "model-2.safetensors", safetensors({"bert.pooler.dense.weight": [8, 8]}))
    assert told(base) == ""
