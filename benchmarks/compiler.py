"""How long the compiler itself takes, as a whole process, beside an empty Python."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPEC = """\
task: {kind: text-classification, text: message, label: intent}
model: bert-base-uncased
data: rows.csv
hardware: cpu
"""
WORDS = [
    "where",
    "is",
    "my",
    "order",
    "parcel",
    "money",
    "back",
    "card",
    "login",
    "password",
    "change",
    "address",
    "please",
    "late",
]


def _rows(path: Path, count: int) -> None:
    rng = random.Random(0)
    lines = ["message,intent"]
    for number in range(count):
        words = " ".join(rng.choice(WORDS) for _ in range(rng.randint(4, 24)))
        lines.append(f"{words} {number},intent_{number % 8}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _seconds(arguments: list[str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    return time.perf_counter() - started


def report(rounds: int) -> str:
    """Medians over `rounds`, interleaved, as a Markdown table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _rows(folder / "rows.csv", 10_000)
        (folder / "rows.yaml").write_text(SPEC, encoding="utf-8")
        commands = {
            "python -c pass": ["-c", "pass"],
            "specc --help": ["-m", "specc", "--help"],
            "specc check, 10,000 rows": ["-m", "specc", "check", "rows.yaml"],
            "specc build, 10,000 rows": ["-m", "specc", "build", "rows.yaml", "-o", "out"],
        }
        times: dict[str, list[float]] = {command: [] for command in commands}
        for _ in range(rounds):
            for command, arguments in commands.items():
                times[command].append(_seconds(arguments, folder))
    lines = ["| command | median, s | min-max |", "| --- | ---: | ---: |"]
    for command, values in times.items():
        spread = f"{min(values):.3f}-{max(values):.3f}"
        lines.append(f"| `{command}` | {statistics.median(values):.3f} | {spread} |")
    return "\n".join(lines)
