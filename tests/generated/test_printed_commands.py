"""Every command that a project prints about itself is run as printed, where it is printed.

They are found in README.md and in the docstrings of its programs: lines that begin with `python`,
and `python ...` in backquotes. What installs packages and what runs the project's own tests has
tests of its own.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from specc.pipeline import compile_project
from tests.cli.workbench import write_spec

from .projects import TIME_LIMIT_S, environment, run, write

COMMAND = re.compile(r"^ *(python .+?)(?: {2,}.*)?$|`(python [^`]+)`", re.MULTILINE)
ELSEWHERE = ("python -m pytest", "python benchmarks")


def printed(project: Path) -> list[str]:
    """The commands in the order of a first reading, each once."""
    sources = ["README.md", "train.py", "predict.py", "evaluate.py"]
    texts = [(project / name).read_text(encoding="utf-8") for name in sources]
    found = [" ".join((a or b).split()) for text in texts for a, b in COMMAND.findall(text)]
    return [c for c in dict.fromkeys(found) if not c.startswith(ELSEWHERE)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the files that its commands name."""
    spec = write_spec(tmp_path)
    folder = tmp_path / "out/project"
    _, compiled, _ = compile_project(spec, lambda _: folder)
    write(compiled, folder)
    (folder / "new.csv").write_text("message\nwhere is it\n")
    (folder / "texts.txt").write_text("where is it\nmy money\n")
    return folder


def test_commands_of_a_project_run_as_printed(project: Path) -> None:
    commands = printed(project)
    trains = [c for c in commands if c.startswith("python train.py")]
    assert len(trains) >= 2
    assert len(commands) - len(trains) >= 4
    for command in sorted(commands, key=lambda c: c not in trains):
        said = run_as_printed(project, command)
        if "predict.py" in command:
            assert said
            assert all("prediction" in json.loads(line) for line in said.splitlines())


def run_as_printed(project: Path, command: str) -> str:
    """What it prints; forked, unless it needs a shell."""
    if "<" not in command:
        return run(project, *shlex.split(command)[1:])
    done = subprocess.run(
        ["sh", "-c", command.replace("python", sys.executable, 1)],
        cwd=project,
        env=environment(project),
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout
