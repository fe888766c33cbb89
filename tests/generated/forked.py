"""A program in a process forked from one that has imported the libraries: they take seconds.

What it does not show is a program that misses an import; `projects.run_alone` shows that. The
forked processes share their seed of hashes, so a test of reproducibility needs it, too.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from types import ModuleType

_FAMILIES = ("bart", "bert", "distilbert", "electra", "gpt2", "llama", "marian", "roberta", "t5")
PRELOADED = [
    "datasets",
    "sacrebleu",
    "scipy.stats",
    "seqeval.metrics",
    "sklearn.metrics",
    "torch.distributed.checkpoint",
    "torch.distributed.fsdp",
    *(f"transformers.models.{name}.modeling_{name}" for name in _FAMILIES),
]
"""What the projects import."""

OURS = ("specc", "tests")


def context() -> ForkServerContext:
    """Where processes with all of this come from: one server, started at the first use."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # is read when the library is imported
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(PRELOADED)
    return server


def start(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str], said: Path
) -> ForkServerProcess:
    """A Python program in `folder`, running as `python` with these arguments would.

    Args:
        folder: becomes the working directory, and where modules are looked for first.
        arguments: `-c` and a program, `-m` and a module, or a file; and those of the program.
        environment: the variables of the process.
        said: the file for what it prints.
    """
    asked = (str(folder), list(arguments), dict(environment), str(said))
    process = context().Process(target=_be_python, args=asked)
    process.start()
    return process


def _be_python(folder: str, arguments: list[str], environment: dict[str, str], said: str) -> None:
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.dont_write_bytecode = True
    path = environment["PYTHONPATH"].split(os.pathsep)
    here = Path(__file__).parents[2]
    sys.path[:] = ["", *path, *(p for p in sys.path if p and Path(p) != here)]
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    import torch

    torch.set_num_threads(int(environment["OMP_NUM_THREADS"]))
    try:
        _run(arguments)
    finally:
        atexit._run_exitfuncs()


def _run(arguments: list[str]) -> None:
    kind, *rest = arguments
    sys.argv = arguments
    if kind == "-c":
        sys.argv = ["-c", *rest[1:]]
        main = sys.modules["__main__"] = ModuleType("__main__")
        exec(compile(rest[0], "<string>", "exec"), main.__dict__)
    elif kind == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = str(Path(kind).resolve().parent)
        runpy.run_path(kind, run_name="__main__")
