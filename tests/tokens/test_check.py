"""Texts that the base's tokenizer does not know, cannot write, or takes for special tokens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tokens.workbench import ENGLISH, base, told

CLASSES = "{kind: text-classification, text: text, label: label}"
PAIRS = "{kind: text-to-text, source: q, target: a}"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _rows(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def _labelled(folder: Path, texts: list[str]) -> None:
    base(folder / "base", "bert")
    rows = [
        {"text": f"{text} {i % 3 + 1}", "label": "xy"[i % 2]} for i, text in enumerate(texts * 20)
    ]
    _rows(folder / "a.jsonl", rows)


def _pairs(folder: Path, targets: list[str]) -> None:
    base(folder / "base", "t5")
    _rows(folder / "a.jsonl", [{"q": ENGLISH[i % 2], "a": a} for i, a in enumerate(targets * 20)])


def test_known_texts_are_not_mentioned(tmp_path: Path) -> None:
    _labelled(tmp_path, ENGLISH)
    assert told(tmp_path, CLASSES, "a.jsonl") == []


def test_some_unknown_words_are_a_warning_with_examples(tmp_path: Path) -> None:
    _labelled(tmp_path, [*ENGLISH, "the lamp is красный"])
    (found,) = told(tmp_path, CLASSES, "a.jsonl")
    assert (found.code, found.severity) == ("SP471", "warning")
    assert "`красный`" in found.notes[0].message
    again = told(tmp_path, CLASSES, "a.jsonl")  # from the cache
    assert again == [found]
    assert told(tmp_path, CLASSES, "{train: a.jsonl, unknown_characters: accept}") == []


def test_texts_of_another_script_are_an_error(tmp_path: Path) -> None:
    _labelled(tmp_path, ["красная лампа", "лодка на озере"])
    (found,) = told(tmp_path, CLASSES, "a.jsonl")
    assert (found.code, found.severity) == ("SP471", "error")
    assert told(tmp_path, CLASSES, "{train: a.jsonl, unknown_characters: accept}") == []


def test_targets_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    _pairs(tmp_path, ["the lamp { is }", "is\nred", *ENGLISH * 4])
    (found,) = told(tmp_path, PAIRS, "a.jsonl")
    assert (found.code, found.severity) == ("SP472", "warning")
    assert "lose characters such as `{`, `}`" in found.message
    assert "lose line breaks" in found.message


def test_targets_of_known_letters_are_not_mentioned(tmp_path: Path) -> None:
    _pairs(tmp_path, [ENGLISH[1], ENGLISH[0]])
    assert told(tmp_path, PAIRS, "a.jsonl") == []


def test_bytes_write_everything(tmp_path: Path) -> None:
    base(tmp_path / "base", "gpt2")
    (tmp_path / "a.txt").write_text("def f(x):\n    return {x: '🎉'}\n" * 50)
    assert told(tmp_path, "{kind: causal-lm, block_size: 16}", "a.txt") == []


def test_names_of_special_tokens_are_told(tmp_path: Path) -> None:
    base(tmp_path / "base", "gpt2")
    (tmp_path / "a.txt").write_text("A lamp.<|endoftext|>\n" * 50)
    (found,) = told(tmp_path, "{kind: causal-lm, block_size: 16}", "a.txt")
    assert found.code == "SP473"
    assert "`<|endoftext|>` 40 times" in found.message
    assert found.message.endswith("read as letters")
    for said in ("read", "letters"):
        data = f"{{train: a.txt, special_tokens: {said}}}"
        assert told(tmp_path, "{kind: causal-lm, block_size: 16}", data) == []


def test_encoders_read_names_as_tokens(tmp_path: Path) -> None:
    _labelled(tmp_path, ["the lamp [SEP] red"])
    (found,) = told(tmp_path, CLASSES, "a.jsonl")
    assert (found.code, found.message.endswith("read as these tokens")) == ("SP473", True)
