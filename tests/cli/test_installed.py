"""What is installed holds everything: every folder is a package, every template is package data."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch

from .workbench import ROOT


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "specc").rglob("*.py")}
    assert len(folders) > 20
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_every_template_is_package_data() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["specc.templates"]
    files = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    names = [path.relative_to(ROOT / "templates").as_posix() for path in files]
    names = [name for name in names if "__pycache__" not in name]
    assert len(names) > 100
    told = [p.removeprefix("**/") for p in patterns]
    assert [n for n in names if not any(fnmatch(n, p.replace("**", "*")) for p in told)] == []
