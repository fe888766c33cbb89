"""The folder of a run: one training at a time, nothing replaced unasked, what may be resumed."""

import fcntl
import hashlib
import json
import math
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import takewhile
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import torch
from tokenizers import Tokenizer

from config import Config

OURS = "metrics.jsonl results.json predictions.jsonl report.json report.md checkpoints/step-* "
OURS += "model/*.json model/*.safetensors*"
# Settings that may change from one part of a run to the next.
MAY_CHANGE = (
    "train_files validation_files test_files expected_files "
    "epochs "
    "eval_batch_size num_resamples num_worst "
    "output_dir max_steps log_every keep_checkpoints spec_sha256 "
)


def open_run(folder: Path, resume: bool, overwrite: bool) -> TextIO:
    """Locks `folder` until the returned file is closed; an earlier run is not replaced unasked."""
    (folder / "model").mkdir(parents=True, exist_ok=True)
    lock = (folder / ".lock").open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(f"another training is running in {folder}") from None
    except OSError:
        pass  # a file system without locks
    saved = list(folder.glob("checkpoints/step-????????.pt"))
    if (folder / "results.json").exists() and not (overwrite or (resume and saved)):
        raise SystemExit(f"{folder} holds a finished run; --overwrite replaces it")
    if not (resume or overwrite) and (saved or list(folder.glob("model/*.safetensors"))):
        raise SystemExit(f"{folder} holds an unfinished run: --resume or --overwrite?")
    if overwrite or not saved:
        for path in [path for pattern in OURS.split() for path in folder.glob(pattern)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return lock


def fingerprint(
    config: Config, splits: dict[str, Any], tokenizer: Tokenizer, model: torch.nn.Module
) -> dict[str, str]:
    """What a resumed run must have in common with the run before, by name."""
    run = {k: repr(v) for k, v in asdict(config).items() if k not in MAY_CHANGE.split()}
    for name, examples in splits.items():
        columns = [c.tolist() if hasattr(c, "tolist") else c for c in vars(examples).values()]
        run[f"rows of {name}"] = f"{len(examples)}, sha256 {digest(columns)}"
    run["tokenizer"] = f"sha256 {digest(tokenizer.to_str())}"
    shapes = [(name, p.requires_grad, *p.shape) for name, p in model.named_parameters()]
    return run | {"network": f"{len(shapes)} tensors, sha256 {digest(shapes)}"}


def digest(value: object) -> str:
    """The first digits of the sha256 of a value as Python prints it."""
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def is_whole(path: Path) -> bool:
    """Whether every tensor still has the checksum that `torch.save` wrote beside it."""
    try:
        with zipfile.ZipFile(path) as file:
            return file.testzip() is None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        return False


def newest_whole(saved: list[Path]) -> Path | None:
    """The last checkpoint that is not damaged; those after it are named and set aside."""
    damaged = list(takewhile(lambda path: not is_whole(path), reversed(saved)))
    for path in damaged:
        print(f"{path} is damaged", flush=True)
    if saved and len(damaged) == len(saved):
        raise SystemExit("no whole checkpoint is left; start a new run with --overwrite")
    for path in damaged:
        path.rename(path.with_suffix(".damaged"))
    return saved[-1 - len(damaged)] if saved else None


def refuse_other_run(path: Path, saved: dict[str, str], run: dict[str, str]) -> None:
    """Stops where the checkpoint at `path` belongs to another run, and says what differs."""
    names = [name for name in run | saved if run.get(name) != saved.get(name)]
    if names:
        lines = [f"  {k}: {saved.get(k, 'none'):.80} -> {run.get(k, 'none'):.80}" for k in names]
        raise SystemExit("\n".join((f"{path} belongs to another run (then -> now):", *lines)))


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that gets its name once it is complete and on disk; else nothing of it stays."""
    unfinished = path.with_name(path.name + ".tmp")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException as error:
        unfinished.unlink(missing_ok=True)
        said = str(error.__context__ or error)
        if "No space left" not in said and "quota exceeded" not in said:
            raise
        raise SystemExit(f"{path} cannot be written: {said}") from None


def open_log(path: Path, keep_bytes: int) -> TextIO:
    """metrics.jsonl, cut back to what the checkpoint knows, so that no step appears twice."""
    log = path.open("a", encoding="utf-8")
    kept = path.read_bytes()[:keep_bytes]
    os.truncate(path, kept.rfind(b"\n") + 1)
    if len(kept) < keep_bytes:
        print(f"{path} has lost lines since the last checkpoint", flush=True)
    return log


def finite(value: Any) -> Any:
    """JSON has no nan: what is not defined becomes null."""
    if isinstance(value, dict):
        return {name: finite(part) for name, part in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def log_event(log: TextIO, event: str, **values: object) -> None:
    """Appends one JSON object to metrics.jsonl; nothing stays in a buffer."""
    log.write(json.dumps({"event": event, **finite(values)}) + "\n")
    log.flush()
