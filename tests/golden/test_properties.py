"""What every project of the gallery has in common: size, shape, and what never stands in it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from specc.project.project import is_provenance
from tests.golden.gallery import (
    SPECS,
    compiled,
    python_sources,
    sources,
    tree,
    write_tree,
)
from tests.golden.measures import (
    attributes_read,
    branches_per_100,
    config_fields,
    depths,
    imports,
)
from tests.golden.typed import type_errors

BUDGETS = {
    "config.py": (20, 100),
    "data.py": (80, 280),
    "store.py": (150, 275),
    "spans.py": (30, 70),
    "squad.py": (20, 60),
    "model.py": (40, 170),
    "train.py": (180, 340),
    "checkpoint.py": (40, 110),
    "distributed.py": (80, 190),
    "sharding.py": (80, 150),
    "masters.py": (40, 70),
    "compiled.py": (30, 60),
    "machine.py": (20, 60),
    "evaluate.py": (60, 200),
    "results.py": (80, 220),
    "run_folder.py": (90, 180),
    "predict.py": (40, 130),
    "speedups.py": (40, 300),
    "features.py": (10, 40),
    "loss.py": (30, 90),
    "scores.py": (30, 130),
    "generate.py": (50, 100),
    "windows.py": (40, 90),
    "tests/test_smoke.py": (40, 140),
    "launch.sbatch": (20, 60),
    "README.md": (50, 110),
    "requirements.txt": (5, 14),
}
"""Least and most lines of each file."""

MAX_PYTHON_LINES = {
    "causal-lm": 1420,
    "text-classification": 1255,
    "token-classification": 1400,
    "question-answering": 1550,
    "text-to-text": 1450,
}
"""Of a project, without the files of `OF_MANY`, by the kind of its task."""

OF_MANY = (
    "speedups.py",
    "distributed.py",
    "sharding.py",
    "masters.py",
    "compiled.py",
    "machine.py",
)
"""Files that only some targets have; what they do stands in no other file."""

APART = ("run_folder.py",)
"""What keeps runs whole is counted by itself: each project has it, whatever its task."""

MORE_OF_MANY = 100
"""Lines that several processes add to the other files."""

OF_SEVERAL_PROCESSES = (
    r"(?i)\brank\b",
    r"(?i)torchrun",
    r"(?i)distributed",
    r"(?i)world_size",
    r"(?i)\b(fsdp|ddp|nccl|gloo|slurm|kubernetes|ray|skypilot)\b",
)
"""Words that a project of one process has no use for."""

STORE_LINES = 310
"""As many more where rows and tokens are kept in files."""

MAX_BRANCHES = 8.0
"""`if` statements in 100 lines of code of any file."""

MAX_TRAIN_BRANCHES = 7.0
"""The same for train.py, in the mean over the gallery."""

MAX_DEPTH, MAX_DEPTH_IN_MAIN = 3, 4

FORBIDDEN = (
    r"\bimport specc\b",
    r"\bfrom specc\b",
    r"(?i)\blora\b",
    r"\bTODO\b",
    r"\bFIXME\b",
    r"except Exception",
    r"except:",
    r"import \*",
    r"(?<![.\w])(eval|exec)\(",
    "trust_remote_code",
    r"\bpickle\b",
    r"/work\b",
    r"/tmp\b",
    r"/home\b",
    r"/root\b",
    r"\{\{",
    r"\{%",
    r"# \{[{%#]",
    r"(?i)do not edit",
    r"[ \t]+\n",
)

DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "huggingface_hub": "huggingface-hub",
    "rouge_score": "rouge-score",
}
"""Import names that are not the name of what is installed."""


def requirements(name: str) -> list[str]:
    """The names of the pinned distributions."""
    lines = sources(name)["requirements.txt"].splitlines()
    return [re.fullmatch(r"([a-z0-9-]+)==[^ ]+(  # .+)?", line)[1] for line in lines]  # type: ignore[index]


def test_every_file_of_the_gallery_has_a_budget() -> None:
    assert {path for name in SPECS for path in sources(name)} == set(BUDGETS)


@pytest.mark.parametrize("name", SPECS)
def test_files_are_of_a_size_to_read(name: str) -> None:
    sizes = {path: len(text.splitlines()) for path, text in sources(name).items()}
    assert len(sizes) >= 11
    over = {p: n for p, n in sizes.items() if not BUDGETS[p][0] <= n <= BUDGETS[p][1]}
    assert not over
    total = sum(sizes[path] for path in python_sources(name) if path not in OF_MANY + APART)
    plan = compiled(name)[0]
    more = MORE_OF_MANY if plan.devices.many else 0
    more += STORE_LINES if "store.py" in sizes else 0
    assert total <= MAX_PYTHON_LINES[plan.spec.task.kind] + more


@pytest.mark.parametrize("name", SPECS)
def test_few_decisions_are_left(name: str) -> None:
    files = python_sources(name)
    files.pop("distributed.py", None)  # how many processes there are is known when they start
    measured = {path: branches_per_100(text) for path, text in files.items()}
    limit = MAX_BRANCHES + (1 if compiled(name)[0].devices.many else 0)  # `rank()` is as well
    over = {path: round(value, 1) for path, value in measured.items() if value > limit}
    assert not over


def test_few_decisions_are_left_in_the_loop() -> None:
    measured = [branches_per_100(sources(name)["train.py"]) for name in SPECS]
    assert sum(measured) / len(measured) <= MAX_TRAIN_BRANCHES


@pytest.mark.parametrize("name", SPECS)
def test_blocks_are_shallow(name: str) -> None:
    measured = {
        (path, function): depth
        for path, text in python_sources(name).items()
        for function, depth in depths(text).items()
    }
    assert ("train.py", "main") in measured
    limits = {key: MAX_DEPTH_IN_MAIN if key[1] == "main" else MAX_DEPTH for key in measured}
    assert not {key: depth for key, depth in measured.items() if depth > limits[key]}


@pytest.mark.parametrize("name", SPECS)
def test_what_never_appears(name: str) -> None:
    plan = compiled(name)[0]
    words = FORBIDDEN + ((r"(?i)cuda",) if plan.hardware.device == "cpu" else ())
    words += () if plan.devices.many else OF_SEVERAL_PROCESSES
    found = [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]!r}"
        for path, text in sources(name).items()
        for word in words
        for match in re.finditer(word, text)
    ]
    assert not found


@pytest.mark.parametrize("name", SPECS)
def test_comments_and_docstrings_are_ascii(name: str) -> None:
    odd = {
        path: line
        for path, text in python_sources(name).items()
        for line in text.splitlines()
        if not line.isascii()
    }
    assert not odd


@pytest.mark.parametrize("name", SPECS)
def test_requirements_are_what_is_imported(name: str) -> None:
    files = python_sources(name)
    local = {Path(path).stem for path in files}
    imported = {package for text in files.values() for package in imports(text)}
    foreign = imported - local - sys.stdlib_module_names
    needed = {DISTRIBUTIONS.get(package, package) for package in foreign}
    base = compiled(name)[0].base
    if base is not None and base.requirement is not None:
        needed.add(base.requirement.partition("==")[0])
    assert set(requirements(name)) == needed


@pytest.mark.parametrize("name", SPECS)
def test_every_setting_is_read(name: str) -> None:
    files = python_sources(name)
    fields = config_fields(files["config.py"])
    assert len(fields) >= 20
    read = {
        attribute
        for path, text in files.items()
        if path not in ("config.py", "tests/test_smoke.py")
        for attribute in attributes_read(text)
    }
    assert not set(fields) - read, "settings that nothing reads"
    assert read <= {*fields}, "settings that are read and do not exist"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole gallery on disk, once for this module."""
    folder = tmp_path_factory.mktemp("gallery")
    for name in SPECS:
        files = tree(compiled(name)[1])
        mine = {path: content for path, content in files.items() if not is_provenance(path)}
        write_tree(mine, folder / name)
    return folder


def checked(folder: Path, *command: str) -> str:
    """What a checker says about the project in `folder`; empty when it is content."""
    result = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    return "" if result.returncode == 0 else result.stdout + result.stderr


@pytest.mark.parametrize("name", SPECS)
def test_linter_is_content(name: str, written: Path) -> None:
    settings = ("--isolated", "--no-cache", "--line-length=100", "--target-version=py311")
    said = checked(written / name, "ruff", "check", *settings, "--output-format=concise")
    assert not said, said
    said = checked(written / name, "ruff", "format", *settings, "--check")
    assert not said, said


@pytest.mark.parametrize("name", SPECS)
def test_type_checker_is_content(name: str, written: Path) -> None:
    said = type_errors(written / name)
    assert not said, said
