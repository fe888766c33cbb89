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

    def edit() -> None:
        nonlocal edits
        while not is_over.wait(0.15):
            edits += 1
            kept = [t for t in edited.read_text().splitlines(True) if not t.startswith("# mine")]
            target = edited.with_suffix(".new") if is_replaced else edited
            target.write_text("".join([*kept, f"# mine {edits}\n"]))
            target.replace(edited)

    editor = threading.Thread(target=edit)
    editor.start()
    until = time.monotonic() + 2
    number = 0
    while time.monotonic() < until:
        number += 1
        try:
            write_project(version(number), folder)
        except SpecError as error:
            assert error.diagnostics[0].code == "SP513"
    is_over.set()
    editor.join()
    assert edits > 3
    assert edited.read_text().endswith(f"line 29\n# mine {edits}\n")


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
