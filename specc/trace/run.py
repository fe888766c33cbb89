"""Traces a plan's project in a process of its own, so that nothing here needs torch."""

from __future__ import annotations

import importlib.util
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from specc.cache import keep, recall
from specc.plan.plan import Plan
from specc.render.render import render, render_trace
from specc.trace.key import key_of
from specc.trace.watch import about_to
from specc.trace.workers import run_child

_NEEDED = ("torch", "transformers")
MARKS = ("traced ", "untraced ")
"""Begin the line with the answer: libraries may print lines of their own before it."""

KEPT_MESSAGES = 3
"""What gloo was seen to hold on a machine with time to spare; NCCL holds none."""

PROGRAM = "trace_program.py"


@dataclass(frozen=True, slots=True)
class Setting:
    """One question: lengths in tokens; `embedding_rows` that occur in the training texts.

    `generated_sequences` are written at a time in an evaluation, 0 where none are.
    """

    micro_batch: int
    accumulation: int
    eval_batch: int
    length: int
    target_length: int
    embedding_rows: int
    generated_sequences: int


@dataclass(frozen=True, slots=True)
class Trace:
    """The answer: bytes by kind at the peak of a step and of an evaluation.

    `evaluate` is the worst of an evaluation: one during training, or that of the best model when
    training is over. `flops` and `moved` (bytes that operations read and write) are those of one
    micro-batch, forward and backward, with what the optimizer does once a step. `sent` are bytes
    that one process sends to others in a step, and `sent_within` those of them that go to the
    processes of its node with which it holds layers together. `saved` are the bytes of a checkpoint
    over all processes, of which `weights_saved` are weights. `host` is the most that one process
    keeps in host memory of what would else be on its device.
    """

    train: dict[str, int]
    evaluate: dict[str, int]
    flops: int
    moved: int
    parameters: int
    trainable: int
    sent: int = 0
    sent_within: int = 0
    saved: int = 0
    weights_saved: int = 0
    host: int = 0

    @property
    def peak(self) -> int:
        """Bytes of all tensors at the worst moment of training."""
        return sum(self.train.values())

    @property
    def evaluation_peak(self) -> int:
        """The same of an evaluation."""
        return sum(self.evaluate.values())


class TraceFailed(Exception):
    """The step could not be traced; the message says why in a few words."""


def trace(
    plan: Plan, settings: Sequence[Setting], spec_folder: Path, kept_messages: int = KEPT_MESSAGES
) -> list[Trace]:
    """What optimizer steps of the plan's project would need on its device.

    Args:
        plan: of the project.
        settings: the sizes to ask for.
        spec_folder: that of the spec.
        kept_messages: copies that gloo's threads hold on CPUs.

    Raises:
        TraceFailed: if the project's own code does not run on shapes alone.
    """
    files = program_files(plan)
    question = {
        "device": plan.hardware.device,
        "num_processes": plan.devices.num_processes,
        "kept_messages": kept_messages,
        "offloads": plan.devices.offloads,
        "settings": [asdict(item) for item in settings],
    }
    key = key_of(files, question | _base_config(plan))
    answers = recall(key)
    if answers is None:
        about_to(_words(plan, settings))
        with tempfile.TemporaryDirectory(prefix="specc-") as name:
            folder = Path(name).resolve()
            here = replace(plan, to_spec=os.path.relpath(spec_folder.resolve(), folder))
            write_files(program_files(here), folder)
            (folder / "request.json").write_text(json.dumps(question), encoding="utf-8")
            answers = _run(folder)
        keep(key, answers)
    return [Trace(**answer) for answer in answers]


def _words(plan: Plan, settings: Sequence[Setting]) -> str:
    """What is traced, for who waits for it."""
    way = "" if plan.devices.strategy == "single" else f"{plan.devices.strategy}, "
    sizes = " and ".join(str(setting.micro_batch) for setting in settings)
    again = ", layers computed again" if plan.gradient_checkpointing else ""
    return f"tracing a step of the project: {way}{sizes} at a time{again}"


def program_files(plan: Plan, in_parts: bool = False) -> dict[str, bytes]:
    """The project's modules, for batches whole or in parts, and the program that takes a step."""
    # FlashAttention-2 is a package that need not be here; sdpa is the same algorithm.
    attention = "sdpa" if plan.attention == "flash_attention_2" else plan.attention
    size = 1 if in_parts else plan.spec.training.batch_size
    whole = replace(plan, micro_batch=size, attention=attention, compiles=False)
    modules = {
        file.path: file.content
        for file in render(whole).files
        if file.path.endswith(".py") and "/" not in file.path
    }
    return modules | {PROGRAM: render_trace(whole).encode()}


def write_files(files: dict[str, bytes], folder: Path) -> None:
    """Puts the modules where the child process finds them."""
    for path, content in files.items():
        (folder / path).write_bytes(content)


def _base_config(plan: Plan) -> dict[str, str]:
    """The content of a local base's configuration, which is a part of the question."""
    if plan.base is None or plan.base.folder is None:
        return {}
    return {"base": (plan.base.folder / "config.json").read_text(encoding="utf-8")}


def _run(folder: Path) -> list[dict[str, Any]]:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise TraceFailed(f"`{missing[0]}` is not installed")
    out, error = run_child(folder)
    said = dict(line.split(" ", 1) for line in out.split("\n") if line.startswith(MARKS))
    if "untraced" in said:
        raise TraceFailed(json.loads(said["untraced"]))
    if "traced" not in said:
        lines = (error or out).strip().splitlines()
        raise TraceFailed(lines[-1] if lines else "nothing was said")
    return json.loads(said["traced"])  # type: ignore[no-any-return]
