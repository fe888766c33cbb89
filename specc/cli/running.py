"""What `run` does after the build: look for packages, train, or try two steps."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import shlex
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Literal

import click

from specc.cli.output import Output
from specc.cli.shell import pager, program, shell_path
from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.rules.run import NODES_ELSEWHERE, PACKAGE_MISSING
from specc.hardware.catalogue import GIB
from specc.plan.plan import Plan
from specc.render.context.project import requirements
from specc.render.room import render_side
from specc.run.child import Child, several
from specc.run.failure import failure, log_tail
from specc.run.job import Start
from specc.run.live import LiveReporter
from specc.run.memory import add_memory
from specc.run.plain import PlainReporter
from specc.run.ray import RayJob
from specc.run.reporter import Reporter, Silent
from specc.run.results import read_results
from specc.run.run import RunResult
from specc.run.slurm import SlurmJob
from specc.run.summary import summary

Place = Literal["local", "slurm", "ray"]
"""Where `--on` sends a training."""

SMOKE_FOLDER = "outputs/smoke"
SMOKE_PROGRAM = (
    "from dataclasses import replace; from config import Config; from train import main; "
    f"config = replace(Config(), max_steps=2, max_eval_rows=64, output_dir={SMOKE_FOLDER!r}); "
    "main(config, overwrite=True)"
)
_MODULES = {"scikit-learn": "sklearn"}
_NOT_FOR_TRAINING = {"pytest", "ray"}


def refuse_missing_packages(plan: Plan, spec: Path) -> None:
    """Finds out before anything is started; nothing is imported.

    Raises:
        SpecError: SP604, naming all that are missing.
    """
    names = [re.split(r"[=<>!~;\[ ]", line, maxsplit=1)[0] for line in requirements(plan)]
    missing = [name for name in names if name not in _NOT_FOR_TRAINING and not _is_there(name)]
    if not missing:
        return
    words = ", ".join(f"`{name}`" for name in missing)
    verb = "is" if len(missing) == 1 else "are"
    help = "pip install 'specc[train]', with the Python that runs specc"
    message = (
        f"{words} {verb} not installed, and the training needs {'it' if verb == 'is' else 'them'}"
    )
    raise SpecError((Diagnostic(PACKAGE_MISSING, message, spec.as_posix(), help=help),))


def _is_there(name: str) -> bool:
    module = _MODULES.get(name, name.replace("-", "_"))
    if importlib.util.find_spec(module) is not None:
        return True
    try:
        # A package whose module has another name, such as one that carries weights.
        return bool(importlib.metadata.distribution(name))
    except importlib.metadata.PackageNotFoundError:
        return False


def starter(plan: Plan, spec: Path, place: Place | None) -> Start:
    """What starts the training where it is to run.

    Raises:
        SpecError: SP604 where packages are missing here, SP613 where nodes are missing.
    """
    if place == "ray":  # whose cluster has packages of its own
        return RayJob
    refuse_missing_packages(plan, spec)
    if place == "slurm":
        return SlurmJob
    devices = plan.devices
    if place is None and devices.nodes > 1:
        message = f"the spec is for {devices.nodes} nodes, and this machine is one"
        on = f"--on {devices.launcher}" if devices.launcher in ("slurm", "ray") else ""
        help = f"add `{on}`, or `--on local`" if on else "start it there, or add `--on local`"
        raise SpecError((Diagnostic(NODES_ELSEWHERE, message, spec.as_posix(), help=help),))
    return several(devices.count) if devices.count > 1 else Child


def reporter(output: Output) -> Reporter:
    """A live view on a terminal, else plain lines."""
    if output.json or output.quiet:
        return Silent()
    console = output.console("stderr")
    can_draw = output.is_terminal("stderr") and not console.is_dumb_terminal
    return LiveReporter(console) if can_draw else PlainReporter(console)


def smoke(output: Output, folder: Path) -> RunResult:
    """Two steps and the evaluation of a few texts, with results in a folder of their own."""
    output.progress("trying two steps and a small evaluation")
    log = (folder / SMOKE_FOLDER / "run.log").resolve()
    log.parent.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with log.open("wb") as file:
        command = [sys.executable, "-c", SMOKE_PROGRAM]
        try:
            code = subprocess.run(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False
            ).returncode
        except KeyboardInterrupt:
            raise click.Abort from None
    seconds = time.monotonic() - start
    if code == 0:
        results = read_results(log.parent / "results.json")
        return RunResult("finished", code, seconds, log, results=results)
    tail = log_tail(log)
    found = failure(folder.as_posix(), code, tail, f"{SMOKE_FOLDER}/run.log", None)
    return RunResult("failed", code, seconds, log, log_tail=tail, diagnostics=(found,))


def tell(output: Output, result: RunResult, folder: Path, plan: Plan) -> None:
    """The final table on stdout, or the end of the log and why the run ended on stderr."""
    if result.outcome == "failed":
        for line in result.log_tail:
            output.progress(f"  {line}")
    output.diagnostics(result.diagnostics)
    if result.results and not output.json:
        console = output.console("stdout")
        table = summary(result.results, folder.as_posix(), _planned_gib(plan))
        console.print(table, soft_wrap=False)


def with_memory(result: RunResult, plan: Plan) -> RunResult:
    """The same, with planned beside measured memory in its `results.json`."""
    if result.results is None:
        return result
    path = result.log.parent / "results.json"
    return replace(result, results=add_memory(path, _planned_gib(plan)))


def _planned_gib(plan: Plan) -> float | None:
    """What the project measures: all tensors on CUDA, the whole process elsewhere."""
    step = plan.step
    if step is None:
        return None
    size = max(step.tensors, step.evaluation) if plan.hardware.device == "cuda" else step.worst
    return size / GIB


def next_commands(plan: Plan, spec: Path, folder: Path) -> list[tuple[str, str]]:
    there, shown = shell_path(folder), shell_path(spec)
    python, specc = program("python"), program("specc")
    example = " ".join(map(shlex.quote, render_side(plan.spec.task.kind).example_inputs(plan)))
    return [
        (f"{python} {there}/predict.py {example}", "ask the model"),
        (f"{pager()} {there}/outputs/report.md", "see where it errs"),
        (f"{specc} build {shown}", "get the project into your repository"),
    ]
