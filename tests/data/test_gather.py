"""What the labels are taken for, what is cut from where, and what is counted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from specc.diagnostics.diagnostic import SpecError

from .workbench import ROWS, findings_in, gather_in, table, write

Label = Callable[[int], str]
PROBLEMS: list[tuple[str, Label, str, str, tuple[str, ...]]] = [
    ("names", lambda i: "abc"[i % 3], "", "multi-class", ("a", "b", "c")),
    ("two names", lambda i: "ab"[i % 2], "", "binary", ("a", "b")),
    ("0 and 1", lambda i: str(i % 2), "", "binary", ("0", "1")),
    ("few integers", lambda i: str(i % 12), "", "multi-class", tuple(map(str, range(12)))),
    ("many integers", lambda i: str(i), "", "regression", ()),
    ("fractions", lambda i: f"{i % 4}.5", "", "regression", ()),
    ("whole decimals", lambda i: f"{i % 4}.0", "", "multi-class", ("0.0", "1.0", "2.0", "3.0")),
    ("listed order", lambda i: "ab"[i % 2], "labels: [b, a]", "binary", ("b", "a")),
    ("listed", lambda i: "abc"[i % 3], "labels: [c, b, a]", "multi-class", ("c", "b", "a")),
    ("pinned", lambda i: "ab"[i % 2], "problem: multi-class", "multi-class", ("a", "b")),
    ("pinned number", lambda i: str(i % 3), "problem: regression", "regression", ()),
    ("separator", lambda i: "a + b" if i % 2 else "b", "separator: +", "multi-label", ("a", "b")),
    ("numbered", lambda i: str(i % 3), "labels: [x, y, z]", "multi-class", ("x", "y", "z")),
]


@pytest.mark.parametrize(("label", "task", "problem", "labels"), [p[1:] for p in PROBLEMS])
def test_problem(
    label: Label, task: str, problem: str, labels: tuple[str, ...], tmp_path: Path
) -> None:
    write(tmp_path / "a.csv", table([(f"text {i}", label(i)) for i in range(120)]))
    facts, _ = gather_in(tmp_path, "a.csv", task)
    assert (facts.task.problem, facts.task.labels) == (problem, labels)
    assert facts.task.problem_reason and facts.task.labels_reason
    assert facts.stratified == (problem in ("binary", "multi-class"))
    assert [split.rows for split in facts.splits.values()] == [96, 12, 12] or facts.stratified


def test_several_columns(tmp_path: Path) -> None:
    rows = [(f"text {i}", str(i % 2), str(int(i % 3 == 0))) for i in range(30)]
    write(tmp_path / "a.csv", table(rows, "text,bug,praise"))
    facts, _ = gather_in(tmp_path, "a.csv", "text: text, label: [bug, praise]")
    assert (facts.task.problem, facts.task.labels) == ("multi-label", ("bug", "praise"))
    assert sum(counts[0] for counts in facts.task.counts.values()) == 15


def test_counts_and_target(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", table([("a", "1.5"), ("b", "+2.5"), ("c", " 3.5"), ("d", ".5")]))
    facts, _ = gather_in(tmp_path, "{train: a.csv, split: {validation: 0, test: 0}}")
    assert facts.task.target == pytest.approx((2.0, 1.25**0.5, 0.5, 3.5))
    assert (facts.task.counts, facts.task.majority) == ({}, None)


def test_numbered_test_file(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", table(ROWS))
    write(tmp_path / "b.csv", table([("one", "0"), ("two", "1"), ("three", "1")]))
    data = "{train: a.csv, test: b.csv}"
    facts, _ = gather_in(tmp_path, data, "labels: [yes, no]")
    assert facts.task.numbered == ("test",)
    assert facts.task.counts["test"] == (1, 2)
    assert facts.task.majority == "yes"


CUTS: list[tuple[str, list[tuple[str, str, int]]]] = [
    ("a.csv", [("train", "files", 24), ("validation", "cut", 3), ("test", "cut", 3)]),
    ("{train: a.csv, validation: b.csv}", [("train", "files", 30), ("validation", "files", 3)]),
    (
        "{train: a.csv, test: b.csv}",
        [("train", "files", 27), ("validation", "cut", 3), ("test", "files", 3)],
    ),
    ("{train: a.csv, split: {validation: 0, test: 0}}", [("train", "files", 30)]),
    (
        "{train: a.csv, split: {validation: 0.2, test: 0}}",
        [("train", "files", 24), ("validation", "cut", 6)],
    ),
    (
        "{train: a.csv, validation: b.csv, split: {test: 0.5}}",
        [("train", "files", 15), ("validation", "files", 3), ("test", "cut", 15)],
    ),
]


@pytest.mark.parametrize(("data", "expected"), CUTS)
def test_cut(data: str, expected: list[tuple[str, str, int]], tmp_path: Path) -> None:
    write(tmp_path / "a.csv", table(ROWS))
    write(tmp_path / "b.csv", table([("x", "yes"), ("y", "no"), ("z", "no")]))
    facts, _ = gather_in(tmp_path, data)
    assert [(name, s.origin, s.rows) for name, s in facts.splits.items()] == expected


def test_groups_stay_together(tmp_path: Path) -> None:
    rows = [(text, label, f"g{i // 3}") for i, (text, label) in enumerate(ROWS)]
    write(tmp_path / "a.csv", table(rows, "text,label,customer"))
    facts, _ = gather_in(tmp_path, "{train: a.csv, split: {group: customer}}")
    assert [split.rows for split in facts.splits.values()] == [24, 3, 3]
    for split in facts.splits.values():
        numbers = [int(t.split()[-1]) for t in split.table["text"].to_pylist()]
        assert len({n // 3 for n in numbers}) * 3 == len(numbers)
        assert split.table.column_names == ["text", "label"]


def test_dropped_rows_and_their_numbers(tmp_path: Path) -> None:
    rows = [*ROWS[:4], (" ", "yes"), ROWS[0], *ROWS[4:20], ("<p>", "no")]
    write(tmp_path / "a.csv", table(rows))
    data = "{train: a.csv, clean: {strip_html: true, drop_duplicates: true}}"
    facts, _ = gather_in(tmp_path, data)
    train = facts.splits["train"]
    assert (train.dropped, train.rows_read) == ({"empty": 2, "duplicate": 1}, 23)
    kept = sorted(t for s in facts.splits.values() for t in s.table["text"].to_pylist())
    assert kept == sorted(text for text, _ in ROWS[:20])


def test_duplicates_and_crossing(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", table([*ROWS, ROWS[0], ("text  number 1", "yes")]))
    write(tmp_path / "b.csv", table([("new", "yes"), ("text number\t2", "no"), ROWS[3], ROWS[3]]))
    data = "{train: a.csv, validation: b.csv}"
    facts, found = gather_in(tmp_path, data)
    assert facts.duplicates == {"train": 2, "validation": 1}
    assert facts.crossing == {("train", "validation"): 3}
    crossing = next(d for d in found if d.code == "SP353")
    assert crossing.message == "3 rows of `validation` (75.0%) have their text in `train` too"
    assert "`b.csv` row 3, which is `a.csv` row 4" in crossing.notes[0].message


def test_lengths(tmp_path: Path) -> None:
    rows = [("x" * i, "ß" * 10, "yes" if i % 2 else "no") for i in range(1, 101)]
    write(tmp_path / "a.csv", table(rows, "one,two,label"))
    data = "{train: a.csv, split: {validation: 0, test: 0}}"
    facts, _ = gather_in(tmp_path, data, "text: [one, two], label: label")
    assert facts.lengths is not None
    assert (facts.lengths.p95, facts.lengths.p99, facts.lengths.longest) == (105, 109, 110)


HUB: list[tuple[str, str | None]] = [
    ("labels: [a, b]", "binary"),
    ("labels: [a, b, c]", "multi-class"),
    ("labels: [a, b], problem: multi-label, separator: +", "multi-label"),
    ("problem: regression", "regression"),
    ("text: text, label: [a, b]", "multi-label"),
    ("", None),
    ("problem: binary", None),
]


@pytest.mark.parametrize(("task", "problem"), HUB)
def test_hub(task: str, problem: str | None, tmp_path: Path) -> None:
    if problem is None:
        assert [d.code for d in findings_in(tmp_path, "{hub: {path: a/b}}", task)] == ["SP332"]
        return
    facts, _ = gather_in(tmp_path, "{hub: {path: a/b}}", task)
    assert facts.hub and not facts.splits and facts.lengths is None
    assert facts.task.problem == problem


def test_all_errors_in_one_run(tmp_path: Path) -> None:
    write(tmp_path / "train.csv", "text,label\na,x\nb\n")
    data = "{train: train.csv, validation: gone.csv, test: [x.dat, '*.none']}"
    write(tmp_path / "x.dat", "x")
    with pytest.raises(SpecError) as raised:
        gather_in(tmp_path, data)
    found = [(d.code, d.span.column if d.span else 0) for d in raised.value.diagnostics]
    assert [code for code, _ in found] == ["SP308", "SP301", "SP304", "SP302"]
    assert found == sorted(found, key=lambda pair: pair[1])


def test_nothing_heavy_is_imported(tmp_path: Path) -> None:
    import subprocess

    write(tmp_path / "a.csv", table(ROWS))
    write(tmp_path / "s.yaml", "task: {kind: text-classification, text: text, label: label}\n"
          "model: bert-base-uncased\ndata: a.csv\n")  # fmt: skip
    code = (
        "import sys; from pathlib import Path; from specc.yaml.read import read_source;"
        "from specc.language.load import load_spec; from specc.data.gather import gather;"
        "s = read_source(Path('s.yaml')); gather(load_spec(s), s);"
        "print([m for m in ('torch', 'transformers', 'datasets', 'pandas', 'tokenizers',"
        " 'pyarrow.compute', 'pyarrow.dataset') if m in sys.modules])"
    )
    env = {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
