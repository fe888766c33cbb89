"""What the README and the help print as commands can be done as printed, with what they show."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

from docs.generate import ROOT
from tests.cli.workbench import SPEC, invoke, specc, write_spec

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^\$ specc (?P<command>.+)\n(?P<shown>(?:.*\n)*?)```", re.MULTILINE)


def test_commands_of_the_readme_show_what_it_shows(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    found = {m["command"]: m["shown"] for m in COMMAND.finditer(README)}
    assert set(found) == {"plan specs/quickstart.yaml", "check broken.yaml"}
    shown = found["check broken.yaml"]
    lines = dict(re.findall(r"^(\d+) \| (.*)$", shown, re.MULTILINE))
    head = SPEC.splitlines()[0] + "\nmodel: bert-base-uncased\n"
    write_spec(tmp_path, "broken.yaml", head + "".join(f"{lines[n]}\n" for n in sorted(lines)))
    done = specc("check", "broken.yaml", cwd=tmp_path)
    assert done.returncode == 1 and shown in done.stderr
    done = specc(*shlex.split("plan specs/quickstart.yaml"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_commands_in_the_table_of_the_readme_take_what_it_says(tmp_path: Path) -> None:
    rows = re.findall(r"^\| `specc (\w+)(?: ([A-Z.]+))?` \| (.*) \|$", README, re.MULTILINE)
    assert len(rows) == 8
    commands = set(
        re.findall(r"^  ([a-z]+)  ", invoke("--help").stdout.partition("Commands:")[2], re.M)
    )
    assert {name for name, *_ in rows} == commands
    for name, _, words in rows:
        told = invoke(name, "--help").stdout
        for option in re.findall(r"`(--[a-z-]+)", words):
            assert option in told, (name, option)


def test_commands_of_the_help_run_as_printed(tmp_path: Path) -> None:
    write_spec(tmp_path)
    (tmp_path / "intents.csv").rename(tmp_path / "data.csv")
    first, second = re.findall(r"`specc ([^`]+)`", invoke("--help").stdout)
    done = specc(*shlex.split(first), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "data.yaml").read_text()
    assert f"  specc {second}" in done.stdout
    # The base that is written is on the hub: a small one takes its place.
    small = re.search(r"^model:\n(?:  .*\n)+", SPEC, re.MULTILINE)
    assert small
    (tmp_path / "data.yaml").write_text(re.sub(r"(?m)^model: .*\n", small[0], text))
    done = specc(*shlex.split(second), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
