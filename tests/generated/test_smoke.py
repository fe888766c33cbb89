"""Each project's own tests pass in its folder alone, without specc and without a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generated.projects import run, write
from tests.golden.gallery import SPECS, compiled


@pytest.mark.parametrize("name", SPECS)
def test_own_tests_pass(name: str, tmp_path: Path) -> None:
    project = write(compiled(name)[1], tmp_path / name)
    said = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert "3 passed" in said, said
