"""Names of files that are no files, or that stand for a whole disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specc.data import paths
from specc.data.findings import FileProblem
from specc.data.paths import find_paths


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(FileProblem, match="a pipe, a socket or a device"):
        find_paths("a.csv", tmp_path)


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="too long"):
        find_paths("a" * 300, tmp_path)


def test_a_walk_ends_at_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(6):
        (tmp_path / "many").mkdir(exist_ok=True)
        (tmp_path / "many" / f"{i}.csv").touch()
    assert len(find_paths("many/**/*.csv", tmp_path)) == 6
    monkeypatch.setattr(paths, "_MOST_ENTRIES", 5)
    with pytest.raises(FileProblem, match="more than 5 files"):
        find_paths("many/**/*.csv", tmp_path)


def test_other_spellings_lead_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pairs.tsv").touch()
    for name, path in (
        (r"data\pairs.tsv", "data/pairs.tsv"),
        ("~/data/pairs.tsv", f"{tmp_path}/data/pairs.tsv"),
    ):
        with pytest.raises(FileProblem) as caught:
            find_paths(name, tmp_path)
        assert f"`{path}`" in str(caught.value.help)
        assert find_paths(path, tmp_path)
