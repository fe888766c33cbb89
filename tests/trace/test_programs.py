"""The program that takes a step is right Python for every spec of the gallery, on every device."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from specc.pipeline import plan
from specc.render.render import render_trace
from tests.golden.gallery import SPECS, workplace

TARGETS: list[Any] = [
    "cpu",
    {"device": "cpu", "instructions": "amx-bf16"},
    {"device": "cpu", "precision": "bf16-pure"},
    "t4",
    "auto",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workplace(tmp_path_factory.mktemp("programs"))


@pytest.mark.parametrize("name", SPECS)
def test_program(name: str, folder: Path) -> None:
    for number, hardware in enumerate(TARGETS):
        spec = yaml.safe_load(SPECS[name].read_text(encoding="utf-8")) | {"hardware": hardware}
        spec.get("training", {}).pop("compile", None)  # not for `auto`, and no part of a trace
        path = folder / f"{name}-{number}.yaml"
        path.write_text(yaml.safe_dump(spec), encoding="utf-8")
        made, _ = plan(path, weighs=False)
        compile(render_trace(made), "trace_program.py", "exec")
