"""Prints a digest of each file that the specs of a folder compile to, as JSON.

A program of its own, so that it can run with another hash seed, locale and working directory.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

import specc
from specc.pipeline import compile_project
from tests.golden.gallery import tree


def fingerprint(specs: Path) -> dict[str, str]:
    """SHA-256 by project and path."""
    return {
        f"{spec.stem}/{path}": sha256(content).hexdigest()
        for spec in sorted(specs.glob("*.yaml"))
        for path, content in sorted(tree(compile_project(spec)[1]).items())
    }


if __name__ == "__main__":
    json.dump({"specc": specc.__file__, "files": fingerprint(Path(sys.argv[1]))}, sys.stdout)
