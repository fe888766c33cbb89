"""Names and texts that try to leave their quotes stay in them."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.tasks.causal_lm.workbench import imported, made, varied

HOSTILE = (
    'it\'s "quoted"',
    '"""end\n\\',
    "{{ 7 * 7 }} {% if %}",
    "# comment\n    import os",
    "\u202eright to left \u0000"[:-1],
    "港口🌊",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_prompts_and_columns_stay_in_their_quotes(text: str, tmp_path: Path) -> None:
    column = " ".join(text.split())
    rows = "".join(json.dumps({column: f"{text} story {n}"}) + "\n" for n in range(30))
    (tmp_path / "rows.jsonl").write_text(rows, encoding="utf-8")
    spec = varied(
        ("task.text", column),
        ("task.generation", {"prompts": [text]}),
        ("data.train", "rows.jsonl"),
    )
    _, project = made(tmp_path, spec)
    for file in project.rglob("*.py"):
        ast.parse(file.read_text(encoding="utf-8"))
    modules = imported(project)
    assert modules.config.Config().prompts == (text,)
    splits = modules.data.read_splits(modules.config.Config())
    assert all(read.startswith(text) for read in splits["train"].texts)
    (project / "new.jsonl").write_text(json.dumps({column: text}) + "\n", encoding="utf-8")
    assert list(modules.predict.read_file(project / "new.jsonl")) == [text]
