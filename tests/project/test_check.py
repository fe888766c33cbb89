"""`build --check`: what differs from a fresh render."""

from __future__ import annotations

from pathlib import Path

from specc.project.check import MAX_DIFF_LINES, check_project
from specc.project.write import write_project

from .trees import add, copy_of, project, tree


def test_a_fresh_build_has_no_differences(tmp_path: Path) -> None:
    write_project(project({"train.py": "1\n"}), tmp_path / "out")
    add(tmp_path / "out", {"outputs/results.json": "{}", "notes.md": "mine"})
    before = tree(tmp_path)
    assert check_project(project({"train.py": "1\n"}), tmp_path / "out") == ()
    assert tree(tmp_path) == before


def test_each_kind_of_difference(tmp_path: Path) -> None:
    folder, origin = tmp_path / "out", tmp_path / "d.csv"
    origin.write_text("1\n")
    old = {"changed.py": "old\n", "edited.py": "1\n", "extra.py": "1\n", "missing.py": "1\n"}
    write_project(project(dict(old), copy_of(origin, "data/d.csv")), folder)
    (folder / "missing.py").unlink()
    add(folder, {"edited.py": "mine\n"})
    origin.write_text("2\n")
    new = {**old, "changed.py": "new\n"}
    del new["extra.py"]
    found = check_project(project(dict(new), copy_of(origin, "data/d.csv")), folder)
    assert [(d.path, d.kind, d.is_edit) for d in found] == [
        (".specc/manifest.json", "changed", False),
        ("changed.py", "changed", False),
        ("data/d.csv", "changed", False),
        ("edited.py", "changed", True),
        ("extra.py", "extra", False),
        ("missing.py", "missing", False),
    ]
    assert found[1].diff == (
        "--- changed.py (on disk)\n+++ changed.py (generated)\n@@ -1 +1 @@\n-old\n+new\n"
    )
    assert found[2].diff == ""


def test_a_changed_spec_alone_is_a_difference(tmp_path: Path) -> None:
    write_project(project({"train.py": "1\n"}), tmp_path / "out")
    found = check_project(project({"train.py": "1\n"}, spec="name: y\n"), tmp_path / "out")
    assert [d.path for d in found] == [".specc/manifest.json", ".specc/spec.yaml"]


def test_a_long_diff_is_cut(tmp_path: Path) -> None:
    write_project(project({"a": ""}), tmp_path / "out")
    long = "".join(f"{n}\n" for n in range(500))
    (found,) = [d for d in check_project(project({"a": long}), tmp_path / "out") if d.path == "a"]
    assert found.diff.splitlines()[-1] == "... 303 more lines"
    assert len(found.diff.splitlines()) == MAX_DIFF_LINES + 1
