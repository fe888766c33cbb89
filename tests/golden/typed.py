"""The type checker over a generated project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.golden.gallery import ROOT


def type_errors(project: Path) -> str:
    """What mypy says about a project; empty when it is content.

    The projects share what mypy remembers of the libraries, which takes it half a minute to learn.
    They name their modules alike, so two runs at once would mix those up: each worker has a cache.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    cache = f"--cache-dir={ROOT / '.mypy_cache' / f'generated-{worker}'}"
    options = ("--config-file=", "--ignore-missing-imports", "--no-color-output", cache)
    result = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "."],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if result.returncode == 0 else result.stdout + result.stderr
