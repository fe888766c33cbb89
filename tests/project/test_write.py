"""What a build does to a folder, by what is in it."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from specc.diagnostics.diagnostic import SpecError
from specc.project.check import check_project
from specc.project.project import Copy, Project
from specc.project.write import preview_project, write_project

from .trees import add, copy_of, names, project, tree

Look = Callable[[Project, Path], object]


def write(folder: Path, files: dict[str, str | bytes], *copies: Copy) -> dict[str, str]:
    result = write_project(project(files, *copies), folder)
    return {change.path: change.action for change in result.changes}


def codes(error: pytest.ExceptionInfo[SpecError]) -> list[str]:
    return [diagnostic.code for diagnostic in error.value.diagnostics]


@pytest.mark.parametrize("state", ["absent", "empty", "parents missing"])
def test_a_new_project_is_created(tmp_path: Path, state: str) -> None:
    folder = tmp_path / ("a/b/out" if state == "parents missing" else "out")
    if state == "empty":
        folder.mkdir()
    assert write(folder, {"train.py": "1\n", "tests/test_smoke.py": "2\n"}) == {
        "tests/test_smoke.py": "create",
        "train.py": "create",
    }
    assert set(tree(folder)) == {
        ".specc/.gitattributes",
        ".specc/base/tests/test_smoke.py",
        ".specc/base/train.py",
        ".specc/manifest.json",
        ".specc/plan.json",
        ".specc/spec.yaml",
        "tests/test_smoke.py",
        "train.py",
    }
    assert stat.S_IMODE((folder / "train.py").stat().st_mode) == 0o644
    assert names(folder.parent) == ["out"]


def test_the_manifest_lists_what_was_written_and_nothing_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "intents.csv").write_text("text,label\n")
    copy = copy_of(tmp_path / "intents.csv", "data/intents.csv")
    write(tmp_path / "one", {"b.py": "b\n", "a.py": "a\n"}, copy)
    write(tmp_path / "two", {"a.py": "a\n", "b.py": "b\n"}, copy)
    manifest = (tmp_path / "one/.specc/manifest.json").read_text()
    assert manifest == (tmp_path / "two/.specc/manifest.json").read_text()
    assert str(tmp_path) not in manifest
    content = json.loads(manifest)
    assert content["format"] == 1
    assert list(content["files"]) == [".specc/plan.json", ".specc/spec.yaml", "a.py", "b.py"]
    assert content["copies"] == {"data/intents.csv": copy.sha256}


def test_the_same_build_again_touches_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(folder, {"train.py": "1\n"})
    before = folder.stat().st_ino
    assert write(folder, {"train.py": "1\n"}) == {"train.py": "unchanged"}
    assert folder.stat().st_ino == before


def test_each_action(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    body = "".join(f"line {n}\n" for n in range(9))
    old = {name: body for name in ("updated", "merged", "conflicting", "kept", "same", "deleted")}
    write(folder, {**old, "gone/stale": body, "gone_but_edited": body})
    mine = body.replace("line 1", "mine")
    add(folder, {n: mine for n in ("merged", "conflicting", "kept", "gone_but_edited")})
    (folder / "deleted").unlink()
    new = body.replace("line 7", "theirs")
    clash = body.replace("line 1", "theirs")
    done = write_project(
        project(
            {
                "updated": new,
                "merged": new,
                "conflicting": clash,
                "kept": body,
                "same": body,
                "deleted": body,
                "new": body,
            }
        ),
        folder,
    )
    assert {change.path: change.action for change in done.changes} == {
        "conflicting": "conflict",
        "deleted": "create",
        "gone/stale": "remove",
        "gone_but_edited": "keep",
        "kept": "keep",
        "merged": "merge",
        "new": "create",
        "same": "unchanged",
        "updated": "update",
    }
    assert [(d.code, d.severity) for d in done.diagnostics] == [("SP506", "error")]
    assert (folder / "updated").read_text() == new
    assert (folder / "merged").read_text() == mine.replace("line 7", "theirs")
    assert (folder / "kept").read_text() == mine
    assert (folder / "gone_but_edited").read_text() == mine
    assert not (folder / "gone").exists()
    assert "<<<<<<< yours\nmine\n" in (folder / "conflicting").read_text()


def test_edits_survive_many_builds(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    lines = [f"line {n}\n" for n in range(20)]
    write(folder, {"a": "".join(lines)})
    add(folder, {"a": "".join(["# mine\n", *lines])})
    for round_ in range(3, 8):
        lines[round_] = f"changed in round {round_}\n"
        assert write(folder, {"a": "".join(lines)}) == {"a": "merge"}
    assert (folder / "a").read_text() == "".join(["# mine\n", *lines])


def test_an_unresolved_conflict_stops_the_next_build(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(folder, {"a": "1\n"})
    add(folder, {"a": "2\n"})
    assert write(folder, {"a": "3\n"}) == {"a": "conflict"}
    before = tree(folder)
    for render in ("3\n", "4\n"):
        with pytest.raises(SpecError) as error:
            write(folder, {"a": render})
        assert codes(error) == ["SP507"]
    assert tree(folder) == before
    add(folder, {"a": "2\n"})
    assert write(folder, {"a": "3\n"}) == {"a": "keep"}


def test_a_file_of_yours_at_a_newly_generated_path_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(folder, {"a": "1\n"})
    add(folder, {"predict.py": "mine\n"})
    assert write(folder, {"a": "1\n", "predict.py": "new\n"})["predict.py"] == "conflict"
    assert "mine\n" in (folder / "predict.py").read_text()


def test_changed_binary_files_and_data_are_left_as_they_are(tmp_path: Path) -> None:
    folder, origin = tmp_path / "out", tmp_path / "d.csv"
    origin.write_text("1\n")
    write(folder, {"b.bin": b"\0old"}, copy_of(origin, "data/d.csv"))
    (folder / "b.bin").write_bytes(b"\0mine")
    add(folder, {"data/d.csv": "mine\n"})
    origin.write_text("2\n")
    done = write(folder, {"b.bin": b"\0new"}, copy_of(origin, "data/d.csv"))
    assert done == {"b.bin": "conflict", "data/d.csv": "conflict"}
    assert (folder / "b.bin").read_bytes() == b"\0mine"
    assert (folder / "data/d.csv").read_text() == "mine\n"


def test_results_and_files_of_yours_stay_the_same_files(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(folder, {"train.py": "1\n", "tests/test_smoke.py": "1\n"})
    mine = ["outputs/model/weights", "tests/test_mine.py", "notes/empty/../n.md", ".git/HEAD"]
    (folder / "notes/empty").mkdir(parents=True)
    add(folder, {path: path for path in mine})
    (folder / "elsewhere").symlink_to(tmp_path)
    (folder / "outputs/latest").symlink_to("model")
    before = {path: (folder / path).stat().st_ino for path in mine}
    write(folder, {"train.py": "2\n"})
    assert {path: (folder / path).stat().st_ino for path in mine} == before
    assert (folder / "elsewhere").readlink() == tmp_path
    assert (folder / "outputs/latest").readlink() == Path("model")
    assert (folder / "notes/empty").is_dir()
    assert not (folder / "tests/test_smoke.py").exists()
    assert names(tmp_path) == ["out"]


def test_without_hard_links_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    write(folder, {"changed": "1\n", "same": "1\n", "edited": "1\n", "gone": "1\n", "left": "1\n"})
    mine = {"edited": "mine\n", "left": "mine\n", "notes.md": "mine", "outputs/model/w": "w"}
    add(folder, mine)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    done = write(folder, {"changed": "2\n", "same": "1\n", "edited": "1\n"})
    assert done == {
        "changed": "update",
        "edited": "keep",
        "gone": "remove",
        "left": "keep",
        "same": "unchanged",
    }
    expected = {"changed": "2\n", "same": "1\n", **mine}
    assert {p: c.decode() for p, c in tree(folder).items() if ".specc" not in p} == expected
    assert names(tmp_path) == ["out"]


def test_a_process_that_stands_in_the_folder_stays_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    write(folder, {"a": "1\n"})
    monkeypatch.chdir(folder)
    result = write_project(project({"a": "2\n"}), Path())
    assert [change.action for change in result.changes] == ["update"]
    assert Path.cwd() == folder.resolve()
    assert Path("a").read_text() == "2\n"


def test_a_link_to_the_folder_stays_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", {"a": "1\n"})
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link", {"a": "2\n"})
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real/a").read_text() == "2\n"


def refused(folder: Path, *copies: Copy) -> list[str]:
    before = tree(folder.parent)
    with pytest.raises(SpecError) as error:
        write(folder, {"train.py": "new\n"}, *copies)
    assert tree(folder.parent) == before
    assert {d.file for d in error.value.diagnostics} == {folder.as_posix()}
    return codes(error)


def test_an_output_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert refused(tmp_path / "out") == ["SP501"]


def test_a_parent_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(SpecError) as error:
        write(tmp_path / "out/project", {"train.py": "new\n"})
    assert codes(error) == ["SP503"]


def test_the_root_is_refused() -> None:
    for folder in (Path("/"), Path("/usr/..")):
        with pytest.raises(SpecError) as error:
            write(folder, {"train.py": "new\n"})
        assert codes(error) == ["SP510"]


@pytest.mark.parametrize("look", [preview_project, check_project])
def test_looking_refuses_what_a_build_refuses(look: Look, tmp_path: Path) -> None:
    made = project({"train.py": "new\n"})
    add(tmp_path, {"file": "mine", "theirs/thesis.tex": "mine"})
    before = tree(tmp_path)
    wanted = {
        "file": ["SP501"],
        "theirs": ["SP502"],
        "file/deep/er": ["SP503"],
        "x" * 300: ["SP503"],
    }
    for name, code in wanted.items():
        with pytest.raises(SpecError) as error:
            look(made, tmp_path / name)
        assert codes(error) == code
    with pytest.raises(SpecError) as error:
        look(made, Path("/"))
    assert codes(error) == ["SP510"]
    assert tree(tmp_path) == before


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    add(tmp_path / "out", {"thesis.tex": "mine"})
    assert refused(tmp_path / "out") == ["SP502"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_parent_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        assert refused(tmp_path / "out") == ["SP503"]
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        ("", "SP504"),
        ("[]", "SP504"),
        ('{"format": 1}', "SP504"),
        (
            '{"format": 1, "specc_version": "0", "name": "x", "provenance": {}, "copies": {}, '
            '"files": {"../../etc/passwd": "0"}}',
            "SP504",
        ),
        ('{"format": 2, "specc_version": "9.0"}', "SP505"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_refused(
    tmp_path: Path, manifest: str, code: str
) -> None:
    write(tmp_path / "out", {"train.py": "old\n"})
    add(tmp_path / "out", {".specc/manifest.json": manifest})
    assert refused(tmp_path / "out") == [code]


def test_data_that_vanished_or_changed_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "out", {"train.py": "old\n"})
    origin = tmp_path / "d.csv"
    origin.write_text("1\n")
    copy = copy_of(origin, "data/d.csv")
    origin.write_text("2\n")
    assert refused(tmp_path / "out", copy) == ["SP508"]
    origin.unlink()
    assert refused(tmp_path / "out", copy) == ["SP508"]


@pytest.mark.parametrize("kind", ["folder for file", "file for folder", "link for folder"])
def test_what_stands_in_the_way_is_refused(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "out"
    write(folder, {"a": "old\n"})
    if kind == "folder for file":
        add(folder, {"train.py/mine": "mine"})
    elif kind == "file for folder":
        add(folder, {"data": "mine"})
    else:
        (folder / "data").symlink_to(tmp_path)
    origin = tmp_path / "d.csv"
    origin.write_text("1\n")
    assert refused(folder, copy_of(origin, "data/d.csv")) == ["SP509"]


def test_a_folder_in_which_a_training_runs_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(folder, {"train.py": "old\n"})
    add(folder, {"outputs/run.log": ""})
    with (folder / "outputs/run.log").open("a") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        assert refused(folder) == ["SP511"]
        assert write(folder, {"train.py": "old\n"}) == {"train.py": "unchanged"}
    assert write(folder, {"train.py": "new\n"}) == {"train.py": "update"}


def test_git_shows_a_change_once(tmp_path: Path) -> None:
    write(tmp_path / "out", {"train.py": "1\n"})
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=tmp_path / "out", check=True)
    write(tmp_path / "out", {"train.py": "2\n"})
    done = subprocess.run(
        ["git", "diff", "--", "train.py", ".specc/base"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("+2") == 1
    assert "Binary files a/.specc/base/train.py and b/.specc/base/train.py differ" in done.stdout
