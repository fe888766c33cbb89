"""A build that is killed leaves the former project or the new one, and the next build tidies up."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from specc.project.project import Project
from specc.project.write import write_project

from .trees import add, copy_of, names, project, tree

BUILD_FOREVER = """
import sys
from pathlib import Path
from tests.project.test_kill import version
from specc.project.write import write_project

folder = Path(sys.argv[1])
versions = [version(folder.parent, 0), version(folder.parent, 1)]
print("ready", flush=True)
while True:
    for each in versions:
        write_project(each, folder)
"""
MINE = {"outputs/model/weights": "w" * 1000, "outputs/metrics.jsonl": "{}\n", "notes.md": "mine"}


def version(folder: Path, number: int) -> Project:
    """One of two projects that differ in every file; some files are only in one of them."""
    files: dict[str, str | bytes] = {
        f"part{n % 7}/file{n}.py": f"# {number}\n" * 2000 for n in range(40)
    }
    files[f"only_in_{number}/file.py"] = "x\n"
    return project(files, copy_of(folder / f"data{number}.csv", "data/d.csv"))


def managed(folder: Path) -> dict[str, bytes]:
    return {path: content for path, content in tree(folder).items() if path not in MINE}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    for number in (0, 1):
        (tmp_path / f"data{number}.csv").write_bytes(bytes([65 + number]) * 2**22)
    return tmp_path


def test_a_kill_at_any_moment_leaves_one_whole_project(workspace: Path) -> None:
    whole = []
    for number in (0, 1):
        write_project(version(workspace, number), workspace / f"whole{number}")
        whole.append(tree(workspace / f"whole{number}"))
    folder = workspace / "out"
    start = time.perf_counter()
    write_project(version(workspace, 0), folder)
    build_s = time.perf_counter() - start
    add(folder, MINE)
    moments, num_caught, seen = random.Random(0), 0, set()
    for _ in range(20):
        kill_a_build(folder, after_s=moments.uniform(0, 6 * build_s))
        num_caught += any(".specc-" in name for name in names(workspace))
        found = managed(folder)
        assert found in whole, f"a mixture: {sorted(found)}"
        seen.add(whole.index(found))
        assert {path: (folder / path).read_text() for path in MINE} == MINE
    assert num_caught > 5
    assert seen == {0, 1}
    write_project(version(workspace, 0), folder)
    write_project(version(workspace, 1), folder)
    assert managed(folder) == whole[1]
    assert not [name for name in names(workspace) if name.startswith(".")]


def kill_a_build(folder: Path, after_s: float) -> None:
    root = Path(__file__).parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", BUILD_FOREVER, str(folder)], cwd=root, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    with child.stdout as stdout:
        assert stdout.readline() == b"ready\n"
    time.sleep(after_s)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL


def test_where_folders_cannot_be_exchanged_two_renames_do_it(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = workspace / "out"
    write_project(version(workspace, 0), folder)
    add(folder, MINE)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    write_project(version(workspace, 1), folder)
    write_project(version(workspace, 1), workspace / "whole")
    assert managed(folder) == tree(workspace / "whole")
    assert {path: (folder / path).read_text() for path in MINE} == MINE
    assert not [name for name in names(workspace) if name.startswith(".")]


def interrupted(workspace: Path) -> tuple[Path, Path, Path]:
    """A former project, a complete new one, and the journal that a killed build left."""
    former, new = workspace / ".out.specc-old", workspace / ".out.specc-new"
    write_project(project({"a": "old\n", "gone": "1\n"}), former)
    write_project(project({"a": "new\n"}), new)
    journal = workspace / ".out.specc-journal"
    journal.write_text(f"{new.stat().st_ino}\n")
    return former, new, workspace / "out"


def test_a_kill_between_two_renames_is_finished_by_the_next_build(tmp_path: Path) -> None:
    former, _, folder = interrupted(tmp_path)
    add(former, {"outputs/late": "written while the new tree was put together"})
    result = write_project(project({"a": "new\n"}), folder)
    assert [(change.path, change.action) for change in result.changes] == [("a", "unchanged")]
    assert set(names(folder)) == {".specc", "a", "outputs"}
    assert (folder / "outputs/late").is_file()
    assert names(tmp_path) == ["out"]


def test_a_kill_after_the_exchange_loses_nothing_written_since(tmp_path: Path) -> None:
    former, new, folder = interrupted(tmp_path)
    new.rename(folder)
    former.rename(new)
    add(new, {"outputs/metrics": "older", "outputs/late": "late"})
    os.utime(new / "outputs/metrics", (1, 1))
    add(folder, {"outputs/metrics": "newer"})
    write_project(project({"a": "new\n"}), folder)
    assert (folder / "outputs/metrics").read_text() == "newer"
    assert (folder / "outputs/late").read_text() == "late"
    assert not (folder / "gone").exists()
    assert names(tmp_path) == ["out"]


def test_a_kill_before_the_exchange_is_undone(tmp_path: Path) -> None:
    former, new, folder = interrupted(tmp_path)
    former.rename(folder)
    result = write_project(project({"a": "old\n", "gone": "1\n"}), folder)
    assert {change.action for change in result.changes} == {"unchanged"}
    assert not new.exists()
    assert names(tmp_path) == ["out"]


def test_a_kill_while_the_former_project_is_deleted_brings_nothing_back(tmp_path: Path) -> None:
    former, new, folder = interrupted(tmp_path)
    new.rename(folder)
    former.rename(new)
    (tmp_path / ".out.specc-journal").unlink()
    (new / ".specc/manifest.json").unlink()
    write_project(project({"a": "new\n"}), folder)
    assert set(names(folder)) == {".specc", "a"}
    assert names(tmp_path) == ["out"]


def test_a_half_built_tree_is_thrown_away(tmp_path: Path) -> None:
    add(tmp_path / ".out.specc-new", {"a": "half"})
    write_project(project({"a": "1\n"}), tmp_path / "out")
    assert names(tmp_path) == ["out"]
