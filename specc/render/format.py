"""Ruff over the rendered project: unused imports go, the rest is sorted and formatted."""

from __future__ import annotations

import ast
import subprocess
import tempfile
from pathlib import Path

from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]

from specc.render.literals import LINE_LENGTH

_SETTINGS = ("--isolated", "--quiet", "--no-cache", "--target-version=py311")
_CHECKED = "F,E9,I,RET504"
_MENDED = "F401,I,RET504"
"""Unused imports, their order, and a name that is returned in the next line."""

_BUT = "--per-file-ignores=test_*.py:RET504"
"""A model in the smoke test has a name, so that a setting which changes it adds one line."""

_KNOWN_FIRST_PARTY = "lint.isort.known-first-party=[{names}]"
_NO_MAGIC = ("lint.isort.split-on-trailing-comma=false", "format.skip-magic-trailing-comma=true")


class RenderError(RuntimeError):
    """The rendered project is not valid Python: a bug in a template."""


def format_project(files: dict[str, str]) -> dict[str, str]:
    """The same files, with the Python ones pruned, sorted and formatted.

    Raises:
        RenderError: if a file does not parse, or uses or redefines a name wrongly.
    """
    sources = {path: text for path, text in files.items() if path.endswith(".py")}
    for path, text in sources.items():
        try:
            ast.parse(text)
        except SyntaxError as error:
            raise RenderError(f"{path}:{error.lineno}: {error.msg}\n{text}") from error
    with tempfile.TemporaryDirectory(prefix="specc-") as name:
        folder = Path(name)
        for path, text in sources.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        _ruff(folder, list(sources))
        formatted = {path: (folder / path).read_text(encoding="utf-8") for path in sources}
    return {path: formatted.get(path, text) for path, text in files.items()}


def _ruff(folder: Path, paths: list[str]) -> None:
    """One pass that prunes, sorts and checks, and one that formats."""
    first_party = ",".join(f'"{Path(path).stem}"' for path in sorted(paths))
    lint = [
        "check",
        *_SETTINGS,
        f"--line-length={LINE_LENGTH}",
        "--config",
        _KNOWN_FIRST_PARTY.format(names=first_party),
        "--config",
        _NO_MAGIC[0],
        "--output-format=concise",
    ]
    layout = (f"--line-length={LINE_LENGTH}", "--config", _NO_MAGIC[1])
    mended = ("--fix", "--unsafe-fixes", f"--fixable={_MENDED}", _BUT)
    _run(folder, [*lint, *mended, f"--select={_CHECKED}", *paths])
    _run(folder, ["format", *_SETTINGS, *layout, *paths])


def _run(folder: Path, arguments: list[str]) -> None:
    result = subprocess.run(
        [find_ruff_bin(), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise RenderError(result.stdout + result.stderr)
