"""predict.py reads a file as training read its own, with or without the labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from specc.pipeline import compile_project

from .projects import run, write

REST = "hardware: cpu\ntraining: {epochs: 1}\n"
SMALL = "model: {architecture: bert, layers: 1, hidden_size: 16, heads: 2}\n" + REST
WRITER = "model: {architecture: bart, layers: 1, hidden_size: 16, heads: 2}\n" + REST
TELLER = "model: {architecture: gpt2, layers: 1, hidden_size: 16, heads: 2}\n" + REST
CLASSES = "task: {kind: text-classification, text: text, label: label}\n" + SMALL
PAIRS = "task: {kind: text-classification, text: [a, b], label: label}\n" + SMALL
TAGS = "task: {kind: token-classification, tokens: tokens, tags: tags}\n" + SMALL
CONLL = "task: {kind: token-classification, tokens: 0, tags: -1}\n" + SMALL
SPANS = "task: {kind: token-classification, text: sentence, spans: spans}\n" + SMALL
ANSWERS = "task: {kind: question-answering}\n" + SMALL
SOURCES = "task: {kind: text-to-text, source: de, target: en}\n" + WRITER
TEXTS = "task: {kind: causal-lm}\n" + TELLER
PROGRAM = """\
import json, sys
from pathlib import Path
from predict import read_file
for path in sys.argv[1:]:
    try:
        print(json.dumps([path, list(read_file(Path(path)))]))
    except SystemExit as refusal:
        print(json.dumps([path, str(refusal)]))
"""


def rows(count: int = 30) -> list[dict[str, Any]]:
    return [{"text": f'say "{i}", or ä', "label": "ab"[i % 2]} for i in range(count)]


def jsonl(items: list[Any]) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def csv(
    items: list[dict[str, Any]], names: list[str], delimiter: str = ",", head: bool = True
) -> str:
    lines = [delimiter.join(names)] if head else []
    quoted = [[str(item[n]).replace('"', '""') for n in names] for item in items]
    return "".join(
        f"{line}\n" for line in lines + [delimiter.join(f'"{x}"' for x in q) for q in quoted]
    )


def said(folder: Path, spec: str, data: str, files: dict[str, str | bytes]) -> dict[str, Any]:
    """What predict.py reads of each file, or the line with which it refuses it.

    Those whose names start with `train` are what the project is compiled for.
    """
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "spec.yaml").write_text(f"{spec}data: {data}\n")
    target = folder / "out/project"
    _, project, _ = compile_project(folder / "spec.yaml", lambda _: target)
    write(project, target)
    asked = [name for name in files if (folder / name).is_file()]
    found = run(target, "-c", PROGRAM, *(str(folder / name) for name in asked))
    answers = map(json.loads, found.splitlines())
    return {name: answer for name, (_, answer) in zip(asked, answers, strict=True)}


@pytest.mark.parametrize("storage", ["memory", "disk"])
def test_tables_keep_delimiter_encoding_and_quotes(tmp_path: Path, storage: str) -> None:
    texts = [row["text"] for row in rows()]
    bare = [{"text": text} for text in texts]
    found = said(
        tmp_path,
        CLASSES,
        f"{{train: train.csv, storage: {storage}}}",
        {
            "train.csv": csv(rows(), ["label", "text"], ";").encode("cp1252"),
            "bare.csv": csv(bare, ["text"], ";").encode("cp1252"),
            "marked.jsonl": "\ufeff" + jsonl(bare),
            "list.json": json.dumps(bare),
            "lines.json": jsonl(bare),
            "values.jsonl": jsonl([{"text": value} for value in (0, 5.0, True, None, 1e300)]),
            "plain.txt": "\ufeffone\r\ntwo\x85three\n\nfour",
            "other.csv": "a;b\n1;2\n",
            "ragged.csv": "text;label\none;two;three\n",
            "broken.jsonl": '{"text": "one"}\n{"text": \n',
            "lacking.jsonl": '{"text": "one"}\n{"texts": "two"}\n',
            "object.jsonl": '{"text": {"a": 1}}\n',
            "sheet.xlsx": "PK",
        },
    )
    for name in ("train.csv", "bare.csv", "marked.jsonl", "list.json", "lines.json"):
        assert found[name] == texts, name
    assert found["values.jsonl"] == ["0", "5", "1", "", "1e+300"]
    assert found["plain.txt"] == ["one", "two\x85three", "", "four"]
    told = {name: answer for name, answer in found.items() if isinstance(answer, str)}
    assert all(name in answer and "\n" not in answer for name, answer in told.items())
    assert "'text'" in told["other.csv"]
    assert "Expected 2 columns, got 3: one;two;three" in told["ragged.csv"]
    assert "row 2" in told["lacking.jsonl"] and "'text'" in told["lacking.jsonl"]
    assert "row 1" in told["object.jsonl"]
    assert ".csv, .json, .jsonl" in told["sheet.xlsx"]
    assert told.keys() == {
        "broken.jsonl",
        *(n for n in found if n[:2] in ("ot", "ra", "la", "ob", "sh")),
    }


def test_stated_columns_meet_headers_and_bare_texts(tmp_path: Path) -> None:
    texts = [row["text"] for row in rows()]
    names = ["label", "text"]
    found = said(
        tmp_path,
        CLASSES,
        "{train: train.tsv, columns: [label, text]}",
        {
            "train.tsv": csv(rows(), names, "\t", head=False),
            "header.tsv": csv(rows(), ["text", "label"], "\t"),
            "texts.tsv": csv(rows(), ["text"], "\t"),
            "bare.tsv": csv(rows(), ["text"], "\t", head=False),
            "wide.tsv": "one\ttwo\tthree\n",
        },
    )
    assert all(
        found[name] == texts for name in ("train.tsv", "header.tsv", "texts.tsv", "bare.tsv")
    )
    assert "wide.tsv" in found["wide.tsv"]


def test_files_that_are_written_in_several_ways(tmp_path: Path) -> None:
    """Each is read by the reader of the training file with its ending."""
    texts = [row["text"] for row in rows()]
    parquet.write_table(pa.Table.from_pylist(rows()), tmp_path / "train.parquet")
    found = said(
        tmp_path,
        CLASSES,
        "{train: [train.csv, train.parquet]}",
        {
            "train.csv": csv(rows(), ["text", "label"], "|"),
            "train.parquet": (tmp_path / "train.parquet").read_bytes(),
            "new.csv": csv(rows(), ["text"], "|"),
        },
    )
    assert all(answer == texts for answer in found.values())


def test_pairs(tmp_path: Path) -> None:
    items = [{"a": f"one {i}", "b": i, "label": "xy"[i % 2]} for i in range(30)]
    pairs = [[item["a"], str(item["b"])] for item in items]
    found = said(
        tmp_path,
        PAIRS,
        "train.jsonl",
        {
            "train.jsonl": jsonl(items),
            "new.csv": csv(items, ["b", "a"]),
            "new.tsv": csv(items, ["a", "b"], "\t"),
            "lines.txt": "".join(f"{a}\t{b}\n" for a, b in pairs),
            "short.csv": "a,b\none\n",
            "long.csv": "a,b\none,two,three\n",
            "untabbed.txt": "one two\n",
        },
    )
    refused = {"short.csv", "long.csv", "untabbed.txt"}
    assert all(found[name] == pairs for name in found.keys() - refused)
    assert all(isinstance(found[name], str) and name in found[name] for name in refused)


def test_folders_of_classes(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"train/{row['label']}/{i:02}.txt": f"{row['text']}\nsecond line"
        for i, row in enumerate(rows())
    }
    found = said(tmp_path, CLASSES, "train", files)
    assert all(found[name] == [files[name]] for name in files)
    answers = run(tmp_path / "out/project", "-c", PROGRAM, str(tmp_path / "train/a"))
    assert len(json.loads(answers)[1]) == 15


def test_words(tmp_path: Path) -> None:
    """Rows with texts beside their words give the words that were trained on."""
    words = [["Tom's", "cat", str(i)] for i in range(30)]
    items = [{"text": " ".join(w), "tokens": w, "tags": ["B-PER", "O", "O"]} for w in words]
    found = said(
        tmp_path,
        TAGS,
        "train.jsonl",
        {
            "train.jsonl": jsonl(items),
            "words.json": json.dumps([{"tokens": w} for w in words]),
            "texts.jsonl": jsonl([{"text": "Tom's cat"}]),
            "numbers.jsonl": jsonl([{"tokens": [1, 2.0, True]}]),
            "new.txt": "Tom's cat\n",
            "new.csv": "tokens\nTom\n",
        },
    )
    assert found["train.jsonl"] == found["words.json"] == words
    assert found["texts.jsonl"] == found["new.txt"] == ["Tom's cat"]
    assert found["numbers.jsonl"] == [["1", "2", "1"]]
    assert "new.csv" in found["new.csv"]


@pytest.mark.parametrize("storage", ["memory", "disk"])
def test_sentences_of_conll(tmp_path: Path, storage: str) -> None:
    sentences = [["Tom", "naps", f"{i}"] for i in range(30)]
    tagged = "\n".join(
        "".join(f"{w} {t}\n" for w, t in zip(s, ("B-PER", "O", "O"), strict=True))
        for s in sentences
    )
    bare = "\n".join("".join(f"{w}\n" for w in s) for s in sentences)
    files: dict[str, str | bytes] = {
        "train.conll": tagged,
        "marked.bio": "\ufeff" + tagged,
        "bare.conll": bare,
        "new.csv": tagged,
    }
    found = said(tmp_path, CONLL, f"{{train: train.conll, storage: {storage}}}", files)
    assert "new.csv" in found.pop("new.csv")
    assert all(answer == sentences for answer in found.values())


def test_texts_with_spans(tmp_path: Path) -> None:
    items = [{"sentence": f"Tom naps {i}", "spans": [[0, 3, "PER"]]} for i in range(30)]
    bare = [{"sentence": item["sentence"]} for item in items]
    files: dict[str, str | bytes] = {"train.jsonl": jsonl(items), "bare.json": json.dumps(bare)}
    found = said(tmp_path, SPANS, "train.jsonl", files)
    texts = [item["sentence"] for item in items]
    assert found == {"train.jsonl": texts, "bare.json": texts}


def squad(pairs: list[list[str]], *, answers: bool) -> str:
    said = {"answers": [{"text": "Tom", "answer_start": 0}]} if answers else {}
    asked = [
        {"context": context, "qas": [{"id": context, "question": question} | said]}
        for question, context in pairs
    ]
    return json.dumps({"data": [{"paragraphs": asked}]}, indent=1)


@pytest.mark.parametrize("trained_on", ["squad", "rows"])
def test_questions(tmp_path: Path, trained_on: str) -> None:
    pairs = [[f"who naps {i}?", f"Tom naps {i}."] for i in range(30)]
    items = [{"question": q, "context": c} for q, c in pairs]
    answers = [item | {"answers": {"text": ["Tom"], "answer_start": [0]}} for item in items]
    files: dict[str, str | bytes] = {
        "squad.json": squad(pairs, answers=True),
        "asked.json": squad(pairs, answers=False),
        "rows.jsonl": jsonl(answers),
        "bare.jsonl": jsonl(items),
    }
    if trained_on == "rows":
        files["bare.csv"] = csv(items, ["context", "question"])
    ending = {"squad": "json", "rows": "jsonl"}[trained_on]
    found = said(tmp_path, ANSWERS, f"{trained_on}.{ending}", files)
    assert {name: answer for name, answer in found.items() if answer != pairs} == {}


def test_parallel_files(tmp_path: Path) -> None:
    lines = [f"Zeile {i}\u2028Rest" for i in range(30)]
    files: dict[str, str | bytes] = {
        "train.de": "".join(f"{line}\n" for line in lines),
        "train.en": "".join(f"line {i}\n" for i in range(30)),
        "new.v2.de": "\ufeff" + "".join(f"{line}\r\n" for line in lines),
        "new.jsonl": jsonl([{"de": line} for line in lines]),
        "new.txt": "".join(f"{line}\n" for line in lines),
    }
    found = said(tmp_path, SOURCES, "{train: train, format: parallel}", files)
    assert "train.en" in found.pop("train.en")
    assert all(answer == lines for answer in found.values())


@pytest.mark.parametrize(("unit", "count"), [("file", 1), ("line", 40), ("paragraph", 20)])
def test_documents(tmp_path: Path, unit: str, count: int) -> None:
    text = "\n\n".join(f"The sea is wide, {i}.\nAnd deep." for i in range(20)) + "\n"
    spec = TEXTS.replace("lm}", f"lm, documents: {unit}}}")
    files: dict[str, str | bytes] = {
        "train.txt": text * 20,
        "new.txt": text,
        "new.jsonl": '{"text": "a\\nb"}\n',
    }
    found = said(tmp_path, spec, "train.txt", files)
    documents = [line for line in found["new.txt"] if line]
    assert len(documents) == count
    assert found["new.jsonl"] == ["a\nb"]


def test_a_pattern_that_takes_too_long_is_told(tmp_path: Path) -> None:
    spec = (
        CLASSES + 'data: {train: train.jsonl, clean: {replace: [{pattern: "(.*),(.*),(.*)x"}]}}\n'
    )
    (tmp_path / "spec.yaml").write_text(spec)
    (tmp_path / "train.jsonl").write_text(jsonl(rows()))
    _, project, _ = compile_project(tmp_path / "spec.yaml", lambda _: tmp_path / "project")
    write(project, tmp_path / "project")
    program = 'from data import clean\nprint(clean("a, b, cx"))\nclean("7," * 9000)'
    with pytest.raises(AssertionError) as error:
        run(tmp_path / "project", "-c", program)
    assert "a pattern takes more than 2 s on the text '7,7,7," in str(error.value)
    assert "Traceback" not in str(error.value)


def test_utf8_is_not_read_as_another_encoding(tmp_path: Path) -> None:
    lines = csv(rows(), ["text", "label"])
    files = {"train.csv": lines.encode("cp1252"), "old.csv": lines.encode("cp1252")}
    new = {"new.csv": lines.encode(), "ascii.csv": b"text\nplain words\n"}
    found = said(tmp_path, CLASSES, "{train: train.csv, encoding: cp1252}", files | new)
    assert "it is in UTF-8, and the files of training are in cp1252" in found["new.csv"]
    assert found["old.csv"] == [row["text"] for row in rows()]
    assert found["ascii.csv"] == ["plain words"]


def test_the_name_of_a_file_is_no_text(tmp_path: Path) -> None:
    said(tmp_path, CLASSES, "train.csv", {"train.csv": csv(rows(), ["text", "label"])})
    program = (
        "import argparse\nfrom predict import refuse_names\n"
        "parser = argparse.ArgumentParser()\n"
        "refuse_names(parser, ['a text', 'x' * 5000])\n"
        "try:\n    refuse_names(parser, ['a text', 'config.py'])\n"
        "except SystemExit as refusal:\n    print(refusal.code)\n"
    )
    assert run(tmp_path / "out/project", "-c", program).split() == ["2"]
