"""Small specs, and two ways to run a command: in this process and as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from specc.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]

SPEC = """\
task: {kind: text-classification, text: message, label: intent}
model:
  architecture: bert
  layers: 1
  hidden_size: 16
  heads: 2
  max_positions: 64
  tokenizer: {train: wordpiece, vocab_size: 200}
data: {train: intents.csv, split: {validation: 0.2, test: 0}}
training: {epochs: 1, batch_size: 8}
hardware: cpu
"""

MISSPELT = SPEC.replace("epochs", "epoch")


def write_spec(folder: Path, name: str = "intents.yaml", text: str = SPEC) -> Path:
    """A spec of a small model with its data beside it."""
    rows = [f"where is my parcel {i},delivery\nI want {i} euros back,refund" for i in range(20)]
    (folder / "intents.csv").write_text("message,intent\n" + "\n".join(rows) + "\n")
    (folder / name).write_text(text)
    return folder / name


def invoke(*arguments: str | Path, **environment: str | None) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments], env=environment)


def specc(
    *arguments: str | Path, cwd: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "specc", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=False,
    )
