"""Small specs of text-to-text, and the tables that they read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.golden.gallery import workplace

Value = dict[str, Any]

SMALL = {
    "architecture": "marian",
    "layers": 2,
    "hidden_size": 32,
    "heads": 2,
    "tokenizer": {"vocab_size": 400},
}

PHRASES: Value = {
    "task": {"kind": "text-to-text", "source": "en", "target": "de", "preset": "translation"},
    "model": SMALL,
    "data": {
        "train": "data/phrases",
        "format": "parallel",
        "split": {"validation": 0.1, "test": 0.1},
    },
    "training": {"epochs": 2, "batch_size": 16},
    "hardware": {"device": "cpu"},
}

QUESTIONS = [
    ("Who fed the cat?", "Before breakfast Nora fed the cat and watered the plants.", "Nora"),
    ("Who baked the bread?", "Uncle Theo baked the bread on Sunday evening.", "Uncle Theo"),
    ("Where is the key?", "The key hangs behind the kitchen door.", "behind the kitchen door"),
    (
        "Where do the bees live?",
        "The bees live in a box under the lime tree.",
        "under the lime tree",
    ),
    ("When does the ferry leave?", "The ferry leaves at seven in the morning.", "at seven"),
    ("When was the bridge built?", "The bridge was built in 1904 by two brothers.", "1904"),
    ("What did Mara lose?", "Mara lost her blue scarf on the tram.", "her blue scarf"),
    ("What grows by the wall?", "By the wall grows an old pear tree.", "an old pear tree"),
    ("How many boats came back?", "Only three of the nine boats came back.", "three"),
    ("How far is the mill?", "The mill stands two miles up the river.", "two miles"),
    ("Why was the school closed?", "The school was closed because of the snow.", "the snow"),
    ("Who painted the fence?", "The twins painted the fence green.", "The twins"),
    ("Where did Ivan sleep?", "Ivan slept in the barn that night.", "in the barn"),
    ("What woke the baby?", "A clap of thunder woke the baby.", "A clap of thunder"),
    ("When do the swallows return?", "The swallows return in late April.", "in late April"),
    ("Who plays the cello?", "Her sister Ada plays the cello.", "Ada"),
    ("What is in the jar?", "The jar holds dried plums.", "dried plums"),
    ("Where was the letter?", "The letter was inside the old atlas.", "inside the old atlas"),
    (
        "How old is the oak?",
        "The oak is said to be three hundred years old.",
        "three hundred years",
    ),
    ("Who won the race?", "To her own surprise Lena won the race.", "Lena"),
]

CHINESE = [
    ("猫在哪里？", "猫在桌子下面。"),
    ("今天天气很好。", "今天是晴天。"),
    ("火车几点开？", "火车七点开。"),
    ("我想喝一杯茶。", "请给我一杯茶。"),
    ("图书馆在河边。", "河边有图书馆。"),
    ("孩子们在公园里玩。", "公园里有孩子。"),
    ("他昨天买了一本书。", "他有一本新书。"),
    ("雨下了一整夜。", "夜里一直下雨。"),
    ("奶奶做的饺子最好吃。", "奶奶的饺子好吃。"),
    ("明天早上我们去爬山。", "我们明天爬山。"),
    ("商店晚上九点关门。", "商店九点关门。"),
    ("她会说三种语言。", "她会三种语言。"),
]


def lay_out(folder: Path) -> Path:
    """`folder` with every table that a spec here reads."""
    workplace(folder)
    lines = ["question\tcontext\tanswer", *("\t".join(row) for row in QUESTIONS), ""]
    (folder / "questions.tsv").write_text("\n".join(lines), encoding="utf-8")
    lines = ["long\tshort", *("\t".join(row) for row in CHINESE), ""]
    (folder / "chinese.tsv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def answers() -> Value:
    """Questions with their context."""
    return {
        "task": {
            "kind": "text-to-text",
            "source": ["question", "context"],
            "target": "answer",
            "preset": "generative-qa",
        },
        "model": SMALL | {"architecture": "bart"},
        "data": {"train": "questions.tsv", "split": {"validation": 0.2, "test": 0.2}},
        "training": {"epochs": 2, "batch_size": 4},
        "hardware": {"device": "cpu"},
    }


def summaries() -> Value:
    """Chinese sentences and shorter ones."""
    return {
        "task": {
            "kind": "text-to-text",
            "source": "long",
            "target": "short",
            "preset": "summarization",
        },
        "model": {k: v for k, v in SMALL.items() if k != "heads"} | {"architecture": "t5"},
        "data": {"train": "chinese.tsv", "split": {"validation": 0.2, "test": 0.2}},
        "training": {"epochs": 2, "batch_size": 4},
        "hardware": {"device": "cpu"},
    }
