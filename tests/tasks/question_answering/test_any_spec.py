"""Every valid spec of the task becomes a project that parses and that the linters accept."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from specc.diagnostics.diagnostic import SpecError
from specc.project.project import is_provenance
from tests.golden.gallery import compile_spec, tree, write_tree
from tests.golden.typed import type_errors
from tests.render.test_any_spec import CLEAN, HARDWARE, LENGTHS, MODELS, TRAINING, mapping

from .test_data import FORMS, write_form
from .workbench import MINILM, ROWS, jsonl, squad, table

DATA: dict[str, dict[str, Any]] = {
    form: {"train": f"{form.replace(' ', '-')}/{'qa'}"} for form in FORMS
} | {
    "unanswerable": {"train": "none/qa.json"},
    "chinese": {"train": "chinese.jsonl"},
    "several": {"train": ["squad/qa.json", "text/qa.jsonl", "csv-of-json/qa.csv"]},
    "hub": {"hub": {"path": "squad_v2", "splits": {"validation": "validation"}}},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same questions in every form."""
    here = tmp_path_factory.mktemp("any")
    for form in FORMS:
        name = write_form(here / form.replace(" ", "-"), form)
        DATA[form] = {"train": f"{form.replace(' ', '-')}/{name}"}
    (here / "none").mkdir()
    (here / "none/qa.json").write_text(json.dumps(squad(impossible=(0, 3, 5, 8, 10))))
    rows = [(q, f"{c}{i}", a) for i in range(8) for q, c, a in ROWS if "老桥" in q]
    jsonl(here / "chinese.jsonl", table(rows=rows))
    return here


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """A spec over one of the files; options that the task refuses are left out."""
    name = draw(st.sampled_from(sorted(DATA)))
    task = {"kind": "question-answering"} | draw(
        mapping(stride=st.just(9), n_best=st.just(3), max_answer_length=st.just(12))
    )
    if name == "hub":
        task["unanswerable"] = draw(st.booleans())
    elif name == "unanswerable":
        task |= draw(mapping(unanswerable=st.just(True)))
    model = {key: value for key, value in draw(MODELS).items() if key != "head"}
    data = {"max_length": draw(st.sampled_from([64, "auto"]))}
    return {
        "task": task,
        "model": model,
        "data": data | {"clean": draw(CLEAN), "name": name},
        "training": draw(TRAINING) | draw(LENGTHS) | draw(mapping(label_smoothing=st.just(0.1))),
        "evaluation": draw(
            mapping(
                metrics=st.sampled_from([["f1"], ["exact_match", "f1"]]),
                best=st.sampled_from(["f1", "loss"]),
                resamples=st.sampled_from([0, 100]),
            )
        ),
        "hardware": draw(HARDWARE),
    }


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(spec=specs())
def test_any_spec_becomes_a_clean_project(spec: dict[str, Any], folder: Path) -> None:
    spec["data"] |= DATA[spec["data"].pop("name")]
    try:
        project = compile_spec(spec, folder)
    except SpecError:
        reject()
    python = {f.path: f.content.decode() for f in project.files if f.path.endswith(".py")}
    assert len(python) >= 12
    for path, text in python.items():
        ast.parse(text, path)
        assert text.endswith("\n") and not text.endswith("\n\n")
        assert "{{" not in text and "{%" not in text


SAMPLE: dict[str, dict[str, Any]] = {
    "several": {"data": {"clean": {"lower_case": True}}},
    "hub": {
        "task": {"kind": "question-answering", "unanswerable": True},
        "model": {"base": "acme/unknown"},
        "hardware": {"device": "auto"},
    },
    "chinese": {"model": {"architecture": "roberta", "layers": 1, "hidden_size": 32, "heads": 2}},
    "lists": {
        "hardware": {"device": "cuda", "precision": "fp16"},
        "training": {"label_smoothing": 0.1},
    },
    "parquet": {
        "model": {"base": "distilbert-base-uncased"},
        "data": {"clean": {"drop_duplicates": True}},
    },
}


@pytest.mark.parametrize("name", SAMPLE)
def test_type_checker_is_content(name: str, folder: Path, tmp_path: Path) -> None:
    spec = {
        "task": {"kind": "question-answering"},
        "model": {"base": MINILM},
        "hardware": {"device": "cpu"},
    } | SAMPLE[name]
    spec["data"] = DATA[name] | spec.get("data", {})
    files = tree(compile_spec(spec, folder)).items()
    write_tree({path: text for path, text in files if not is_provenance(path)}, tmp_path)
    said = type_errors(tmp_path)
    assert not said, said
