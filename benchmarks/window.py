"""What sorting texts by length costs in loss, and what it saves: several windows, several seeds.

`training.length_window` is how many batches are sorted together; 1 is batches at random. Each
training is compiled once; window and seed are then settings of its `config.py`. A round is one seed
of each window in turn, so that the machine does to one what it does to all. Seconds are those of
all cores between the tenth step and the last, without the evaluation that follows.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.project import ROOT, instructions
from benchmarks.works import MINILM

FORMER = 50
"""The window of every training before it had a key; speed is compared with it."""

SPEC = """\
name: window
task: {task}
model: {model}
data: {{train: {train}, validation: {validation}, test: {few}}}
training: {{steps: {steps}, batch_size: 16, learning_rate: {rate}, checkpoint: {{every: {steps}}}}}
evaluation: {{every: {steps}, resamples: 0}}
hardware: {{device: cpu, instructions: {instructions}}}
"""

RUN = """\
import json, sys, time
from dataclasses import replace

from torch.optim.optimizer import register_optimizer_step_post_hook

import train
from config import Config

window, seed = map(int, sys.argv[1:])
stamps = []
register_optimizer_step_post_hook(
    lambda *_: stamps.append((time.process_time(), time.perf_counter()))
)
train.write_results = lambda *_: {}  # the loss of the last step is all that is wanted
train.main(replace(Config(), batches_per_window=window, seed=seed), False, True)
with open("outputs/metrics.jsonl", encoding="utf-8") as file:
    events = [json.loads(line) for line in file]
losses = [event["eval/loss"] for event in events if event["event"] == "eval"]
(cpu, wall), (last_cpu, last_wall) = stamps[9], stamps[-1]
result = {"loss": losses[-1], "cpu_s": last_cpu - cpu, "wall_s": last_wall - wall}
print("RESULT " + json.dumps(result))
"""


@dataclass(frozen=True)
class Training:
    """`task` and `model` are YAML; `windows` are compared, 1 and the former one among them."""

    title: str
    task: str
    model: str
    files: tuple[str, str]
    rate: float
    steps: int
    windows: tuple[int, ...]


TAGS = "{kind: token-classification, tokens: 0, tags: -1}"
TRAININGS = (
    Training(
        "Translation from scratch (multi30k en-de)",
        "{kind: text-to-text, source: en, target: de, preset: translation, "
        "generation: {num_beams: 1}}",
        "{architecture: marian, layers: 2, hidden_size: 128, heads: 4, max_positions: 128, "
        "tokenizer: {train: bpe, vocab_size: 4000}}",
        ("multi30k_en_de/train.tsv", "multi30k_en_de/validation.tsv"),
        1e-3,
        400,
        (1, 2, 4, 8, FORMER),
    ),
    Training(
        "Tagging from scratch (conll2003)",
        TAGS,
        "{architecture: bert, layers: 2, hidden_size: 128, heads: 4, max_positions: 256, "
        "tokenizer: {vocab_size: 4000}}",
        ("conll2003/train.txt", "conll2003/validation.txt"),
        1e-3,
        400,
        (1, 2, 4, 8, FORMER),
    ),
    Training(
        "Classification, MiniLM (sst2)",
        "{kind: text-classification, text: text, label: label}",
        f"{{base: {MINILM}}}",
        ("sst2/train.csv", "sst2/validation.csv"),
        1e-4,
        150,
        (1, 8, FORMER),
    ),
    Training(
        "Tagging, MiniLM (wnut17)",
        TAGS,
        f"{{base: {MINILM}}}",
        ("wnut17/train.conll", "wnut17/validation.conll"),
        2e-4,
        120,
        (1, 8, FORMER),
    ),
)


def build(training: Training, data: Path, folder: Path) -> Path:
    """The project of one training."""
    train, validation = (data / name for name in training.files)
    few = folder / f"few{validation.suffix}"
    separator = "\n" if validation.suffix in (".tsv", ".csv") else "\n\n"
    parts = validation.read_text(encoding="utf-8").split(separator)
    few.write_text(separator.join(parts[:33]) + separator, encoding="utf-8")
    spec = SPEC.format(
        task=training.task,
        model=training.model,
        train=json.dumps(str(train.resolve())),
        validation=json.dumps(str(validation.resolve())),
        few=json.dumps(str(few)),
        steps=training.steps,
        rate=training.rate,
        instructions=instructions(),
    )
    (folder / "window.yaml").write_text(spec, encoding="utf-8")
    command = [sys.executable, "-m", "specc", "build", "window.yaml", "-o", "project"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        command, cwd=folder, check=False, capture_output=True, text=True, env=environment
    )
    if done.returncode:
        raise SystemExit(f"the build failed:\n{done.stderr}")
    return folder / "project"


def run(project: Path, window: int, seed: int) -> dict[str, float]:
    """One training in a fresh process: loss on validation, and seconds of the steps."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(window), str(seed)],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not lines:
        raise SystemExit(f"window {window} failed:\n{done.stderr[-2000:]}")
    return json.loads(lines[-1].removeprefix("RESULT "))  # type: ignore[no-any-return]


def table(runs: dict[int, list[dict[str, float]]]) -> str:
    """Losses by seed, their mean beside that of random batches, and seconds beside the former."""
    lines = ["| window | validation loss by seed | mean | from random | CPU s | of 50's |"]
    lines.append("| ---: | --- | ---: | ---: | ---: | ---: |")
    random = [item["loss"] for item in runs[1]]
    for window, items in runs.items():
        losses = [item["loss"] for item in items]
        gap = statistics.mean(losses) - statistics.mean(random)
        each = ", ".join(f"{loss:.4f}" for loss in losses)
        seconds = statistics.median(item["cpu_s"] for item in items)
        ratios = [a["cpu_s"] / b["cpu_s"] for a, b in zip(items, runs[FORMER], strict=True)]
        lines.append(
            f"| {window} | {each} | {statistics.mean(losses):.4f} | {gap:+.4f} | "
            f"{seconds:.1f} | {statistics.median(ratios):.2f} |"
        )
    spread = f"Random batches spread over {max(random) - min(random):.4f}."
    return "\n".join([*lines, "", spread])


def blocks_note(data: Path) -> str:
    """What sorting is for a language model: nothing, for its project has no such setting."""
    task = "{kind: causal-lm, block_size: 256}"
    model = "{architecture: gpt2, layers: 2, hidden_size: 128, heads: 4, max_positions: 256}"
    text = (data / "tiny_shakespeare/input.txt").read_text(encoding="utf-8")
    language = Training("", task, model, ("train.txt", "held.txt"), 1e-3, 400, ())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "train.txt").write_text(text[:-100_000], encoding="utf-8")
        (folder / "held.txt").write_text(text[-100_000:], encoding="utf-8")
        config = build(language, folder, folder) / "config.py"
        if "batches_per_window" in config.read_text(encoding="utf-8"):
            raise SystemExit("a language model's blocks are sorted by length")
    return (
        "### Language model from scratch (tiny_shakespeare)\n\nNothing is sorted: all blocks "
        "are of one length, and the project has no `batches_per_window`."
    )


def report(data: Path, seeds: int) -> str:
    """The tables of all trainings, as Markdown."""
    tables = []
    for training in TRAININGS:
        with tempfile.TemporaryDirectory() as name:
            project = build(training, data, Path(name))
            runs: dict[int, list[dict[str, float]]] = {window: [] for window in training.windows}
            for seed in range(seeds):
                for window in training.windows:
                    runs[window].append(run(project, window, seed))
                    shown = {key: round(value, 4) for key, value in runs[window][-1].items()}
                    print(f"seed {seed}  window {window}  {shown}", file=sys.stderr, flush=True)
        heading = f"### {training.title}\n\n{training.steps} steps of 16"
        tables.append(f"{heading}\n\n{table(runs)}")
        print(tables[-1], file=sys.stderr, flush=True)
    return "\n\n".join([*tables, blocks_note(data)])
