"""What the data stage reads of questions, contexts and answers, and how it finds the answers."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from specc.tasks.question_answering.answers import find
from specc.tasks.question_answering.facts import answers_of

from .workbench import (
    ROWS,
    SHARED,
    findings_in,
    gather_in,
    jsonl,
    lists,
    objects,
    squad,
    table,
)

CUT = "split: {validation: 0.2, test: 0.2}"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data sets are not there")


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def arrays(context: str, answer: str) -> str:
    """How pandas writes a cell with NumPy's arrays in it."""
    start = context.index(answer)
    return f"{{'text': array([{answer!r}], dtype=object), 'answer_start': array([{start}])}}"


def write_placed(folder: Path, form: str) -> str:
    """Answers that occur twice, with the offset of the second place in a column of its own."""
    context = "Lot {}: 40 pounds were asked, then 55, and in the end {} people paid 40 again."
    rows: list[dict[str, Any]] = []
    for number in range(40):
        text = context.format(number + 100, number)
        start = text.rindex("40 again")
        rows.append({"question": f"What was paid for {number}?", "context": text})
        rows[-1] |= (
            {"answers": "40", "start": start}
            if form != "lists"
            else {
                "answers": ["40"],
                "start": [start],
            }
        )
    rows.append({"question": "Who?", "context": "Nobody knows.", "answers": None, "start": None})
    if form == "csv":
        for row in rows:
            row["start"] = "" if row["start"] is None else f"{row['start']}.0"
        write_csv(folder / "qa.csv", rows)
        return "qa.csv"
    if form == "parquet":
        pyarrow.parquet.write_table(pa.Table.from_pylist(rows), folder / "qa.parquet")
        return "qa.parquet"
    return jsonl(folder / "qa.jsonl", rows).name


PLACED = ("csv", "parquet", "jsonl", "lists")


def write_form(folder: Path, form: str) -> str:
    """The same questions in one of the forms that are read; the file's name."""
    folder.mkdir(parents=True, exist_ok=True)
    match form:
        case "squad":
            (folder / "qa.json").write_text(json.dumps(squad(), ensure_ascii=False))
            return "qa.json"
        case "json list":
            (folder / "qa.json").write_text(json.dumps(table(), ensure_ascii=False))
            return "qa.json"
        case "parquet":
            pyarrow.parquet.write_table(pa.Table.from_pylist(table()), folder / "qa.parquet")
            return "qa.parquet"
        case "parquet of objects":
            rows = pa.Table.from_pylist(table(objects))
            pyarrow.parquet.write_table(rows, folder / "qa.parquet")
            return "qa.parquet"
        case "csv of json":
            write_csv(folder / "qa.csv", table(lambda c, a: json.dumps(lists(c, a))))
            return "qa.csv"
        case "csv of literals":
            write_csv(folder / "qa.csv", table(lambda c, a: str(lists(c, a))))
            return "qa.csv"
        case "csv of arrays":
            write_csv(folder / "qa.csv", table(arrays))
            return "qa.csv"
        case "list of articles":
            articles = squad()["data"]
            (folder / "qa.json").write_text(json.dumps(articles, ensure_ascii=False))
            return "qa.json"
        case "csv of texts":
            write_csv(folder / "qa.csv", table(lambda _, a: a))
            return "qa.csv"
    written = {
        "lists": lists,
        "objects": objects,
        "texts": lambda _, a: [a],
        "text": lambda _, a: a,
        "one object": lambda c, a: objects(c, a)[0],
    }[form]
    return jsonl(folder / "qa.jsonl", table(written)).name


FORMS = (
    "squad",
    "json list",
    "parquet",
    "parquet of objects",
    "list of articles",
    "csv of json",
    "csv of literals",
    "csv of arrays",
    "csv of texts",
    "lists",
    "objects",
    "texts",
    "text",
    "one object",
)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_rows(form: str, tmp_path: Path) -> None:
    facts, found = gather_in(tmp_path, f"{{train: {write_form(tmp_path, form)}, {CUT}}}")
    rows = [row for split in facts.splits.values() for row in split.table.to_pylist()]
    assert sorted((r["question"], r["context"], *r["answers"]) for r in rows) == sorted(ROWS)
    without_offset = form in ("csv of texts", "texts", "text")
    assert [d.code for d in found] == (["SP373"] if without_offset else [])
    assert answers_of(facts).describe() == "13 questions about 6 contexts, all with an answer"


@pytest.mark.parametrize("form", PLACED)
def test_offsets_in_a_column_of_their_own(form: str, tmp_path: Path) -> None:
    name = write_placed(tmp_path, form)
    facts, found = gather_in(tmp_path, f"{{train: {name}, {CUT}}}", "answer_start: start")
    assert not [d for d in found if d.code in ("SP372", "SP373")]
    assert answers_of(facts).describe() == "41 questions about 41 contexts, 1 without an answer"
    (unnamed,) = findings_in(tmp_path, f"{{train: {name}, {CUT}}}")
    assert (unnamed.code, unnamed.help) == ("SP388", "add `answer_start: start` to `task`")


def test_questions_of_one_context_stay_together(tmp_path: Path) -> None:
    facts, _ = gather_in(tmp_path, f"{{train: {write_form(tmp_path, 'lists')}, {CUT}}}")
    contexts = [set(split.table["context"].to_pylist()) for split in facts.splits.values()]
    assert len(contexts) == 3
    assert sum(map(len, contexts)) == len(set.union(*contexts))


@pytest.mark.parametrize(
    ("context", "answer", "near", "place"),
    [
        ("a b a b a", "b", 2, 2),
        ("a b a b a", "b", 3, 2),
        ("a b a b a", "b", 5, 6),
        ("a b a b a", "b", -1, 2),
        ("a b a b a", "b", 900, 6),
        ("aaa", "aa", 1, 1),
        ("a.c abc", "a.c", 4, 0),
        ("", "b", 0, -1),
        ("a b", "B", 0, -1),
    ],
)
def test_the_nearest_occurrence_is_found(context: str, answer: str, near: int, place: int) -> None:
    assert find(context, answer, near) == place


def test_offsets_in_bytes_are_moved(tmp_path: Path) -> None:
    """A common mistake of files with other letters than English ones."""
    in_bytes = table(lambda c, a: {"text": [a], "answer_start": [len(c[: c.index(a)].encode())]})
    jsonl(tmp_path / "qa.jsonl", in_bytes)
    facts, found = gather_in(tmp_path, f"{{train: qa.jsonl, {CUT}}}")
    assert sum(split.rows for split in facts.splits.values()) == 13
    assert [d.code for d in found] == ["SP372"]
    assert found[0].message.startswith("8 rows of `train` have an answer")
    assert found[0].notes[0].message == "first at `qa.jsonl` rows 6, 7, 8"


def test_rows_whose_answer_is_nowhere_are_counted(tmp_path: Path) -> None:
    rows = table() * 3
    rows[5] = rows[5] | {"answers": {"text": ["never"], "answer_start": [3]}}
    jsonl(tmp_path / "qa.jsonl", rows)
    facts, found = gather_in(tmp_path, f"{{train: qa.jsonl, {CUT}}}")
    assert facts.splits["train"].dropped == {"empty": 0, "duplicate": 0, "unusable": 1}
    assert sum(split.rows for split in facts.splits.values()) == 38
    warned = next(d for d in found if d.code == "SP371")
    assert warned.severity == "warning"
    assert warned.notes[0].message == "first at `qa.jsonl` row 6"


def test_one_of_several_answers_is_enough(tmp_path: Path) -> None:
    rows = table(lambda c, a: {"text": ["nowhere", a], "answer_start": [0, c.index(a)]})
    jsonl(tmp_path / "qa.jsonl", rows)
    facts, found = gather_in(tmp_path, f"{{train: qa.jsonl, {CUT}}}")
    assert [d.code for d in found] == ["SP372"]
    assert sum(split.rows for split in facts.splits.values()) == 13


def test_cleaning_moves_answers_along(tmp_path: Path) -> None:
    untidy = [
        {
            "question": f"{q} ",
            "context": f"<p>  {c.replace(' ', '   ')}</p>",
            "answers": {
                "text": [a.replace(" ", "   ")],
                "answer_start": [5 + c.replace(" ", "   ").index(a.replace(" ", "   "))],
            },
        }
        for q, c, a in ROWS
    ]
    jsonl(tmp_path / "qa.jsonl", untidy)
    clean = "clean: {strip_html: true, whitespace: true}"
    facts, found = gather_in(tmp_path, f"{{train: qa.jsonl, {clean}, {CUT}}}")
    rows = [row for split in facts.splits.values() for row in split.table.to_pylist()]
    assert sorted((r["question"], r["context"], *r["answers"]) for r in rows) == sorted(ROWS)
    assert not found


def test_plausible_answers_of_impossible_questions_are_no_answers(tmp_path: Path) -> None:
    whole = squad(impossible=(0, 4, 7))
    asked = whole["data"][0]["paragraphs"][0]["qas"][0]
    asked["plausible_answers"] = [{"text": "nine", "answer_start": 34}]
    asked["answers"] = [{"text": "nine", "answer_start": 34}]
    (tmp_path / "qa.json").write_text(json.dumps(whole))
    facts, _ = gather_in(tmp_path, f"{{train: qa.json, {CUT}}}")
    answers = answers_of(facts)
    assert answers.unanswerable
    assert sum(answers.without_answer.values()) == 3


def test_blank_answers_are_none(tmp_path: Path) -> None:
    rows = table()
    rows[2]["answers"] = {"text": ["  "], "answer_start": [0]}
    rows[4]["answers"] = None
    rows[6].pop("answers")
    jsonl(tmp_path / "qa.jsonl", rows)
    facts, _ = gather_in(tmp_path, f"{{train: qa.jsonl, {CUT}}}")
    assert sum(answers_of(facts).without_answer.values()) == 3


def test_questions_of_other_languages_are_sorted_by_their_own_words(tmp_path: Path) -> None:
    german = [("Warum ist das so?", "Weil es so ist.", "so")] * 9
    jsonl(tmp_path / "qa.jsonl", table(rows=german))
    facts, _ = gather_in(
        tmp_path,
        f"{{train: qa.jsonl, test: qa2.jsonl, {CUT}}}".replace(", test: qa2.jsonl", "").replace(
            CUT, "split: {validation: 0, test: 0}"
        ),
    )
    assert answers_of(facts).question_words == ("warum",)
    chinese = [(q, c, a) for q, c, a in ROWS if "老桥" in q]
    jsonl(tmp_path / "qa.jsonl", table(rows=chinese))
    facts, _ = gather_in(tmp_path, "{train: qa.jsonl, split: {validation: 0, test: 0}}")
    assert "什么" in answers_of(facts).question_words
    assert answers_of(facts).by_character


@needs_shared
@pytest.mark.parametrize(
    ("name", "rows", "contexts", "without"),
    [
        ("squad_v1_dev.json", 570, 120, 0),
        ("squad_v1_dev.flat.jsonl", 570, 120, 0),
        ("squad_v1_train.json", 991, 216, 0),
        ("squad_v2_dev.json", 271, 30, 155),
        ("squad_v2_dev.flat.jsonl", 271, 30, 155),
        ("squad_v2_train.json", 892, 87, 462),
    ],
)
def test_counts_of_real_data(
    name: str, rows: int, contexts: int, without: int, tmp_path: Path
) -> None:
    data = f"{{train: {SHARED / name}, split: {{validation: 0, test: 0}}}}"
    facts, found = gather_in(tmp_path, data)
    answers = answers_of(facts)
    assert answers.questions == {"train": rows}
    assert answers.contexts == {"train": contexts}
    assert answers.without_answer == {"train": without}
    assert not [d for d in found if d.code in ("SP371", "SP372", "SP373")]
