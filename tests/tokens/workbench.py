"""Small bases of three kinds of tokenizer, and specs about them."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.pipeline import check

CONFIGS = {
    "bert": {"num_hidden_layers": 1, "hidden_size": 8, "max_position_embeddings": 64},
    "t5": {"num_layers": 1, "d_model": 8},
    "gpt2": {"n_layer": 1, "n_embd": 8, "n_positions": 64, "eos_token_id": 256},
}
ENGLISH = ["the lamp is red and small", "a boat is on the lake 1 2 3"]


def base(folder: Path, kind: str) -> None:
    """Config, empty weights and a tokenizer of English words, pieces or bytes."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": kind} | CONFIGS[kind]))
    (folder / "model.safetensors").write_bytes(b"\2\0\0\0\0\0\0\0{}")
    tokenizer = {"bert": words, "t5": pieces, "gpt2": bytewise}[kind]()
    tokenizer.save(str(folder / "tokenizer.json"))


def words() -> Tokenizer:
    """One token a word, as WordPiece has for common ones."""
    known = sorted({word for text in ENGLISH for word in text.split()})
    vocabulary = {name: i for i, name in enumerate(["[UNK]", "[SEP]", *known])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[UNK]", "[SEP]"])
    return tokenizer


def pieces() -> Tokenizer:
    """Unigram without bytes: what is not in the training texts is unknown."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=60, special_tokens=["<unk>", "</s>"], unk_token="<unk>"
    )
    tokenizer.train_from_iterator(ENGLISH * 20, trainer)
    return tokenizer


def bytewise() -> Tokenizer:
    """All bytes and no merges."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: i for i, letter in enumerate(letters)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken("<|endoftext|>", special=True)])
    return tokenizer


def told(folder: Path, task: str, data: str) -> list[Diagnostic]:
    """What `check` says of the texts of `folder` and the base in it, beside other findings."""
    spec = folder / "spec.yaml"
    spec.write_text(f"task: {task}\nmodel: ./base\ndata: {data}\n")
    try:
        found = check(spec).found
    except SpecError as error:
        found = error.diagnostics
    return [item for item in found if item.code in ("SP471", "SP472", "SP473")]
