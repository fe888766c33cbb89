"""The same spec and data give the same bytes: in another process, at another place, in another
country."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specc.pipeline import compile_project
from tests.golden.fingerprint import fingerprint
from tests.golden.gallery import ROOT, SPECS, compiled, tree

ELSEWHERE = {
    "another hash seed": {"PYTHONHASHSEED": "1"},
    "another country": {"PYTHONHASHSEED": "2", "LC_ALL": "C", "TZ": "Pacific/Chatham"},
    "another encoding": {"PYTHONHASHSEED": "3", "PYTHONUTF8": "0", "LANG": "POSIX", "TZ": "UTC"},
}


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return fingerprint(ROOT / "specs")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiler, its templates and the gallery at another path, without what is compiled."""
    root = tmp_path_factory.mktemp("a place with spaces ü")
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("specc", "templates", "specs", "tests/golden"):
        shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
    (root / "tests/__init__.py").touch()
    return root


@pytest.mark.parametrize("name", SPECS)
def test_compiled_twice_is_equal(name: str) -> None:
    assert tree(compile_project(SPECS[name])[1]) == tree(compiled(name)[1])


@pytest.mark.parametrize("environment", ELSEWHERE.values(), ids=ELSEWHERE)
def test_compiled_elsewhere_is_equal(
    environment: dict[str, str], copied: Path, here: dict[str, str], tmp_path: Path
) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.golden.fingerprint", str(copied / "specs")],
        env=os.environ | {"PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1"} | environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    there = json.loads(result.stdout)
    assert Path(there["specc"]).is_relative_to(copied)
    assert len(there["files"]) > 9 * 10
    assert there["files"] == here
