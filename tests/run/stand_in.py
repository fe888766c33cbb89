"""Small real projects: a `train.py` that emits the events of a generated one, without a model."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from specc.run.follow import Event
from specc.run.progress import Progress

PREAMBLE = """
import json, os, signal, sys, time, zipfile
from pathlib import Path

outputs = Path("outputs")
outputs.mkdir(exist_ok=True)
log = (outputs / "metrics.jsonl").open("a" if "--resume" in sys.argv else "w")

def emit(event, **values):
    log.write(json.dumps({"event": event, **values}) + "\\n")
    log.flush()

def start(num_steps=10):
    emit("start", num_steps=num_steps, steps_per_epoch=5, num_epochs=num_steps / 5,
         parameters=1000, trainable=10, best_metric="accuracy", greater_is_better=True,
         device="cpu", precision="fp32", splits={"train": 50, "validation": 10})

def save(step):
    (outputs / "checkpoints").mkdir(exist_ok=True)
    with zipfile.ZipFile(outputs / "checkpoints" / f"step-{step:08d}.pt", "w") as file:
        file.writestr("data", "x")

def train(step):
    emit("train", step=step, epoch=step / 5, **{"train/loss": 2 / step,
         "train/samples_per_second": 61.2, "memory_gib": 1.31})

def evaluate(step, accuracy):
    emit("eval", step=step, epoch=step / 5, **{"eval/loss": 1.0, "eval/accuracy": accuracy})
"""

WAITS_FOR_SIGTERM = """
def leave(*_):
    save(3)
    print("saved", flush=True)
    sys.exit(143)

signal.signal(signal.SIGTERM, leave)
start()
train(3)
print("waiting", flush=True)
time.sleep(60)
"""


def stand_in(folder: Path, body: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "train.py").write_text(PREAMBLE + body)
    return folder


class Recorder:
    """Keeps what a reporter is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.progress = Progress()
        self.has_ended = False

    def begin(self, progress: Progress) -> None:
        self.progress = progress

    def event(self, event: Event, progress: Progress) -> None:
        self.events.append(event)

    def tick(self, progress: Progress) -> None:
        self.progress = progress

    def end(self, progress: Progress) -> None:
        self.has_ended = True

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]


def console(width: int, is_terminal: bool = False) -> Console:
    """A console that writes UTF-8 to memory."""
    return Console(
        file=io.TextIOWrapper(io.BytesIO(), encoding="utf-8"),
        width=width,
        force_terminal=is_terminal,
        record=True,
        markup=False,
        emoji=False,
        highlight=False,
    )


def event(kind: str, **values: object) -> Event:
    return Event(kind, {key.replace("__", "/"): value for key, value in values.items()})
