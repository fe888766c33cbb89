"""Each project's own tests pass in its folder alone, without specc and without a network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.generated.projects import run_alone, write
from tests.golden.gallery import SPECS, compiled


@pytest.mark.parametrize("name", SPECS)
def test_own_tests_pass(name: str, tmp_path: Path) -> None:
    project = write(compiled(name)[1], tmp_path / name)
    said = run_alone(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    passed = re.search(r"(\d+) passed", said)
    assert passed and int(passed[1]) >= 3, said
