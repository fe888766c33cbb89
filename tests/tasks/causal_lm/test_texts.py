"""What the data stage counts of texts is what the project reads of them, byte for byte."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from specc.data.position import cut_text
from specc.diagnostics.diagnostic import SpecError
from specc.pipeline import check
from tests.tasks.causal_lm.workbench import MIXED, imported, made, varied


def both(folder: Path, spec: dict[str, Any], text: str | bytes) -> dict[str, list[str]]:
    """The texts of each split, which compiler and project must agree on."""
    plan, project = made(folder, spec, text)
    column = plan.spec.task.texts[0]
    counted = {str(name): s.table[column].to_pylist() for name, s in plan.facts.splits.items()}
    modules = imported(project)
    read = modules.data.read_splits(modules.config.Config())
    assert {name: examples.texts for name, examples in read.items()} == counted
    return counted


def test_one_document_is_cut_by_position(tmp_path: Path) -> None:
    text = "".join(f"line {number} of the log\n" for number in range(200))
    splits = both(tmp_path, varied(), text)
    assert [len(texts) for texts in splits.values()] == [1, 1, 1]
    assert "".join(splits[name][0] for name in ("train", "validation", "test")) == text
    assert all(texts[0].endswith("\n") for texts in splits.values())
    assert 0.09 < len(splits["test"][0]) / len(text) < 0.11


@pytest.mark.parametrize("documents", ["line", "paragraph"])
def test_many_documents_are_cut_at_random(documents: str, tmp_path: Path) -> None:
    spec = varied(("task.documents", documents), ("data.split.test", 0.25))
    splits = both(tmp_path, spec, MIXED * 5)
    pieces = [text for texts in splits.values() for text in texts]
    wanted = MIXED.split("\n") if documents == "line" else MIXED.strip().split("\n\n")
    kept = sorted(part.strip("\n") for part in wanted if part) * 5
    if documents == "line":
        assert sorted(pieces) == sorted(kept)
    else:
        assert len(splits["test"]) == round(0.25 * len(pieces))
        assert "Nobody  kept\tcount;\nthe gulls did." in " ".join(pieces)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8-sig", None), ("utf-16", None), ("gb18030", "gb18030"), ("utf-16-be", "utf-16-be")],
)
def test_encodings_and_line_ends(encoding: str, declared: str | None, tmp_path: Path) -> None:
    text = "第一行：港口很安静。\r\n第二行：没有人说话。\r第三行\n" * 30
    spec = varied(*([("data.encoding", declared)] if declared else []))
    splits = both(tmp_path, spec, text.encode(encoding))
    whole = "".join(splits[name][0] for name in ("train", "validation", "test"))
    assert whole == text.replace("\r\n", "\n").replace("\r", "\n")


def test_cleaning_keeps_white_space_unless_told(tmp_path: Path) -> None:
    text = "Two  spaces\tand a tab.\n" * 60
    assert "Two  spaces\tand" in both(tmp_path, varied(), text)["train"][0]
    spec = varied(("data.clean", {"lower_case": True, "whitespace": True}))
    assert "two spaces and a tab. two" in both(tmp_path, spec, text)["train"][0]


def test_rows_of_a_table(tmp_path: Path) -> None:
    rows = [{"story": f"Story {n} of the {word} island.", "author": n % 5} for n, word in
            enumerate(["small", "large", "green", "far"] * 12)]  # fmt: skip
    lines = "".join(json.dumps(row) + "\n" for row in [*rows, {"story": "", "author": 1}])
    (tmp_path / "stories.jsonl").write_text(lines, encoding="utf-8")
    spec = varied(
        ("task.text", "story"), ("data.train", "stories.jsonl"), ("data.split.group", "author")
    )
    splits = both(tmp_path, spec, "")
    assert sum(map(len, splits.values())) == 48
    authors = [{int(text.split()[1]) % 5 for text in texts} for texts in splits.values()]
    assert not authors[0] & authors[1] | authors[0] & authors[2] | authors[1] & authors[2]


def test_files_for_each_split(tmp_path: Path) -> None:
    for name in ("a", "b", "held_out"):
        (tmp_path / f"{name}.txt").write_text(f"The story of {name}.\n" * 30, encoding="utf-8")
    spec = varied(("data", {"train": ["a.txt", "b.txt"], "validation": "held_out.txt"}))
    splits = both(tmp_path, spec, "")
    assert {name: len(texts) for name, texts in splits.items()} == {"train": 2, "validation": 1}


@pytest.mark.parametrize("share", [0.5, 0.9, 0.01])
@pytest.mark.parametrize(
    "text", ["word " * 4000, "港口" * 900, "title\n" + "x" * 5000, "a\nb\n" * 300]
)
def test_no_piece_is_lost_or_cut_inside_a_character(text: str, share: float) -> None:
    pieces = cut_text(pa.array(["before", text, "after"])[1:2], share / 2, share / 2)
    parts = [pieces[name][0].as_py() for name in ("train", "validation", "test")]
    assert "".join(parts) == text
    assert all(parts)
    size = len(text.encode())
    assert len(parts[2].encode()) == pytest.approx(size * share / 2, abs=max(8, 0.26 * size))


def codes(folder: Path, spec: dict[str, Any], text: str | bytes) -> set[str]:
    with pytest.raises(SpecError) as told:
        made(folder, spec, text)
    return {found.code for found in told.value.diagnostics}


BAD: tuple[tuple[str, str | bytes, dict[str, Any], str], ...] = (
    ("empty", "", {}, "SP310"),
    ("white space alone", " \n\n \n", {"data.clean.whitespace": True}, ""),
    ("zero bytes", b"one\0two\n" * 20, {}, "SP305"),
    ("one letter", "a", {}, "SP350"),
    ("another encoding", b"gr\xfcn\n" * 20, {"data.encoding": "utf-8"}, "SP306"),
    ("a group of text files", "a\nb\n" * 20, {"data.split.group": "author"}, "SP312"),
    ("a table read as JSON lines", "a,b\n1,2\n", {"data.format": "jsonl"}, "SP305"),
    ("a block longer than the model", "a\n" * 90, {"task.block_size": 65}, "SP284"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "text", "changes", "code"), BAD, ids=[bad[0] for bad in BAD])
def test_bad_texts_are_told(
    name: str, text: str | bytes, changes: dict[str, Any], code: str, tmp_path: Path
) -> None:
    found = codes(tmp_path, varied(*changes.items()), text)
    assert found, name
    assert not code or code in found, found


def test_a_large_text_is_no_heap_of_objects(tmp_path: Path) -> None:
    """Thirty megabytes of lines: what Python itself allocates stays far below that."""
    lines = "".join(f"line {n} of a rather long log, {n * 7919 % 1009}\n" for n in range(800_000))
    (tmp_path / "text.txt").write_text(lines, encoding="utf-8")
    spec = tmp_path / "spec.yaml"
    spec.write_text(yaml.safe_dump(varied()), encoding="utf-8")
    del lines
    tracemalloc.start()
    checked = check(spec)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    size = (tmp_path / "text.txt").stat().st_size
    assert checked.facts.task.num_bytes["train"] == pytest.approx(0.8 * size, rel=0.01)
    assert peak < 2.2 * size
