"""A project reads the very rows that the compiler counted, and finds the same answers in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from specc.plan.plan import Plan
from specc.tasks.question_answering.answers import learned
from tests.generated.projects import run

from .test_data import FORMS, PLACED, write_form, write_placed
from .workbench import ROWS, jsonl, lists, project_in, squad, table

PROGRAM = """\
import json
from config import Config
from data import read_splits
splits = read_splits(Config())
print(json.dumps({n: [e.questions, e.contexts, e.answers, e.spans] for n, e in splits.items()}))
"""


def check(plan: Plan, project: Path) -> dict[str, Any]:
    """Compares every split; gives what the project read."""
    read = json.loads(run(project, "-c", PROGRAM))
    assert set(read) == set(plan.facts.splits)
    for name, split in plan.facts.splits.items():
        questions, contexts, answers, spans = read[name]
        assert questions == split.table["question"].to_pylist()
        assert contexts == split.table["context"].to_pylist()
        assert answers == split.table["answers"].to_pylist()
        for context, texts, (start, end) in zip(contexts, answers, spans, strict=True):
            assert (context[start:end] in texts) if texts else (start, end) == (0, 0)
    return read  # type: ignore[no-any-return]


@pytest.mark.parametrize("form", FORMS)
def test_every_form(form: str, tmp_path: Path) -> None:
    name = write_form(tmp_path, form)
    check(*project_in(tmp_path, f"{{train: {name}, split: {{validation: 0.2, test: 0.2}}}}"))


def test_forms_that_differ_by_file(tmp_path: Path) -> None:
    forms = ("squad", "list of articles", "lists", "text", "csv of json", "csv of literals")
    listed = ", ".join(f'"{form}/{write_form(tmp_path / form, form)}"' for form in forms)
    plan, project = project_in(tmp_path, f"{{train: [{listed}]}}")
    check(plan, project)
    assert sum(split.rows for split in plan.facts.splits.values()) == len(forms) * len(ROWS)


@pytest.mark.parametrize("form", PLACED)
def test_the_place_that_a_column_gives_is_learned(form: str, tmp_path: Path) -> None:
    data = f"{{train: {write_placed(tmp_path, form)}, split: {{validation: 0.2, test: 0.2}}}}"
    read = check(*project_in(tmp_path, data, "answer_start: start"))
    placed = 0
    for _, contexts, answers, spans in read.values():
        for context, texts, (start, _) in zip(contexts, answers, spans, strict=True):
            assert start == (context.rindex("40 again") if texts else 0)
            placed += bool(texts)
    assert placed == 40


CLEANS = {
    "tidy": "whitespace: true",
    "lower": "lower_case: true, unicode: nfkc",
    "digits": 'replace: [{pattern: "[0-9]+", by: "<n>"}]',
    "words": "stop_words: english, whitespace: true",
    "all kept": "drop_empty: false",
}


@pytest.mark.parametrize("clean", CLEANS)
def test_cleaned_rows_hold_their_answers(clean: str, tmp_path: Path) -> None:
    """The answer that is learned is the second of two alike, as the file says."""
    context = "In 1990 Ann met Bo.  In 1990 &amp; later Ann  met Cy, in <b>Rome</b>."
    rows = [
        {"question": "whom?", "context": context, "answers": lists(context, "Cy")},
        {
            "question": "who?",
            "context": context,
            "answers": {"text": ["Ann"], "answer_start": [39]},
        },
        {
            "question": "when?",
            "context": context,
            "answers": {"text": ["1990"], "answer_start": [24]},
        },
        {"question": "", "context": context, "answers": lists(context, "Bo")},
        {"question": "gone?", "context": context, "answers": {"text": [], "answer_start": []}},
    ]
    jsonl(tmp_path / "qa.jsonl", rows * 8)
    data = f"{{train: qa.jsonl, validation: qa.json, test: more.jsonl, clean: {{{CLEANS[clean]}}}}}"
    (tmp_path / "qa.json").write_text(json.dumps(squad(impossible=(2,))))
    jsonl(tmp_path / "more.jsonl", table())
    plan, project = project_in(tmp_path, data)
    read = check(plan, project)
    _, contexts, answers, spans = read["train"]
    for row in (1, 2):
        first = contexts[row].index(answers[row][0])
        assert spans[row][0] > first, "the first occurrence is not the one that is meant"
    assert learned(contexts[0], answers[0], [-1]) == tuple(spans[0])


def test_rows_that_are_left_out(tmp_path: Path) -> None:
    rows = table() * 3
    rows[5] = rows[5] | {"answers": {"text": ["never"], "answer_start": [3]}}
    rows[9] = rows[9] | {"question": ""}
    jsonl(tmp_path / "qa.jsonl", rows)
    plan, project = project_in(tmp_path, "qa.jsonl")
    check(plan, project)
    dropped = {n: s.dropped for n, s in plan.facts.splits.items() if sum(s.dropped.values())}
    assert dropped == {"train": {"empty": 1, "duplicate": 0, "unusable": 1}}
    readme = (project / "README.md").read_text()
    assert "- train: 1 rows dropped (no answer that stands in the context)" in readme
    assert "1 dropped: no answer that stands in the context" in plan.reason("data.rows.train")
    assert (
        "Left out: empty texts, answers not in their context (2 when this was made)"
        in (project / "data.py").read_text()
    )


def test_offsets_that_point_anywhere(tmp_path: Path) -> None:
    said = (-7, 0, 3, 10**6)
    rows = [
        row | {"answers": lists("x", "x") | {"text": [a], "answer_start": [said[i % 4]]}}
        for i, (row, (_, _, a)) in enumerate(zip(table(), ROWS, strict=True))
    ]
    jsonl(tmp_path / "qa.jsonl", rows)
    check(*project_in(tmp_path, "{train: qa.jsonl, split: {validation: 0.2}}"))


@pytest.mark.parametrize("form", ["parquet", "squad of the hub"])
def test_hub_rows_are_read(form: str, tmp_path: Path) -> None:
    """As `load_dataset` gives them; a folder stands in for the hub's id."""
    rows = table()
    rows[3] = rows[3] | {"answers": {"text": [], "answer_start": []}}
    for split in ("train", "validation"):
        (tmp_path / "set").mkdir(exist_ok=True)
        if form == "parquet":
            whole = pa.Table.from_pylist(rows)
            pyarrow.parquet.write_table(whole, tmp_path / f"set/{split}.parquet")
        else:
            jsonl(tmp_path / f"set/{split}.jsonl", rows)
    data = "{hub: {path: my-team/questions, splits: {validation: validation}}}"
    _, project = project_in(tmp_path, data, "unanswerable: true", "bert-base-uncased")
    config = (project / "config.py").read_text()
    assert config.count('"my-team/questions"') == 1
    at = repr(str(tmp_path / "set"))
    (project / "config.py").write_text(config.replace('"my-team/questions"', at))
    read = json.loads(run(project, "-c", PROGRAM).splitlines()[-1])
    questions, contexts, answers, spans = read["validation"]
    assert [*zip(questions, contexts, strict=True)] == [(q, c) for q, c, _ in ROWS]
    assert answers == [[] if i == 3 else [a] for i, (_, _, a) in enumerate(ROWS)]
    for i, (_, context, answer) in enumerate(ROWS):
        expected = [context.index(answer), context.index(answer) + len(answer)]
        assert spans[i] == ([0, 0] if i == 3 else expected)
