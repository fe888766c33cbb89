"""Bad pairs by the dozen: each is told with its place, none ends in a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from specc.diagnostics.diagnostic import SpecError
from specc.pipeline import check
from specc.tasks.text_to_text.facts import find_script, text_facts
from tests.generated.projects import run, write
from tests.golden.gallery import compile_spec, tree
from tests.tasks.text_to_text.bases import PHRASES, Value
from tests.variants.bases import changed

PAIRS = [(f"sentence number {i} of the source", f"Satz Nummer {i} der Quelle") for i in range(40)]
Rows = list[tuple[str, str]]


def tsv(rows: Rows, head: str = "en\tde") -> str:
    return "\n".join([head, *(f"{source}\t{target}" for source, target in rows), ""])


def jsonl(rows: list[dict[str, object]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def parallel(sources: str, targets: str) -> dict[str, str]:
    return {"pairs.en": sources, "pairs.de": targets}


def spec_over(files: dict[str, str], folder: Path) -> Value:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    first = next(iter(files))
    if first == "pairs.en":
        data: dict[str, object] = {"train": "pairs", "format": "parallel"}
    else:
        data = {"train": first}
    return changed(PHRASES, ("data",), data)


def told(spec: Value, folder: Path) -> set[str]:
    """The codes of everything that `specc check` says."""
    import yaml

    path = folder / "spec.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    try:
        return {d.code for d in check(path).found}
    except SpecError as error:
        return {d.code for d in error.diagnostics}


def replaced(number: int, row: tuple[str, str]) -> Rows:
    return [*PAIRS[:number], row, *PAIRS[number + 1 :]]


LINES = "\n".join(source for source, _ in PAIRS) + "\n"
CASES: dict[str, tuple[dict[str, str], set[str]]] = {
    "whole": ({"a.tsv": tsv(PAIRS)}, set()),
    "no rows": ({"a.tsv": "en\tde\n"}, {"SP310"}),
    "nothing": ({"a.tsv": ""}, {"SP310"}),
    "no target column": ({"a.tsv": tsv(PAIRS, "en\tfr")}, {"SP312"}),
    "target twice": ({"a.tsv": "en\tde\tde\na\tb\tc\n"}, {"SP313"}),
    "an empty target": ({"a.tsv": tsv(replaced(3, ("something", "")))}, {"SP381"}),
    "a blank source": ({"a.tsv": tsv(replaced(3, ("  ", "etwas")))}, {"SP381"}),
    "all targets empty": ({"a.tsv": tsv([(s, "") for s, _ in PAIRS])}, {"SP381", "SP340"}),
    "most targets empty": (
        {"a.tsv": tsv([(s, t if i % 3 == 0 else "") for i, (s, t) in enumerate(PAIRS)])},
        {"SP381", "SP341"},
    ),
    "one copied": ({"a.tsv": tsv(replaced(5, ("Berlin", "Berlin")))}, {"SP382"}),
    "all copied": ({"a.tsv": tsv([(s, s) for s, _ in PAIRS])}, {"SP382"}),
    "one much too long": (
        {"a.tsv": tsv(replaced(5, ("short one here, yes", "x" * 400)))},
        {"SP383"},
    ),
    "two targets": (
        {"a.tsv": tsv([*PAIRS, (PAIRS[0][0], "Satz Nummer 0, anders gesagt")])},
        {"SP386", "SP353"},
    ),
    "repeated": ({"a.tsv": tsv([*PAIRS, PAIRS[0]])}, {"SP353"}),
    "ragged": ({"a.tsv": tsv(PAIRS) + "one\ttwo\tthree\n"}, {"SP308"}),
    "not JSON": ({"a.jsonl": '{"en": "a", "de": \n'}, {"SP305"}),
    "lists": ({"a.jsonl": jsonl([{"en": ["a", "b"], "de": ["c"]}] * 9)}, {"SP315"}),
    "several targets": ({"a.jsonl": jsonl([{"en": "a", "de": ["b", "c"]}] * 9)}, {"SP315"}),
    "objects": ({"a.jsonl": jsonl([{"en": "a", "de": {"de": "b"}}] * 9)}, {"SP315"}),
    "null targets": ({"a.jsonl": jsonl([{"en": "a", "de": None}] * 9)}, {"SP381", "SP340"}),
    "numbers": (
        {"a.jsonl": jsonl([{"en": i, "de": f"Zahl {i}"} for i in range(30)])},
        {"SP343"},
    ),
    "one line short": (parallel(LINES, LINES.replace("a", "b").partition("\n")[2]), {"SP380"}),
    "a line split": (parallel(LINES, LINES.replace("number 7", "x\ny")), {"SP380"}),
    "an empty file": (parallel(LINES, ""), {"SP310"}),
    "CRLF on one side": (parallel(LINES, LINES.replace("e", "a").replace("\n", "\r\n")), set()),
    "no last newline": (parallel(LINES, LINES.replace("e", "a").rstrip("\n")), set()),
    "other line ends inside": (
        parallel(LINES, LINES.replace("number 7", "x\u2028y\x85z").replace("e", "a")),
        set(),
    ),
    "blank lines on both sides": (
        parallel(LINES + "\n\n", LINES.replace("e", "a") + "\n\n"),
        {"SP381"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_of_bad_pairs(name: str, tmp_path: Path) -> None:
    files, expected = CASES[name]
    assert told(spec_over(files, tmp_path), tmp_path) == expected


def test_one_parallel_file_missing(tmp_path: Path) -> None:
    spec = spec_over(parallel(LINES, LINES.replace("e", "a")), tmp_path)
    (tmp_path / "pairs.de").unlink()
    assert told(spec, tmp_path) == {"SP301"}


@pytest.mark.parametrize("write", ["utf-16", "latin-1"])
def test_parallel_files_in_other_encodings(write: str, tmp_path: Path) -> None:
    spec = spec_over(parallel(LINES, LINES), tmp_path)
    (tmp_path / "pairs.de").write_text(LINES.replace("number", "nümmer"), encoding=write)
    assert told(spec, tmp_path) == {"SP306"}


def test_parallel_files_travel_into_the_project(tmp_path: Path) -> None:
    spec = spec_over(parallel(LINES, LINES.replace("e", "a")), tmp_path)
    files = tree(compile_spec(spec, tmp_path))
    assert {"data/pairs.en", "data/pairs.de"} <= files.keys()


def test_labels_are_no_targets(tmp_path: Path) -> None:
    rows = [(f"text number {i}", ("good", "bad")[i % 2]) for i in range(120)]
    assert "SP385" in told(spec_over({"a.tsv": tsv(rows)}, tmp_path), tmp_path)


def test_groups_stay_together_in_parallel_files(tmp_path: Path) -> None:
    spec = spec_over(parallel(LINES, LINES.replace("e", "a")), tmp_path)
    (tmp_path / "pairs.book").write_text("".join(f"{i // 4}\n" for i in range(40)), "utf-8")
    spec = changed(spec, ("data", "split"), {"group": "book", "validation": 0.2, "test": 0.2})
    assert told(spec, tmp_path) == set()
    project = compile_spec(spec, tmp_path)
    assert "data/pairs.book" in tree(project)
    folder = write(project, tmp_path / "project")
    program = (
        "from config import Config\nfrom data import file_digests, read_splits\n"
        "splits = read_splits(Config())\n"
        "books = {n: {int(t.split()[2]) // 4 for t in s.texts} for n, s in splits.items()}\n"
        "assert not books['train'] & books['test'], books\n"
        "print(sorted(file_digests(Config())))"
    )
    assert "data/pairs.book" in run(folder, "-c", program)


SCRIPTS: dict[str, Callable[[], tuple[str, str]]] = {
    "english": lambda: ("The cat sat.", "english"),
    "german": lambda: ("Über den Fluss.", "words"),
    "russian": lambda: ("Кошка спит.", "words"),
    "korean": lambda: ("고양이가 잔다.", "words"),
    "chinese": lambda: ("猫在睡觉。", "chinese"),
    "chinese with names": lambda: ("他在 Berlin 住了三年，很喜欢那里的公园和博物馆。", "chinese"),
    "japanese": lambda: ("猫が寝ています。", "characters"),
    "thai": lambda: ("แมวนอนหลับ", "characters"),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_are_told_apart(name: str) -> None:
    text, expected = SCRIPTS[name]()
    assert find_script([text])[0] == expected


def test_sentences_and_words_of_targets_are_counted() -> None:
    facts = text_facts(["One here. Two 3.5 there!", "A single one.", "Two. Of them."])
    assert (facts.median_words, facts.median_sentences) == (3, 2)
    assert text_facts(["猫睡了。狗也睡了。"]).median_sentences == 2
