"""A project trained by several processes, forked from one that has imported what they need."""

from __future__ import annotations

import importlib
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch.distributed.checkpoint.format_utils import dcp_to_torch_save

from tests.generated import forked
from tests.generated.inside import Spec, Trained
from tests.generated.projects import TIME_LIMIT_S, events, write
from tests.golden.gallery import compile_spec

Work = Callable[..., None]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def _one(folder: str, names: dict[str, str], work: Work, arguments: tuple[Any, ...]) -> None:
    """One process, in the project's folder; its output goes to a file beside the project's."""
    log = os.open(f"{folder}-rank{names['RANK']}.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.environ.update(names)
    torch.set_num_threads(1)
    os.chdir(folder)
    sys.path.insert(0, folder)
    work(*arguments)


def _train(resume: bool, settings: dict[str, Any]) -> None:
    config = importlib.import_module("config").Config()
    importlib.import_module("train").main(replace(config, **settings), resume)


@dataclass(frozen=True)
class Group:
    """How many processes run the project in `folder`."""

    folder: Path
    size: int

    def train(self, output_dir: Path, *, resume: bool = False, **settings: Any) -> None:
        """All of them train; each must succeed."""
        self.run(_train, resume, settings | {"output_dir": str(output_dir)})

    def run(self, work: Work, *arguments: Any) -> None:
        """`work`, a function of a module, in each of them."""
        context = forked.context()
        where = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
        processes = []
        for rank in range(self.size):
            mine = {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(self.size)}
            asked = (str(self.folder), where | mine, work, arguments)
            processes.append(context.Process(target=_one, args=asked))
            processes[-1].start()
        for process in processes:
            process.join(TIME_LIMIT_S)
            process.kill()
        said = [Path(f"{self.folder}-rank{rank}.txt").read_text() for rank in range(self.size)]
        assert [process.exitcode for process in processes] == [0] * self.size, "\n".join(said)


def trained(output_dir: Path) -> Trained:
    """What a run of several processes has left."""
    last = max((output_dir / "checkpoints").glob("step-*"))
    dcp_to_torch_save(last, last / "whole.pt")
    log = [event for event in events(output_dir) if event["event"] == "train"]
    return Trained(log, torch.load(last / "whole.pt", weights_only=True)["model"])


def few_steps_of_many(
    spec: Spec, folder: Path, name: str, *, steps: int = 3, **settings: Any
) -> Trained:
    """Compiles `spec`, which says how many processes there are, and trains `steps` steps."""
    project = write(compile_spec(spec, folder, name), folder / f"projects/{name}")
    group = Group(project, spec["hardware"]["count"])
    output_dir = folder / f"outputs/{name}"
    group.train(output_dir, max_steps=steps, max_eval_rows=4, log_every=1, **settings)
    return trained(output_dir)
