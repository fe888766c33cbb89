"""What the owner of a project does to its files while specc writes there, and to their form."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from specc.diagnostics.diagnostic import SpecError
from specc.project import write as write_stage
from specc.project.check import check_project
from specc.project.origin import refuse_other_spec
from specc.project.project import Project
from specc.project.write import write_project

from .trees import add, copy_of, names, project, tree

LINES = [f"line {number}\n" for number in range(30)]

SAVES_WITHIN = """
import os, time
for number in range(300):
    with open(f"notes/{number}.txt", "w") as file:
        file.write("mine")
    with open("latest.new", "w") as file:
        file.write(str(number))
    os.replace("latest.new", "latest.txt")
    time.sleep(0.005)
"""
"""A program that stands in the folder and saves by relative paths."""


def version(number: int) -> Project:
    """One of many projects that differ in a line of each file."""
    text = "".join([*LINES[:5], f"version {number}\n", *LINES[5:]])
    return project({f"part{n}.py": text for n in range(10)})


def actions(made: Project, folder: Path) -> dict[str, str]:
    return {c.path: c.action for c in write_project(made, folder).changes}


def test_a_program_in_the_folder_loses_nothing_that_it_saves(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_project(version(0), folder)
    (folder / "notes").mkdir()
    identity = folder.stat().st_ino, (folder / "notes").stat().st_ino
    program = subprocess.Popen([sys.executable, "-c", SAVES_WITHIN], cwd=folder)
    number = 0
    while program.poll() is None:
        number += 1
        write_project(version(number), folder)
    assert (program.returncode, number > 5) == (0, True)
    assert len(list((folder / "notes").iterdir())) == 300
    assert (folder / "latest.txt").read_text() == "299"
    assert f"version {number}\n" in (folder / "part0.py").read_text()
    assert (folder.stat().st_ino, (folder / "notes").stat().st_ino) == identity
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("is_replaced", [True, False])
def test_an_edit_during_a_build_is_there_afterwards(tmp_path: Path, is_replaced: bool) -> None:
    folder, edits = tmp_path / "out", 0
    write_project(version(0), folder)
    edited = folder / "part3.py"
    is_over = threading.Event()

    def save(text: str) -> None:
        try:
            target = edited.with_suffix(".new") if is_replaced else edited
            target.write_text(text)
            target.replace(edited)
        except FileNotFoundError:  # folders were exchanged: an editor says so, and saves again
            save(text)

    def text_without_mine() -> str:
        """Of two versions in conflict (one is of before the last build), the first."""
        try:
            lines = edited.read_text().splitlines(True)
        except FileNotFoundError:
            return text_without_mine()
        (at, *_) = (n for n, line in enumerate(lines) if line.startswith("version"))
        return "".join([*LINES[:5], lines[at], *LINES[5:]])

    def edit() -> None:
        nonlocal edits
        while not is_over.wait(0.15):
            edits += 1
            save(f"{text_without_mine()}# mine {edits}\n")

    editor = threading.Thread(target=edit)
    editor.start()
    until = time.monotonic() + 2
    number = 0
    while time.monotonic() < until:
        number += 1
        try:
            write_project(version(number), folder)
        except SpecError as error:
            assert error.diagnostics[0].code in {"SP507", "SP513"}
    is_over.set()
    editor.join()
    assert edits > 3
    assert edited.read_text().endswith(f"line 29\n# mine {edits}\n")


def test_a_save_right_before_the_exchange_is_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    write_project(version(0), folder)
    replace = write_stage.replace_folder
    saved: list[bool] = []

    def save_and_replace(*arguments: object) -> bool:
        if not saved:
            saved.append(True)
            save_to(folder / "part3.py", "mine")
        return replace(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(write_stage, "replace_folder", save_and_replace)
    assert actions(version(1), folder)["part3.py"] == "merge"
    text = (folder / "part3.py").read_text()
    assert "version 1\n" in text and text.endswith("# mine\n")
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_saves_while_another_tree_stands_in_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    folder = tmp_path / "out"
    write_project(version(0), folder)
    add(folder, {"outputs/old": "1", "outputs/moved": "2", "outputs/log": "3"})
    settle = write_stage.settle
    opened = (folder / "part4.py").open("a")

    def change_all() -> None:
        save_to(folder / "part3.py", "mine")
        with (folder / "part5.py").open("a") as file:
            file.write("# mine\n")
        (folder / "outputs/old").unlink()
        (folder / "outputs/moved").rename(folder / "outputs/here")
        with (folder / "outputs/log").open("a") as file:
            file.write("4")
        add(folder, {"outputs/new": "5"})

    def settle_and_change(*arguments: object) -> object:
        if moment == "before":
            change_all()
        done = settle(*arguments)  # type: ignore[arg-type]
        if moment == "after":
            change_all()
        with opened:  # a program that opened the file before the build
            opened.write("# mine\n")
        return done

    monkeypatch.setattr(write_stage, "settle", settle_and_change)
    write_project(version(1), folder)
    for part in ("part3.py", "part4.py", "part5.py"):
        assert (folder / part).read_text().endswith("line 29\n# mine\n")
    assert "version 1\n" in (folder / "part5.py").read_text()
    assert {f.name: f.read_text() for f in (folder / "outputs").iterdir()} == {
        "here": "2",
        "log": "34",
        "new": "5",
    }
    assert names(tmp_path) == ["out"]


def save_to(path: Path, what: str) -> None:
    """Saves as editors do: another file takes the name."""
    unfinished = path.with_suffix(".new")
    unfinished.write_text(f"{path.read_text()}# {what}\n")
    unfinished.replace(path)


def test_a_file_that_never_rests_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    write_project(version(0), folder)
    put_together = write_stage.stage

    def stage(*arguments: object) -> None:
        put_together(*arguments)  # type: ignore[arg-type]
        with (folder / "part1.py").open("a") as file:
            file.write("# again\n")

    monkeypatch.setattr(write_stage, "stage", stage)
    with pytest.raises(SpecError) as error:
        write_project(version(1), folder)
    assert error.value.diagnostics[0].code == "SP513"
    assert (folder / "part1.py").read_text().endswith("# again\n" * 5)
    assert "version 0" in (folder / "part0.py").read_text()
    assert names(tmp_path) == ["out"]


def test_modes_and_links_stay(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_project(version(0), folder)
    (folder / "part0.py").chmod(0o755)
    mine = tmp_path / "mine.py"
    (folder / "part1.py").rename(mine)
    mine.chmod(0o600)
    with mine.open("a") as file:
        file.write("# mine\n")
    (folder / "part1.py").symlink_to("../mine.py")
    assert actions(version(1), folder)["part1.py"] == "merge"
    assert stat.S_IMODE((folder / "part0.py").stat().st_mode) == 0o755
    assert (folder / "part1.py").readlink() == Path("../mine.py")
    assert "version 1\n" in mine.read_text() and mine.read_text().endswith("# mine\n")
    assert stat.S_IMODE(mine.stat().st_mode) == 0o600
    assert names(tmp_path) == ["mine.py", "out"]
    assert set(actions(version(1), folder).values()) == {"unchanged", "keep"}


def test_a_link_that_leads_nowhere_is_in_the_way(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_project(version(0), folder)
    (folder / "part1.py").unlink()
    (folder / "part1.py").symlink_to("nowhere")
    with pytest.raises(SpecError) as error:
        write_project(version(1), folder)
    assert error.value.diagnostics[0].code == "SP509"
    assert (folder / "part1.py").is_symlink()


def test_a_checkout_with_crlf_is_no_edit(tmp_path: Path) -> None:
    folder, origin = tmp_path / "out", tmp_path / "d.csv"
    origin.write_text("text,label\n1,2\n")
    copy = copy_of(origin, "data/d.csv")
    files = {f.path: f.content for f in version(0).files if f.path.startswith("part")}
    made = project(dict(files), copy)
    write_project(made, folder)
    for path in tree(folder):
        content = (folder / path).read_bytes()
        (folder / path).write_bytes(content.replace(b"\n", b"\r\n"))
    before = tree(folder)
    assert check_project(made, folder) == ()
    assert set(actions(made, folder).values()) == {"unchanged"}
    assert tree(folder) == before
    with (folder / "part2.py").open("ab") as file:
        file.write(b"# mine\r\n")
    done = actions(version(1), folder)
    assert (done["part1.py"], done["part2.py"]) == ("update", "merge")
    for path in ("part1.py", "part2.py"):
        content = (folder / path).read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n") == 31 + (path == "part2.py")
        assert content.count(b"version 1\r\n") == 1
    assert not any(b"<<<<" in content for content in tree(folder).values())


def test_two_specs_do_not_share_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    refuse_other_spec(folder, "../a b.yaml")
    write_project(version(0), folder, "../a b.yaml")
    refuse_other_spec(folder, "../a b.yaml")
    write_project(version(1), folder, "../a b.yaml")
    with pytest.raises(SpecError) as error:
        refuse_other_spec(folder, "../a-b.yaml")
    (found,) = error.value.diagnostics
    assert found.code == "SP512" and found.help and f"-o {folder.as_posix()}" in found.help
    add(tmp_path, {"bytes": ""})
    write_project(version(2), folder, os.fsdecode(b"../\xff.yaml"))
    refuse_other_spec(folder, os.fsdecode(b"../\xff.yaml"))
