"""A project reads the very sentences that the compiler counted, however they are written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from specc.plan.plan import Plan
from specc.tasks.token_classification.tags import to_bio
from tests.tasks.token_classification.workbench import (
    COLUMNS,
    LISTS,
    compiled_in,
    imported,
    jsonl,
    write,
)

SENTENCES = [[("Ann", "B-P"), ("Lee", "I-P"), (f"met{i}", "O"), ("Zoë", "B-P")] for i in range(24)]
Read = tuple[list[list[str]], list[list[str]]]
"""Words and tags of the sentences of one split."""

Table = Sequence[Sequence[tuple[str, ...]]]


def columns(between: str = " ", end: str = "\n", middle: str = "", table: Table = SENTENCES) -> str:
    """A CoNLL file of `table`, with what `middle` says between word and tag."""
    lines = []
    for sentence in table:
        lines += [between.join([word, *middle.split(), *tags]) for word, *tags in sentence]
        lines.append("")
    return end.join(lines) + end


def agree(plan: Plan, project: Path) -> dict[str, Read]:
    """The sentences by split as the project reads them, which is as the compiler did."""
    with imported(project, ["config", "data"]) as (config, data):
        labels = config.Config().labels
        read = {
            name: (part.words, [[labels[tag] for tag in row] for row in part.tags])
            for name, part in data.read_splits(config.Config()).items()
        }
    names, facts = plan.spec.task.columns, plan.facts.task
    assert set(read) == set(plan.facts.splits)
    for name, split in plan.facts.splits.items():
        words, tags = (split.table[column].to_pylist() for column in names)
        if pinned := plan.spec.task.tag_names:
            tags = [[pinned[int(tag)] for tag in row] for row in tags]
        assert read[name] == (words, [to_bio(row, facts.scheme) for row in tags])
        assert split.rows == len(words)
    return read


def count(read: dict[str, Read]) -> int:
    return sum(len(words) for words, _ in read.values())


ODD_LINES = (
    "-DOCSTART- -X- O\n\n# a comment of several words\n"
    + columns(middle="NN")
    + "\n \n\t\n# NN B-P\n# NN I-P\n\n-DOCSTART- -X- O\nlast NN O"
)
FILES: dict[str, bytes] = {
    "spaces": columns().encode(),
    "many spaces": columns("   ").encode(),
    "tabs": columns("\t").encode(),
    "windows": columns(end="\r\n").encode(),
    "bom": columns().encode("utf-8-sig"),
    "utf-16": columns().encode("utf-16"),
    "no final newline": columns().rstrip().encode(),
    "leading and trailing blanks": ("\n\n \t \n" + columns() + "\n\n").encode(),
    "four columns": columns(middle="NN I-NP").encode(),
    "comments with tabs": ("#\thttp://a.b\n" + columns("\t", middle="1 x")).encode(),
    "columns of CoNLL-U": ("# text = a b\n" + columns("\t", middle="1 x")).encode(),
    "documents, comments, a word #": ODD_LINES.encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_columns(name: str, tmp_path: Path) -> None:
    write(tmp_path / "rows.conll", FILES[name])
    read = agree(*compiled_in(tmp_path, COLUMNS, "rows.conll"))
    assert count(read) == len(SENTENCES) + 2 * (name == "documents, comments, a word #")
    everything = [words for split, _ in read.values() for words in split]
    if name.startswith("documents"):
        assert ["#", "#"] in everything
        assert ["last"] in everything
    else:
        assert sorted(everything) == sorted([word for word, _ in s] for s in SENTENCES)


def treebank(width: int) -> str:
    """The sentences as treebanks have them: ranges and empty nodes stand among the words."""
    lines = []
    for sentence in SENTENCES:
        lines += ["# text = a b", "\t".join(["1-2", "AnnLee", "_", *"_" * (width - 3)])]
        for number, (word, tag) in enumerate(sentence, start=1):
            lines.append("\t".join([str(number), word, tag, *"_" * (width - 3)]))
            lines.append("\t".join([f"{number}.1", "gone", "O", *"_" * (width - 3)]))
        lines.append("")
    return "\n".join(lines)


@pytest.mark.parametrize("width", [3, 10])
def test_ranges_and_empty_nodes_are_not_words(width: int, tmp_path: Path) -> None:
    task = "task: {kind: token-classification, tokens: 1, tags: 2}\n"
    write(tmp_path / "rows.conllu", treebank(width))
    read = agree(*compiled_in(tmp_path, task, "rows.conllu"))
    found = [words for split, _ in read.values() for words in split]
    assert sorted(found) == sorted([word for word, _ in s] for s in SENTENCES)


def test_numbers_among_words_are_words(tmp_path: Path) -> None:
    """Only a file whose first column numbers every line has lines that are not words."""
    rows = columns("\t") + "1-2\tB-P\n3.1\tO\n4\tO\n"
    write(tmp_path / "rows.conll", rows)
    read = agree(*compiled_in(tmp_path, COLUMNS, "rows.conll"))
    assert ["1-2", "3.1", "4"] in [words for split, _ in read.values() for words in split]


def test_other_encoding_is_declared(tmp_path: Path) -> None:
    write(tmp_path / "rows.conll", columns().encode("latin-1"))
    read = agree(*compiled_in(tmp_path, COLUMNS, "{train: rows.conll, encoding: latin-1}"))
    assert all(words[-1] == "Zoë" for split, _ in read.values() for words in split)


def test_columns_have_names_and_positions_from_the_end(tmp_path: Path) -> None:
    write(tmp_path / "rows.conll", columns(middle="NN x"))
    named = "task: {kind: token-classification, tokens: word, tags: ner}\n"
    data = "{train: rows.conll, columns: [word, pos, chunk, ner]}"
    assert count(agree(*compiled_in(tmp_path, named, data))) == len(SENTENCES)
    behind = "task: {kind: token-classification, tokens: -4, tags: -1}\n"
    assert count(agree(*compiled_in(tmp_path / "b", behind, "../rows.conll"))) == len(SENTENCES)


@pytest.mark.parametrize(
    ("style", "scheme"),
    [("I-P I-P O I-P", "iob1"), ("B-P E-P O S-P", "iobes"), ("B-P L-P O U-P", "iobes"),
     ("B-P E-P O W-P", "iobes"), ("NN NN V NN", "plain")],
)  # fmt: skip
def test_schemes_are_converted(style: str, scheme: str, tmp_path: Path) -> None:
    table = [
        [(word, tag) for (word, _), tag in zip(sentence, style.split(), strict=True)]
        for sentence in SENTENCES
    ]
    write(tmp_path / "rows.conll", columns(table=table))
    plan, project = compiled_in(tmp_path, COLUMNS, "rows.conll")
    assert plan.facts.task.scheme == scheme
    read = agree(plan, project)
    expected = style.split() if scheme == "plain" else ["B-P", "I-P", "O", "B-P"]
    assert all(tags == expected for _, split in read.values() for tags in split)


def test_several_files_of_several_kinds(tmp_path: Path) -> None:
    write(tmp_path / "a/one.conll", columns())
    write(tmp_path / "a/two.conll", "# of another layout\n" + columns("\t", middle="NN"))
    write(tmp_path / "b/one.conll", columns(end="\r\n"))
    plan, project = compiled_in(tmp_path, COLUMNS, "{train: ['a/*.conll'], test: b/one.conll}")
    read = agree(plan, project)
    assert count(read) == 3 * len(SENTENCES)
    assert len(read["test"][0]) == len(SENTENCES)
    never = compiled_in(tmp_path / "x", COLUMNS, "{train: ../a/one.conll, copy: never}")
    assert count(agree(*never)) == len(SENTENCES)


def test_groups_stay_together(tmp_path: Path) -> None:
    rows = [{"tokens": [f"w{i}", "x"], "tags": ["B-P", "O"], "doc": i % 8} for i in range(40)]
    rows[5:5] = [{"tokens": [], "tags": [], "doc": 1}]
    write(tmp_path / "rows.jsonl", jsonl(rows))
    data = "{train: rows.jsonl, split: {group: doc, validation: 0.2, test: 0.2}}"
    read = agree(*compiled_in(tmp_path, LISTS, data))
    places = {int(words[0][1:]) % 8: name for name, (split, _) in read.items() for words in split}
    assert count(read) == 40
    for name, (split, _) in read.items():
        assert all(places[int(words[0][1:]) % 8] == name for words in split)


def test_a_column_groups_sentences(tmp_path: Path) -> None:
    table = [
        [(f"doc{i % 6}", word, tag) for word, tag in sentence]
        for i, sentence in enumerate(SENTENCES)
    ]
    write(tmp_path / "rows.conll", columns(table=table))
    task = "task: {kind: token-classification, tokens: 1, tags: 2}\n"
    data = "{train: rows.conll, split: {group: '0', validation: 0.2, test: 0.2}}"
    read = agree(*compiled_in(tmp_path, task, data))
    documents = [{int(words[2][3:]) % 6 for words in split} for split, _ in read.values()]
    assert sum(map(len, documents)) == 6


def lists() -> list[dict[str, Any]]:
    return [
        {"tokens": [word for word, _ in sentence], "tags": [tag for _, tag in sentence]}
        for sentence in SENTENCES
    ]


IDS = {"O": 0, "B-P": 1, "I-P": 2}
NAMED = LISTS.replace("tags: tags", "tags: tags, tag_names: [O, B-P, I-P]")


def numbered(kind: type = int) -> list[dict[str, Any]]:
    return [row | {"tags": [kind(IDS[tag]) for tag in row["tags"]]} for row in lists()]


@pytest.mark.parametrize("ending", ["jsonl", "json", "parquet"])
@pytest.mark.parametrize("values", ["names", "numbers", "floats"])
def test_lists(ending: str, values: str, tmp_path: Path) -> None:
    rows = {"names": lists(), "numbers": numbered(), "floats": numbered(float)}[values]
    rows += [{"tokens": [], "tags": []}, {"tokens": None, "tags": None}]
    path = tmp_path / f"rows.{ending}"
    if ending == "parquet":
        parquet.write_table(pa.Table.from_pylist(rows), path)
    else:
        write(path, jsonl(rows) if ending == "jsonl" else json.dumps(rows))
    task = LISTS if values == "names" else NAMED
    plan, project = compiled_in(tmp_path, task, path.name)
    assert plan.facts.splits["train"].dropped["empty"] == 2
    assert count(agree(plan, project)) == len(SENTENCES)


@pytest.mark.parametrize(
    "clean",
    ["{drop_duplicates: true}", "{drop_duplicates: true, drop_empty: false}",
     "{drop_empty: false}", "{lower_case: true, unicode: nfkc}",
     "{replace: [{pattern: '[0-9]+', by: ''}, {pattern: Ann, by: ''}]}"],
)  # fmt: skip
def test_cleaning_keeps_tags_under_their_words(clean: str, tmp_path: Path) -> None:
    rows = lists() + lists()[:5] + [{"tokens": [], "tags": []}, {"tokens": [""], "tags": ["O"]}]
    rows += [{"tokens": ["\u00c5\u0308", "\uff21"], "tags": ["B-P", "O"]}]
    write(tmp_path / "rows.jsonl", jsonl(rows))
    plan, project = compiled_in(tmp_path, LISTS, f"{{train: rows.jsonl, clean: {clean}}}")
    read = agree(plan, project)
    kept_empty, single = "drop_empty: false" in clean, "drop_duplicates" in clean
    assert count(read) == len(SENTENCES) + 1 + 5 * (not single) + 2 * kept_empty
