"""Words of texts in many scripts, and the tags that spans of characters give them."""

from __future__ import annotations

import inspect
import random
from pathlib import Path

import pytest

from specc.data.words import UNSPACED, Span, kind_of, tags_of, word_places
from tests.tasks.token_classification.workbench import (
    SPANS,
    compiled_in,
    findings,
    imported,
    jsonl,
    write,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Anna lives, in Oslo.", ["Anna", "lives", ",", "in", "Oslo", "."]),
        ("don't  re-do\tit\n", ["don", "'", "t", "re", "-", "do", "it"]),
        ("3.5 km_h", ["3", ".", "5", "km_h"]),
        ("你好world。", ["你", "好", "world", "。"]),
        ("カタカナ", ["カ", "タ", "カ", "ナ"]),
        ("cafe\u0301 nai\u0308ve", ["cafe\u0301", "nai\u0308ve"]),
        ("か\u3099く", ["か\u3099", "く"]),
        ("हिन्दी में।", ["हिन्दी", "में", "।"]),
        ("שָׁלוֹם", ["שָׁלוֹם"]),
        ("شَدَّة", ["شَدَّة"]),
        ("กิน", ["กิ", "น"]),
        ("한국어 좋다", ["한국어", "좋다"]),
        ("ok 👍🏽 ❤️", ["ok", "👍", "🏽", "❤️"]),
        ("a\u200bb", ["a", "\u200b", "b"]),
        (" \u3000\u00a0", []),
        ("𠮷野家", ["𠮷", "野", "家"]),
        ("葛\U000e0100城", ["葛\U000e0100", "城"]),
        ("ကျွန်တော်", ["ကျွ", "န်", "တော်"]),
        ("བོད་ཡིག", ["བོད", "་", "ཡིག"]),
        ("ܫܠܵܡܵܐ", ["ܫܠܵܡܵܐ"]),
        ("৫০৳", ["৫০", "৳"]),
    ],
)
def test_words_are_found(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in word_places(text)] == words


def test_no_character_but_white_space_is_lost() -> None:
    rng = random.Random(0)
    characters = [chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000]
    for _ in range(300):
        text = "".join(rng.choices(characters, k=40))
        places = word_places(text)
        assert all(start < end for start, end in places)
        assert "".join(text[start:end] for start, end in places) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "spans", "tags", "inside"),
    [
        ("Anna in New York", [(0, 4, "P"), (8, 16, "L")], "B-P O B-L I-L", 0),
        ("Anna in New York", [(8, 16, "L"), (0, 4, "P")], "B-P O B-L I-L", 0),
        ("Anna in New York", [(0, 5, "P")], "B-P O O O", 0),
        ("Anna in New York", [(1, 4, "P")], "B-P O O O", 1),
        ("Anna in New York", [(8, 14, "L")], "O O B-L I-L", 1),
        ("Oslo Oslo", [(0, 4, "L"), (5, 9, "L")], "B-L B-L", 0),
        ("Berliner", [(0, 4, "A"), (4, 8, "B")], "B-A", 1),
        ("我在北京", [(2, 4, "L")], "O O B-L I-L", 0),
        ("a 👍 b", [(2, 3, "E")], "O B-E O", 0),
        ("x", [], "O", 0),
    ],
)
def test_spans_become_tags(text: str, spans: list[Span], tags: str, inside: int) -> None:
    assert tags_of(word_places(text), spans) == (tags.split(), inside)


def test_project_finds_the_same_words_and_tags(tmp_path: Path) -> None:
    rng = random.Random(1)
    alphabet = "ab Z9.,-_'  你好かกิ\u0301\u3099ि्न👍\u200d\u200b\u0661\u0627\u064e"
    rows = []
    for i in range(60):
        text = f"w{i} " + "".join(rng.choices(alphabet, k=rng.randint(5, 60)))
        ends = sorted(rng.sample(range(len(text) + 1), 4))
        pairs = [(ends[0], ends[1]), (ends[2], ends[3])]
        spans = [[a, b, rng.choice("XY")] for a, b in pairs if text[a:b].strip()]
        rows.append({"text": text, "entities": spans})
    write(tmp_path / "rows.jsonl", jsonl(rows))
    plan, project = compiled_in(tmp_path, SPANS, "rows.jsonl")
    with imported(project, ["config", "data"]) as (config, data):
        assert data.UNSPACED == UNSPACED
        for own, of_project in ((kind_of, data.kind_of), (word_places, data.word_places)):
            assert inspect.getsource(own) == inspect.getsource(of_project)
        settings = config.Config()
        splits = data.read_splits(settings)
    assert set(splits) == set(plan.facts.splits)
    for name, split in plan.facts.splits.items():
        assert splits[name].words == split.table["text"].to_pylist()
        tags = [[settings.labels[tag] for tag in row] for row in splits[name].tags]
        assert tags == split.table["entities"].to_pylist()


def test_spans_of_every_spelling_are_read_alike(tmp_path: Path) -> None:
    spans = [
        [0, 4, "P"],
        {"start": 0, "end": 4, "label": "P"},
        {"start": 0, "end": 4, "type": "P", "text": "Anna"},
        {"start": 0, "end": 4, "tag": "P", "id": 7},
        {"start": 0, "end": 4, "text": "Anna", "labels": ["P"]},
        {"id": 7, "start_offset": 0, "end_offset": 4, "label": "P"},
        {"start": 0, "end": 4, "value": "Ann", "entity": "P"},
        {"start": 0, "end": 4, "token_start": 0, "token_end": 0, "label": "P"},
    ]
    rows = [{"text": f"Anna {i}", "entities": [spans[i % 8]], "doc": i % 9} for i in range(40)]
    rows += [
        {"text": "nobody", "entities": None, "doc": 9},
        {"text": " ", "entities": [], "doc": 9},
        {"text": "nobody else", "doc": 9},
    ]
    write(tmp_path / "rows.jsonl", jsonl(rows))
    plan, project = compiled_in(tmp_path, SPANS, "{train: rows.jsonl, split: {group: doc}}")
    assert sum(sum(of_split) for of_split in plan.facts.task.entities.values()) == 40
    with imported(project, ["config", "data"]) as (config, data):
        splits = data.read_splits(config.Config())
    assert {name: len(part) for name, part in splits.items()} == {
        name: split.rows for name, split in plan.facts.splits.items()
    }
    assert sum(row[:2] == [1, 0] for part in splits.values() for row in part.tags) == 40


MEASURES = {
    "the offsets count UTF-16 units, and an emoji has two": lambda text: (
        len(text.encode("utf-16-le")) // 2,
        0,
    ),
    "the offsets count bytes of UTF-8": lambda text: (len(text.encode()), 0),
    "each end is the last character of its span": lambda text: (len(text), 1),
    "the offsets count from 1": lambda text: (len(text) + 1, 0),
}


PLACED = {True: "do not stand at their offsets", False: "begin or end inside a word"}


@pytest.mark.parametrize("cause", MEASURES)
@pytest.mark.parametrize("quoted", [True, False])
def test_offsets_that_count_something_else(cause: str, quoted: bool, tmp_path: Path) -> None:
    """Without a quote, only other units are told from spans that part words on purpose."""
    rows = []
    for number in range(30):
        before, name = "\U0001f600" * (1 + number % 3) + f"é {number} hier wohnt ", "Anna"
        start, _ = MEASURES[cause](before)
        end, less = MEASURES[cause](before + name)
        span = {"start": start, "end": end - less, "label": "P"}
        rows.append({"text": f"{before}{name} mit Kindern", "entities": [span]})
        rows[-1]["entities"][0] |= {"text": name} if quoted else {}
    write(tmp_path / "rows.jsonl", jsonl(rows))
    said = {d.code: d.message for d in findings(tmp_path, SPANS, "rows.jsonl")}
    if quoted or "units" in cause or "bytes" in cause:
        assert list(said) == ["SP389"]
        assert said["SP389"].endswith(f"{PLACED[quoted]}: {cause}")
    else:
        assert "SP363" in said


def test_widened_spans_are_counted(tmp_path: Path) -> None:
    rows = [{"text": f"Annas {i}", "entities": [[0, 4, "P"]]} for i in range(30)]
    write(tmp_path / "rows.jsonl", jsonl(rows))
    said = [d for d in findings(tmp_path, SPANS, "rows.jsonl") if d.code == "SP363"]
    assert [d.message for d in said] == [
        "30 spans begin or end inside a word: the whole word counts to the entity"
    ]
