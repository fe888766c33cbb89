"""The data sets that lie beside the repository, where they do: counts as their READMEs say."""

from __future__ import annotations

from pathlib import Path

import pytest

from .workbench import gather_in

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"

CLASSES = (
    "[finance, realty, stocks, education, science, society, politics, sports, game, entertainment]"
)
CASES: dict[str, tuple[str, str, list[int], dict[str, int] | int]] = {
    "sst2": (
        "text: text, label: label",
        "{train: D/train.csv, validation: D/validation.csv, test: D/test.csv}",
        [6920, 872, 1821],
        {"0": 3310, "1": 3610},
    ),
    "ag_news": (
        "text: [title, description], label: label",
        "{train: D/train.csv, validation: D/validation.csv, test: D/test.csv}",
        [6000, 800, 800],
        {"Business": 1495, "Sci/Tech": 1490, "Sports": 1525, "World": 1490},
    ),
    "sms_spam": (
        "text: message, label: label",
        "{train: D/sms.tsv, columns: [label, message], split: {validation: 0, test: 0}}",
        [5574],
        {"ham": 4827, "spam": 747},
    ),
    "mrpc": (
        'text: ["#1 String", "#2 String"], label: Quality',
        "{train: D/test.txt, split: {validation: 0, test: 0}}",
        [1725],
        {"0": 578, "1": 1147},
    ),
    "rte": (
        "text: [sentence1, sentence2], label: label",
        "{train: D/train.tsv, validation: D/validation.tsv}",
        [2490, 277],
        {"entailment": 1249, "not_entailment": 1241},
    ),
    "snli": (
        "text: [premise, hypothesis], label: label",
        "{train: D/train.jsonl, validation: D/validation.jsonl, test: D/test.jsonl}",
        [2000, 1000, 1000],
        3,
    ),
    "stsb": (
        "text: [sentence1, sentence2], label: score",
        "{train: D/train.csv, validation: D/validation.csv, test: D/test.csv}",
        [5749, 1500, 1379],
        0,
    ),
    "goemotions": (
        "text: text, label: labels, separator: ',', labels: NAMES",
        "{train: D/train.tsv, validation: D/validation.tsv, test: D/test.tsv, "
        "columns: [text, labels, id]}",
        [5000, 1000, 1000],
        28,
    ),
    "thucnews_titles_zh": (
        f"text: text, label: label, labels: {CLASSES}",
        "{train: D/train.csv, validation: D/validation.csv, test: D/test.txt, "
        "columns: [text, label]}",
        [6000, 1000, 1500],
        {"finance": 635, "realty": 590, "stocks": 603, "education": 610, "science": 602,
         "society": 580, "politics": 597, "sports": 596, "game": 580, "entertainment": 607},
    ),
    "chnsenticorp_hotel_zh": (
        "text: review, label: label",
        "{train: D/reviews.csv, split: {validation: 0, test: 0}}",
        [2000],
        {"0": 622, "1": 1378},
    ),
}  # fmt: skip
FOUND = [name for name in CASES if (SHARED / name).is_dir()]


def test_all_or_none_are_there() -> None:
    assert len(FOUND) in (0, 10)


@pytest.mark.parametrize("name", FOUND)
def test_counts(name: str, tmp_path: Path) -> None:
    task, data, rows, labels = CASES[name]
    folder = SHARED / name
    if "NAMES" in task:
        names = (folder / "labels.txt").read_text().split()
        task = task.replace("NAMES", f"[{', '.join(names)}]")
    facts, _ = gather_in(tmp_path, data.replace("D/", f"{folder.as_posix()}/"), task)
    assert [split.rows for split in facts.splits.values()] == rows
    if isinstance(labels, int):
        assert len(facts.task.labels) == labels
    else:
        counted = zip(facts.task.labels, facts.task.counts["train"], strict=True)
        assert dict(counted) == labels


@pytest.mark.skipif(not FOUND, reason="the shared data sets are not there")
def test_odd_shapes(tmp_path: Path) -> None:
    at = SHARED.as_posix()
    task = 'text: ["#1 String", "#2 String"], label: Quality'
    facts, _ = gather_in(tmp_path, f"{at}/mrpc/test.txt", task)
    file = facts.splits["train"].files[0]
    assert (file.encoding, file.encoding_source) == ("utf-8-sig", "BOM")
    assert (file.format, file.delimiter, file.quote) == ("tsv", "\t", None)
    data = f"{{train: {at}/thucnews_titles_zh/train.csv, test: {at}/thucnews_titles_zh/test.txt, "
    task = f"text: text, label: label, labels: {CLASSES}"
    facts, _ = gather_in(tmp_path, data + "columns: [text, label]}", task)
    assert facts.task.numbered == ("test",)
    assert sum(facts.task.counts["test"]) == 1500
    assert [f.header for f in facts.splits["train"].files + facts.splits["test"].files] == [
        True,
        False,
    ]
