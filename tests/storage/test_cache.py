"""The files that rows and tokens are kept in: found again, made anew, whole or not there, small."""

from __future__ import annotations

import csv
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.generated import projects, small
from tests.storage.workbench import SPECS, built
from tests.variants.bases import changed

PREPARE = """\
from config import Config
from data import Loader, load_tokenizer, read_splits
config = Config()
splits, tokenizer = read_splits(config), load_tokenizer(config)
for examples in splits.values():
    print(sum(map(len, Loader(examples, tokenizer, config).token_ids)))
"""
MIB = 2**20


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of the intents that keeps its data on disk."""
    return built(SPECS["quick"], small.lay_out(tmp_path), "disk")


def files(project: Path) -> dict[str, int]:
    """What is stored, with the time of its last change."""
    return {path.name: path.stat().st_mtime_ns for path in (project / "cache").glob("*.arrow")}


def test_second_start_finds_everything(project: Path) -> None:
    said = projects.run(project, "-c", PREPARE)
    first = files(project)
    assert len(first) == 4  # the rows, and the tokens of three splits
    assert projects.run(project, "-c", PREPARE) == said
    assert files(project) == first


@pytest.mark.parametrize("what", ["data", "tokenizer", "settings", "code"])
def test_a_change_is_never_missed(what: str, project: Path, tmp_path: Path) -> None:
    projects.run(project, "-c", PREPARE)
    first = files(project)
    program = PREPARE
    if what == "data":
        table = project / "data/intents.csv"
        table.write_text(
            table.read_text(encoding="utf-8").replace("bike", "boat"), encoding="utf-8"
        )
    elif what == "tokenizer":
        lower = "tokenizer.normalizer = __import__('tokenizers').normalizers.Lowercase()\n"
        program = PREPARE.replace("for examples", f"{lower}for examples")
    elif what == "settings":
        config = project / "config.py"
        text = config.read_text(encoding="utf-8").replace(
            "max_length: int = 32", "max_length: int = 9"
        )
        config.write_text(text, encoding="utf-8")
    else:
        data = project / "data.py"
        text = data.read_text(encoding="utf-8").replace("text.split())", "text.lower().split())")
        data.write_text(text, encoding="utf-8")
    projects.run(project, "-c", program)
    new = set(files(project)) - set(first)
    assert len(new) == (3 if what == "tokenizer" else 4)  # the rows know no tokenizer


def test_a_path_is_no_part_of_the_key(project: Path) -> None:
    projects.run(project, "-c", PREPARE)
    first = files(project)
    moved = project.with_name("moved")
    shutil.copytree(project, moved)
    config = moved / "config.py"
    text = config.read_text(encoding="utf-8").replace("data/intents.csv", "data/other/name.csv")
    config.write_text(text, encoding="utf-8")
    (moved / "data/other").mkdir()
    (moved / "data/intents.csv").rename(moved / "data/other/name.csv")
    projects.run(moved, "-c", PREPARE)
    assert set(files(moved)) == set(first)


OLDER = PREPARE + "import store; store.delete_older(config.cache_dir)\n"
LOOKING = f"""\
{PREPARE}
import os, time
print("found", flush=True)
while not os.path.exists("go"):
    time.sleep(0.1)
"""


def with_longer_texts(project: Path) -> None:
    """One that tokens are made anew for, but not rows."""
    config = project / "config.py"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("max_length: int = 32", "max_length: int = 31"), "utf-8")


def test_training_deletes_what_older_settings_made(project: Path) -> None:
    projects.run(project, "-c", PREPARE)
    first = files(project)
    projects.run(project, "train.py", "--max-steps", "1")
    assert files(project) == first
    with_longer_texts(project)
    projects.run(project, "train.py", "--max-steps", "1", "--overwrite")
    second = files(project)
    assert len(second) == 4
    assert not set(second) & set(first)
    assert {path.stem for path in (project / "cache").glob("*.lock")} == {n[:64] for n in second}
    assert (project / "cache/.gitignore").read_text() == "*\n"


def test_nothing_is_deleted_while_others_look_for_it(project: Path) -> None:
    looking = projects.start(project, "-c", LOOKING)
    assert looking.stdout is not None
    while looking.stdout.readline().strip() != "found":
        assert looking.poll() is None
    first = files(project)
    with_longer_texts(project)
    projects.run(project, "-c", OLDER)
    assert len(files(project)) == 2 * len(first)
    (project / "go").touch()
    looking.communicate(timeout=projects.TIME_LIMIT_S)
    projects.run(project, "-c", OLDER)
    assert not set(files(project)) & set(first)


def test_a_shared_folder_keeps_everything(project: Path) -> None:
    config = project / "config.py"
    text = config.read_text(encoding="utf-8")
    text = text.replace('cache_dir: str = "cache"', 'cache_dir: str = "../shared"')
    config.write_text(text, encoding="utf-8")
    for _ in range(2):
        projects.run(project, "-c", OLDER)
        with_longer_texts(project)
    assert len(list((project.parent / "shared").glob("*.arrow"))) == 8


SLOW = """\
import time
import data
first = data.to_rows
def slow(*arguments):
    print("begun", flush=True)
    time.sleep(60)
    return first(*arguments)
data.to_rows = slow
data.read_splits(data.Config())
"""


def test_killed_while_writing(project: Path) -> None:
    with projects.start(project, "-c", SLOW) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGKILL)
    assert not files(project)
    assert list((project / "cache").glob("*.tmp"))
    said = projects.run(project, "-c", PREPARE)
    assert len(files(project)) == 4
    assert not list((project / "cache").glob("*.tmp"))
    assert projects.run(project, "-c", PREPARE) == said


def test_two_processes_at_once(project: Path) -> None:
    started = [projects.start(project, "-c", PREPARE) for _ in range(2)]
    said = [process.communicate(timeout=projects.TIME_LIMIT_S)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    assert said[0] == said[1]
    assert len(files(project)) == 4


CAPPED = """\
import resource, sys
from config import Config
from data import Loader, load_tokenizer, read_splits
import torch
used = int(open("/proc/self/statm").read().split()[5]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_DATA, (used + int(sys.argv[1]), resource.RLIM_INFINITY))
config = Config()
splits, tokenizer = read_splits(config), load_tokenizer(config)
loader = Loader(splits["train"], tokenizer, config)
next(loader.starting_at(0))
print(len(loader.token_ids))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts private memory alone")
def test_many_rows_need_little_memory(tmp_path: Path) -> None:
    """200,000 texts need 1.1 GB of address space more than the libraries do; as lists, 2.6 GB."""
    small.lay_out(tmp_path)
    words = [f"w{i}" for i in range(200)]
    with (tmp_path / "many.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["message", "intent"])
        for i in range(200_000):
            text = " ".join(words[(i * 7 + k * k) % 200] for k in range(12))
            writer.writerow([f"{i} {text}", ("buy", "sell")[i % 2]])
    spec = changed(SPECS["quick"], ("data", "train"), "many.csv")
    spec["data"]["split"] = {"validation": 0.01, "test": 0.01}
    allowed = 1700 * MIB  # of address space, of which allocators reserve 1 GB
    mapped = built(spec, tmp_path, "disk", "many")
    assert projects.run_alone(mapped, "-c", CAPPED, str(allowed)).split()[-1] == "196000"
    lists = built(spec, tmp_path, "memory", "many")
    process = subprocess.run(
        [sys.executable, "-c", CAPPED, str(allowed)],
        cwd=lists,
        env=projects.environment(lists) | {"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
    )
    assert process.returncode, "the limit does not tell lists from files"


NO_PART_OF_ROWS = re.compile(
    r"\w+_(files|split|fraction)|expected_files|split_seed|seed|cache_dir|tokenizer_threads|"
    r"(batch|eval_batch|block)_size|micro_batch|batches_per_window|base|revision|vocab_size|"
    r"dataset\w*|majority_label"
)
"""Settings that choose files, rows or batches, or that the tokenizer itself holds."""


@pytest.mark.parametrize(
    "name", ["quick", "pair", "topics", "phrases", "t5", "words", "numbers", "questions", "stories"]
)
def test_every_setting_that_rows_depend_on_is_in_the_key(name: str, tmp_path: Path) -> None:
    project = built(SPECS[name], small.lay_out(tmp_path), "disk", name)
    code = "".join(
        (project / path).read_text()
        for path in ("data.py", "windows.py")
        if (project / path).exists()
    )
    settings = re.search(r"SETTINGS: .+ = (\([^)]*\))", code)
    assert settings is not None
    used = set(re.findall(r"\b[cC]onfig\.([a-z]\w*)", code))
    left = {field for field in used if not NO_PART_OF_ROWS.fullmatch(field)}
    assert left <= set(eval(settings[1])), left
