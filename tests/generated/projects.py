"""Projects on disk and the programs in them, run as their owner would run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from specc.project.project import Project, is_provenance
from tests.generated import forked
from tests.golden.gallery import tree, write_tree

TIME_LIMIT_S = 240
NO_SPECC = 'raise ImportError("a generated project must not import specc")\n'


def write(project: Project, folder: Path) -> Path:
    """The project alone, without provenance; beside it a `specc` that cannot be imported."""
    files = {p: c for p, c in tree(project).items() if not is_provenance(p)}
    write_tree({"no_specc/specc.py": NO_SPECC.encode()}, folder.parent)
    return write_tree(files, folder)


def environment(folder: Path) -> dict[str, str]:
    """Without network and without specc; one thread, because tests run side by side."""
    return os.environ | {
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(folder.parent / "no_specc"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A Python program in `folder`, running."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(folder: Path, *arguments: str) -> str:
    """What a Python program in `folder` prints, forked with its libraries; it must succeed."""
    said = folder.parent / f"{folder.name}-said.txt"
    process = forked.start(folder, arguments, environment(folder), said)
    process.join(TIME_LIMIT_S)
    process.kill()
    process.join()
    text = said.read_text(encoding="utf-8")
    assert process.exitcode == 0, f"exit code {process.exitcode}\n{text}"
    return text


def run_alone(folder: Path, *arguments: str) -> str:
    """What a Python program in `folder` prints, started as its owner does; it must succeed."""
    process = start(folder, *arguments)
    said, _ = process.communicate(timeout=TIME_LIMIT_S)
    assert process.returncode == 0, f"exit code {process.returncode}\n{said}"
    return said


def train(folder: Path, **settings: object) -> Path:
    """Trains with some settings replaced; the output folder."""
    output_dir = folder / str(settings.setdefault("output_dir", "outputs"))
    replaced = ", ".join(f"{name}={value!r}" for name, value in settings.items())
    program = (
        "from dataclasses import replace\nfrom config import Config\nfrom train import main\n"
        f"main(replace(Config(), {replaced}))"
    )
    run(folder, "-c", program)
    return output_dir


def events(output_dir: Path) -> list[dict[str, Any]]:
    """The lines of metrics.jsonl, the last one only if it is whole."""
    log = output_dir / "metrics.jsonl"
    text = log.read_text(encoding="utf-8") if log.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def wait_for(process: subprocess.Popen[str], reached: Callable[[], bool]) -> bool:
    """Whether `reached` came true before the process ended."""
    deadline = time.monotonic() + TIME_LIMIT_S
    while process.poll() is None:
        if reached():
            return True
        assert time.monotonic() < deadline, "the run takes too long"
        time.sleep(0.002)
    return False


def read_lines(path: Path) -> Sequence[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
