"""Bases that are no place: checked by the language alone, before any file is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..diagnostics.harness import language_findings

SPEC = """
task: {{kind: text-classification, text: message, label: intent}}
model: "{base}"
data: intents.csv
"""


@pytest.mark.parametrize(
    ("base", "said"),
    [
        (f"package:a_model/{'x' * 256}", "longer than a folder's can be"),
        (f"package:{'x' * 300}/model", "longer than a folder's can be"),
        (f"package:a_model/{'é' * 128}", "longer than a folder's can be"),
        ("package:a_model/../other/model", "out of the package"),
        ("package:a_model/model/..", "out of the package"),
        ("~/models/mine", "`~` is not read as the home folder"),
        ("~someone/mine", "`~` is not read as the home folder"),
    ],
)
def test_base_that_is_no_place_is_told(base: str, said: str, tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC.format(base=base), encoding="utf-8")
    found = language_findings(spec)
    assert [item.code for item in found] == ["SP243"]
    assert said in found[0].message
    assert str(tmp_path) not in found[0].message


@pytest.mark.parametrize(
    "base", [f"package:a_model/{'x' * 255}", "package:a_model/..model", "package:a_model/a..b/m"]
)
def test_unusual_names_of_folders_are_names(base: str, tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC.format(base=base), encoding="utf-8")
    assert not language_findings(spec)
